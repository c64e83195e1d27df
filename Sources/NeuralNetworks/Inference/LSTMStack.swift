/// LSTM layers one upon another in an inference plan, and the linear dense layer at their end where there is one.
///
/// Works tile by tile through all layers, so that what flows between them stays in the core's cache.
struct LSTMStack: InferenceOperation {
  /// One per LSTM layer.
  let kernels: [LSTMKernel]
  /// O of the dense layer; `nil` without one.
  let head: Int?
  let sequences: Int

  /// - Parameter layers: LSTM layers, perhaps with dropout between, and perhaps one linear dense layer.
  init(_ layers: ArraySlice<Layer>, _ batch: BatchShape) {
    kernels = layers.lstmLayers.map { LSTMKernel(steps: batch.steps, inputs: $0.inputs, hidden: $0.hidden) }
    head = if case .dense(let layer)? = layers.last { layer.outputs } else { nil }
    sequences = batch.sequences
  }

  /// How many layers from `start` on one stack takes; 0 where no LSTM layer stands.
  static func length(_ layers: [Layer], from start: Int) -> Int {
    var end = start
    for index in start..<layers.count {
      switch layers[index] {
      case .lstm: end = index + 1
      case .dropout where end > start: continue
      case .dense(let layer) where end > start && layer.activation == .linear: return index + 1 - start
      default: return end - start
      }
    }
    return end - start
  }

  var steps: Int { kernels[0].steps }
  var outputs: Int { head ?? kernels[kernels.count - 1].hidden }
  var outputCount: Int { steps * sequences * outputs }
  var scratchCount: Int { 0 }

  func prepare(
    _ layers: ArraySlice<Layer>, from states: ArraySlice<LSTM.State>, on stream: Stream
  ) -> any PreparedLayer {
    let lstms = layers.lstmLayers
    precondition(
      lstms.map(\.inputs) == kernels.map(\.inputs) && lstms.map(\.hidden) == kernels.map(\.hidden),
      "LSTM layers \(lstms.map(\.hidden)), the plan's are \(kernels.map(\.hidden))")
    let weights = zip(lstms, kernels).enumerated().map { index, pair in
      PreparedLSTMStack.Weights(pair.0, pair.1, states.isEmpty ? nil : states[states.startIndex + index])
    }
    guard head != nil, case .dense(let dense)? = layers.last else { return PreparedLSTMStack(weights, head: nil) }
    return PreparedLSTMStack(weights, head: dense)
  }

  func bind(from source: AlignedBuffer, to destination: AlignedBuffer, scratch: AlignedBuffer) -> any InferenceStage {
    LSTMStackStage(self, source, destination)
  }
}

extension ArraySlice<Layer> {
  fileprivate var lstmLayers: [LSTM] { compactMap { if case .lstm(let layer) = $0 { layer } else { nil } } }
}

/// The weights of a stack as its kernels read them.
private final class PreparedLSTMStack: PreparedLayer {
  struct Weights {
    let packed: AlignedBuffer
    /// h and c from which every sequence starts, `[H]`.
    let hidden: [Float]
    let cell: [Float]

    init(_ layer: LSTM, _ kernel: LSTMKernel, _ state: LSTM.State?) {
      packed = AlignedBuffer(count: kernel.packedCount)
      kernel.pack(
        input: layer.inputWeights.storage, recurrent: layer.recurrentWeights.storage, bias: layer.bias.storage,
        into: packed.base)
      let zero = Tensor([1, layer.hidden])
      let start = state ?? LSTM.State(hidden: zero, cell: zero)
      precondition(
        start.hidden.shape == zero.shape, "starting state \(start.hidden.shape), expected \(zero.shape)")
      hidden = start.hidden.storage
      cell = start.cell.storage
    }
  }

  let layers: [Weights]
  /// Of the dense layer, `[O][H]` and `[O]`.
  let head: (weights: AlignedBuffer, bias: AlignedBuffer)?

  init(_ layers: [Weights], head: Dense?) {
    self.layers = layers
    self.head = head.map { dense in
      let weights = AlignedBuffer(count: dense.weights.count)
      let bias = AlignedBuffer(count: dense.outputs)
      for output in 0..<dense.outputs {
        for input in 0..<dense.inputs {
          weights.base[output * dense.inputs + input] = dense.weights.storage[input * dense.outputs + output]
        }
      }
      bias.copy(from: dense.bias.storage)
      return (weights, bias)
    }
  }
}

/// A stack bound to one worker's buffers.
private final class LSTMStackStage: RecurrentInferenceStage {
  let finalStates: [(hidden: AlignedBuffer, cell: AlignedBuffer)]

  private let stack: LSTMStack
  private let source: AlignedBuffer
  private let destination: AlignedBuffer
  private let tiles: [SequenceTile]
  /// `[T][C][W]`
  private let x: AlignedBuffer
  /// Two that take turns between the layers, `[T + 1][H][W]`.
  private let hidden: [AlignedBuffer]
  /// `[H][W]`
  private let cell: AlignedBuffer
  /// `[T][O][W]`
  private let y: AlignedBuffer

  init(_ stack: LSTMStack, _ source: AlignedBuffer, _ destination: AlignedBuffer) {
    self.stack = stack
    self.source = source
    self.destination = destination
    tiles = SequenceTile.tiles(of: stack.sequences)
    let width = SequenceTile.width
    let widest = stack.kernels.map(\.hidden).max() ?? 0
    x = AlignedBuffer(count: stack.steps * stack.kernels[0].inputs * width)
    hidden = (0..<2).map { _ in AlignedBuffer(count: (stack.steps + 1) * widest * width) }
    cell = AlignedBuffer(count: widest * width)
    y = AlignedBuffer(count: stack.head.map { stack.steps * $0 * width } ?? 0)
    finalStates = stack.kernels.map { kernel in
      let count = stack.sequences * kernel.hidden
      return (AlignedBuffer(count: count), AlignedBuffer(count: count))
    }
  }

  func run(_ layer: any PreparedLayer, on stream: Stream) {
    guard let network = layer as? PreparedLSTMStack else {
      preconditionFailure("weights prepared as \(type(of: layer)), expected those of LSTM layers")
    }
    let (steps, sequences) = (stack.steps, stack.sequences)
    for tile in tiles {
      tile.load(
        source.base, steps: steps, sequences: sequences, columns: stack.kernels[0].inputs, into: x.base)
      var rows = UnsafePointer(x.base)
      for (index, kernel) in stack.kernels.enumerated() {
        rows = run(kernel, network.layers[index], rows, into: hidden[index % 2], tile, finalStates[index])
      }
      if let head = network.head { rows = apply(head, to: rows) }
      tile.store(rows, steps: steps, sequences: sequences, columns: stack.outputs, into: destination.base)
    }
  }

  /// - Returns: the layer's outputs, `[T][H][W]`.
  private func run(
    _ kernel: LSTMKernel, _ weights: PreparedLSTMStack.Weights, _ x: UnsafePointer<Float>, into h: AlignedBuffer,
    _ tile: SequenceTile, _ final: (hidden: AlignedBuffer, cell: AlignedBuffer)
  ) -> UnsafePointer<Float> {
    let width = SequenceTile.width
    let row = kernel.hidden * width
    for unit in 0..<kernel.hidden {
      (h.base + unit * width).update(repeating: weights.hidden[unit], count: width)
      (cell.base + unit * width).update(repeating: weights.cell[unit], count: width)
    }
    kernel.forward(packed: weights.packed.base, x: x, h: h.base, c: cell.base)
    for (state, buffer) in [(h.base + kernel.steps * row, final.hidden), (cell.base, final.cell)] {
      tile.store(state, steps: 1, sequences: stack.sequences, columns: kernel.hidden, into: buffer.base)
    }
    return UnsafePointer(h.base + row)
  }

  private func apply(
    _ head: (weights: AlignedBuffer, bias: AlignedBuffer), to rows: UnsafePointer<Float>
  ) -> UnsafePointer<Float> {
    let width = SequenceTile.width
    let depth = stack.kernels[stack.kernels.count - 1].hidden
    for step in 0..<stack.steps {
      LSTMKernel.multiply(
        head.weights.base, bias: head.bias.base, rows: stack.outputs, depth: depth, x: rows + step * depth * width,
        into: y.base + step * stack.outputs * width)
    }
    return UnsafePointer(y.base)
  }
}
