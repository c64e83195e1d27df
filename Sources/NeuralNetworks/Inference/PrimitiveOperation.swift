import COneDNN

/// A layer that is one oneDNN primitive over weights, input and output, and perhaps an activation in place after it.
struct PrimitiveOperation: InferenceOperation {
  /// What the layer's parameters are called in the call, and the layout in which this module stores them.
  typealias Operand = (argument: Int32, plain: dnnl_memory_desc_t)

  let primitive: Primitive
  let input: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  let operands: [Operand]
  let arguments: (input: Int32, output: Int32)
  private var activation: (primitive: Primitive, layout: dnnl_memory_desc_t)?

  init(
    _ primitive: Primitive, input: dnnl_memory_desc_t, output: dnnl_memory_desc_t, operands: [Operand] = [],
    arguments: (Int32, Int32) = (DNNL_ARG_SRC, DNNL_ARG_DST)
  ) {
    self.primitive = primitive
    self.input = input
    self.output = output
    self.operands = operands
    self.arguments = arguments
  }

  /// - Parameter batch: what the activation reads and gives.
  func followed(by activation: Activation, _ batch: BatchShape) -> PrimitiveOperation {
    guard activation != .linear else { return self }
    let kernel = ActivationKernel(activation, batch)
    var both = self
    both.activation = (kernel.forward(training: false), kernel.layout)
    return both
  }

  var outputCount: Int { OneDNN.byteCount(output) / MemoryLayout<Float>.stride }
  var scratchCount: Int { max(primitive.scratchCount, activation?.primitive.scratchCount ?? 0) }

  func prepare(
    _ layers: ArraySlice<Layer>, from states: ArraySlice<LSTM.State>, on stream: Stream
  ) -> any PreparedLayer {
    let tensors = layers.flatMap(\.parameters)
    precondition(tensors.count == operands.count, "a layer of \(tensors.count) tensors, expected \(operands.count)")
    return PreparedOperands(
      zip(tensors, operands).map { tensor, operand in
        Memory(tensor, operand.plain, packedAs: primitive.layout(of: operand.argument), on: stream)
      })
  }

  func bind(from source: AlignedBuffer, to destination: AlignedBuffer, scratch: AlignedBuffer) -> any InferenceStage {
    let y = Memory(output, in: destination)
    var calls = [
      Call(
        primitive,
        operands.map { ($0.argument, Memory(primitive.layout(of: $0.argument))) }
          + [(arguments.input, Memory(input, in: source)), (arguments.output, y)],
        scratch: scratch)
    ]
    if let activation {
      let data = Memory(activation.layout, in: destination)
      calls.append(Call(activation.primitive, [(DNNL_ARG_SRC, data), (DNNL_ARG_DST, data)], scratch: scratch))
    }
    return PrimitiveInferenceStage(calls)
  }
}

/// The first call takes the prepared operands; the others follow in place.
private final class PrimitiveInferenceStage: InferenceStage {
  private let calls: [Call]

  init(_ calls: [Call]) { self.calls = calls }

  func run(_ layer: any PreparedLayer, on stream: Stream) {
    for (position, operand) in PreparedOperands.of(layer).enumerated() {
      calls[0].replaceOperand(at: position, with: operand)
    }
    for call in calls { call.run(on: stream) }
  }
}

extension Primitive {
  /// Floats of scratch memory that a call of it needs.
  var scratchCount: Int { (OneDNN.byteCount(scratchpadLayout) + 3) / MemoryLayout<Float>.stride }
}

extension Memory {
  /// A tensor copied into another layout.
  convenience init(
    _ tensor: Tensor, _ plain: dnnl_memory_desc_t, packedAs layout: dnnl_memory_desc_t, on stream: Stream
  ) {
    let buffer = AlignedBuffer(count: tensor.count)
    buffer.copy(from: tensor.storage)
    if OneDNN.equal(plain, layout) {
      self.init(layout, in: buffer)
    } else {
      self.init(layout)
      Call(
        Primitive(reordering: plain, into: layout), [(DNNL_ARG_FROM, Memory(plain, in: buffer)), (DNNL_ARG_TO, self)]
      ).run(on: stream)
    }
  }
}
