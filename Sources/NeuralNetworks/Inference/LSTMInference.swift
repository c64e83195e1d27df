import COneDNN

/// An LSTM layer in an inference plan: oneDNN's LSTM over all steps of a block.
struct LSTMInference: InferenceOperation {
  let operation: LSTMOperation
  let primitive: Primitive

  init(_ operation: LSTMOperation) {
    self.operation = operation
    primitive = operation.forward(training: false)
  }

  var outputCount: Int { operation.batch.rows * operation.hidden }
  var scratchCount: Int { primitive.scratchCount }

  func prepare(_ layer: Layer, from state: LSTM.State?, on stream: Stream) -> any PreparedLayer {
    guard case .lstm(let layer) = layer else {
      preconditionFailure("\(layer.kind.summary) in the place of an LSTM layer")
    }
    precondition(
      layer.inputs == operation.inputs && layer.hidden == operation.hidden,
      "LSTM \(layer.inputs) → \(layer.hidden), the plan's is \(operation.inputs) → \(operation.hidden)")
    let input = primitive.layout(of: DNNL_ARG_WEIGHTS_LAYER)
    let recurrent = primitive.layout(of: DNNL_ARG_WEIGHTS_ITER)
    return PreparedOperands([
      Memory(layer.inputWeights, operation.inputWeightsLayout(), packedAs: input, on: stream),
      Memory(layer.recurrentWeights, operation.recurrentWeightsLayout(), packedAs: recurrent, on: stream),
      Memory(layer.bias, operation.biasLayout, packedAs: operation.biasLayout, on: stream),
      broadcast(state?.hidden), broadcast(state?.cell),
    ])
  }

  /// `[1][H]` to `[N][H]`.
  private func broadcast(_ state: Tensor?) -> Memory {
    let (rows, hidden) = (operation.batch.sequences, operation.hidden)
    let buffer = AlignedBuffer(count: rows * hidden)
    if let state {
      precondition(state.shape == [1, hidden], "starting state \(state.shape), expected \([1, hidden])")
      for row in 0..<rows {
        for unit in 0..<hidden { buffer.base[row * hidden + unit] = state.storage[unit] }
      }
    }
    return Memory(operation.stateLayout, in: buffer)
  }

  func bind(from source: AlignedBuffer, to destination: AlignedBuffer, scratch: AlignedBuffer) -> any InferenceStage {
    LSTMInferenceStage(self, source, destination, scratch)
  }
}

private final class LSTMInferenceStage: RecurrentInferenceStage {
  let finalState: (hidden: AlignedBuffer, cell: AlignedBuffer)
  private let call: Call

  /// The five operands at the front are placeholders until prepared ones take their places.
  init(_ inference: LSTMInference, _ source: AlignedBuffer, _ destination: AlignedBuffer, _ scratch: AlignedBuffer) {
    let (operation, primitive) = (inference.operation, inference.primitive)
    let state = operation.stateLayout
    let count = operation.batch.sequences * operation.hidden
    finalState = (AlignedBuffer(count: count), AlignedBuffer(count: count))
    call = Call(
      primitive,
      [
        (DNNL_ARG_WEIGHTS_LAYER, Memory(primitive.layout(of: DNNL_ARG_WEIGHTS_LAYER))),
        (DNNL_ARG_WEIGHTS_ITER, Memory(primitive.layout(of: DNNL_ARG_WEIGHTS_ITER))),
        (DNNL_ARG_BIAS, Memory(operation.biasLayout)),
        (DNNL_ARG_SRC_ITER, Memory(state)), (DNNL_ARG_SRC_ITER_C, Memory(state)),
        (DNNL_ARG_SRC_LAYER, Memory(operation.inputLayout, in: source)),
        (DNNL_ARG_DST_LAYER, Memory(operation.outputLayout, in: destination)),
        (DNNL_ARG_DST_ITER, Memory(state, in: finalState.hidden)),
        (DNNL_ARG_DST_ITER_C, Memory(state, in: finalState.cell)),
      ],
      scratch: scratch)
  }

  func run(_ layer: any PreparedLayer, on stream: Stream) {
    for (position, operand) in PreparedOperands.of(layer).enumerated() {
      call.replaceOperand(at: position, with: operand)
    }
    call.run(on: stream)
  }
}
