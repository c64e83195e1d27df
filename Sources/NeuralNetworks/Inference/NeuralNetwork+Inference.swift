extension NeuralNetwork {
  /// Examples that `callAsFunction` runs side by side where they are no sequences: more would leave the core's cache.
  static let examplesAtOnce = 64

  /// Outputs for a batch, without dropout. Builds a plan for this one call: for many blocks, keep an `InferencePlan`.
  /// - Parameter x: a batch in the layout of `input`: `[T][N][inputs]`, `[N][height][width][channels]`, …
  /// - Returns: a batch in the layout of `output`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let batch = batch(of: x)
    guard !input.isSequence, batch.sequences > Self.examplesAtOnce else {
      let workspace = run(x)
      let result = batches(steps: batch.steps, sequences: batch.sequences).last ?? batch
      return Tensor(result.tensorShape, workspace.output.copied())
    }
    let plan = InferencePlan(self, rows: Self.examplesAtOnce)
    let prepared = plan.prepare(self)
    let workspace = plan.makeWorkspace()
    var y: [Float] = []
    y.reserveCapacity(batch.sequences * outputs)
    for first in stride(from: 0, to: batch.sequences, by: plan.rows) {
      let count = min(plan.rows, batch.sequences - first)
      workspace.input.zero()
      x.storage.withUnsafeBufferPointer { values in
        if let base = values.baseAddress {
          workspace.input.base.update(from: base + first * inputs, count: count * inputs)
        }
      }
      workspace.run(prepared)
      y.append(contentsOf: UnsafeBufferPointer(start: workspace.output.base, count: count * outputs))
    }
    return Tensor([batch.sequences] + output.sizes, y)
  }

  /// Each LSTM layer's state after a history that all rows share, to start them from.
  /// - Parameter history: `[T][1][inputs]`.
  /// - Returns: per LSTM layer h and c, each `[1][H]`.
  public func states(after history: Tensor) -> [LSTM.State] {
    precondition(
      history.shape.count == 3 && history.shape[1] == 1, "history \(history.shape), expected [T, 1, \(inputs)]")
    return run(history).finalStates.map {
      LSTM.State(
        hidden: Tensor([1, $0.hidden.count], $0.hidden.copied()), cell: Tensor([1, $0.cell.count], $0.cell.copied()))
    }
  }

  private func run(_ x: Tensor) -> InferenceWorkspace {
    let batch = batch(of: x)
    let plan = InferencePlan(self, steps: batch.steps, rows: batch.sequences)
    let workspace = plan.makeWorkspace()
    workspace.input.copy(from: x.storage)
    workspace.run(plan.prepare(self))
    return workspace
  }

  /// How many steps and examples a tensor holds.
  /// - Precondition: its shape is that of a batch of `input`.
  func batch(of x: Tensor) -> BatchShape {
    let leading = input.isSequence ? 2 : 1
    precondition(
      x.shape.count == leading + input.sizes.count && Array(x.shape.dropFirst(leading)) == input.sizes
        && x.shape.prefix(leading).allSatisfy { $0 > 0 },
      "input \(x.shape), expected \(input.isSequence ? "T, " : "")N, then \(input.sizes)")
    return BatchShape(input, steps: x.shape[0], sequences: x.shape[leading - 1])
  }
}
