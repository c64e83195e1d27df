/// What one worker needs to run a plan: rows between the layers, a scratchpad, bound calls. Allocated once.
public final class InferenceWorkspace {
  let input: AlignedBuffer
  let output: AlignedBuffer
  /// Per LSTM stage, h and c after the last step, `[N][H]`.
  let finalStates: [(hidden: AlignedBuffer, cell: AlignedBuffer)]

  private let stages: [any InferenceStage]
  private let stream = Stream()

  init(_ plan: InferencePlan) {
    OneDNN.useOneThread()
    let operations = plan.operations.map(\.operation)
    input = AlignedBuffer(count: plan.input.count)
    output = operations.isEmpty ? input : AlignedBuffer(count: plan.output.count)
    // Two buffers take turns between the layers, so that a block stays in the core's cache.
    let between = (0..<2).map { _ in AlignedBuffer(count: operations.map(\.outputCount).max() ?? 0) }
    let scratch = AlignedBuffer(count: operations.map(\.scratchCount).max() ?? 0)
    var stages: [any InferenceStage] = []
    for (index, operation) in operations.enumerated() {
      let source = index == 0 ? input : between[index % 2]
      let destination = index == operations.count - 1 ? output : between[(index + 1) % 2]
      stages.append(operation.bind(from: source, to: destination, scratch: scratch))
    }
    self.stages = stages
    finalStates = stages.flatMap { ($0 as? any RecurrentInferenceStage)?.finalStates ?? [] }
  }

  /// From `input` to `output`.
  func run(_ network: PreparedNetwork) {
    precondition(
      network.layers.count == stages.count, "a network of \(network.layers.count) stages, expected \(stages.count)")
    for (stage, layer) in zip(stages, network.layers) { stage.run(layer, on: stream) }
  }
}
