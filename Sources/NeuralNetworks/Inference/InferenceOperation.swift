/// One layer of an inference plan, or a stack of them: its kernel compiled for one block. Immutable, so that all workers share it.
protocol InferenceOperation {
  /// Floats given per block.
  var outputCount: Int { get }
  /// Floats of scratch memory; the stages of one worker share theirs.
  var scratchCount: Int { get }

  /// The weights as this kernel wants them, and the states from which every row starts. Read-only afterwards.
  /// - Parameters:
  ///   - layers: those for which it was made.
  ///   - states: one per LSTM layer among them; zero when empty.
  func prepare(
    _ layers: ArraySlice<Layer>, from states: ArraySlice<LSTM.State>, on stream: Stream
  ) -> any PreparedLayer

  /// - Returns: the kernel bound to one worker's buffers.
  func bind(from source: AlignedBuffer, to destination: AlignedBuffer, scratch: AlignedBuffer) -> any InferenceStage
}

/// The weights for one kernel.
protocol PreparedLayer: AnyObject {}

/// One layer bound to the buffers of one worker.
protocol InferenceStage: AnyObject {
  /// - Parameter layer: made by the operation that made this stage.
  func run(_ layer: any PreparedLayer, on stream: Stream)
}

/// A stage that remembers: per LSTM layer, h and c after the last step, `[N][H]`.
protocol RecurrentInferenceStage: InferenceStage {
  var finalStates: [(hidden: AlignedBuffer, cell: AlignedBuffer)] { get }
}

/// Weights that stand at the front of a oneDNN call's operands.
final class PreparedOperands: PreparedLayer {
  let operands: [Memory]

  init(_ operands: [Memory]) { self.operands = operands }

  static func of(_ layer: any PreparedLayer) -> [Memory] {
    guard let prepared = layer as? PreparedOperands else {
      preconditionFailure("weights prepared as \(type(of: layer)), expected those of a oneDNN call")
    }
    return prepared.operands
  }
}
