/// Copies the last step's rows of a block.
struct LastStepOperation: InferenceOperation {
  let outputCount: Int
  private let first: Int
  let scratchCount = 0

  init(_ batch: BatchShape) {
    outputCount = batch.sequences * batch.example.count
    first = batch.count - outputCount
  }

  func prepare(
    _ layers: ArraySlice<Layer>, from states: ArraySlice<LSTM.State>, on stream: Stream
  ) -> any PreparedLayer { PreparedOperands([]) }

  func bind(from source: AlignedBuffer, to destination: AlignedBuffer, scratch: AlignedBuffer) -> any InferenceStage {
    Stage(source, destination, first: first, count: outputCount)
  }

  private final class Stage: InferenceStage {
    private let source: AlignedBuffer
    private let destination: AlignedBuffer
    private let first: Int
    private let count: Int

    init(_ source: AlignedBuffer, _ destination: AlignedBuffer, first: Int, count: Int) {
      self.source = source
      self.destination = destination
      self.first = first
      self.count = count
    }

    func run(_ layer: any PreparedLayer, on stream: Stream) {
      destination.base.update(from: source.base + first, count: count)
    }
  }
}
