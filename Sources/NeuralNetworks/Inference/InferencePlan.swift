/// A network's architecture compiled for one block: N rows of T steps, forward only, dropout left out.
///
/// Made once and shared by all workers; each brings an `InferenceWorkspace` of its own. Any network of the same
/// architecture can be `prepare`d for it, so that an ensemble shares one plan. The last block of a run is padded by the
/// caller. A row of an LSTM's outputs has the same bits whatever stands beside it; that of oneDNN's layers may change its
/// last bits with the number of rows.
///
/// Safe to share although unchecked: the primitives are immutable, and what a run writes lies in the workspace.
public final class InferencePlan: @unchecked Sendable {
  /// 1 unless the network reads sequences.
  public let steps: Int
  public let rows: Int
  /// Values of one example, or of one step of a sequence.
  public let inputs: Int
  public let outputs: Int

  let input: BatchShape
  let output: BatchShape
  let layerCount: Int
  /// In order, with the layers that each stands for; layers that do nothing outside training have none.
  let operations: [(layers: Range<Int>, operation: any InferenceOperation)]

  /// - Parameters:
  ///   - steps: of each sequence; without meaning for networks that read no sequences.
  ///   - rows: examples side by side.
  public init(_ network: NeuralNetwork, steps: Int = 1, rows: Int) {
    precondition(steps > 0 && rows > 0, "\(steps) steps of \(rows) rows, expected 1 or more of each")
    inputs = network.inputs
    outputs = network.outputs
    let batches = network.batches(steps: steps, sequences: rows)
    input = batches[0]
    output = batches[batches.count - 1]
    self.steps = input.steps
    self.rows = rows
    layerCount = network.layers.count
    operations = Self.operations(network.layers, batches)
  }

  private static func operations(
    _ layers: [Layer], _ batches: [BatchShape]
  ) -> [(layers: Range<Int>, operation: any InferenceOperation)] {
    var operations: [(layers: Range<Int>, operation: any InferenceOperation)] = []
    var next = 0
    while next < layers.count {
      let stack = LSTMStack.length(layers, from: next)
      let range = next..<next + max(stack, 1)
      if stack > 0 {
        operations.append((range, LSTMStack(layers[range], batches[next])))
      } else if let operation = layers[next].kind.makeOperation(batches[next]) {
        operations.append((range, operation))
      }
      next = range.upperBound
    }
    return operations
  }

  /// Packs weights as this plan's kernels want them, and copies the starting state to every row.
  ///
  /// The result is read-only and serves all workers.
  /// - Parameter states: one per LSTM layer, each of one row, as `NeuralNetwork.states(after:)` gives them; zero when
  ///   empty.
  public func prepare(_ network: NeuralNetwork, from states: [LSTM.State] = []) -> PreparedNetwork {
    PreparedNetwork(network, for: self, states)
  }

  public func makeWorkspace() -> InferenceWorkspace { InferenceWorkspace(self) }

  /// - Parameters:
  ///   - input: one block in the layout of the network's input, e.g. `[T][N][inputs]`, time outermost.
  ///   - output: one block in the layout of the network's output, e.g. `[T][N][outputs]`; overwritten.
  ///   - workspace: from this plan; not in use elsewhere.
  public func run(
    _ network: PreparedNetwork, _ input: Span<Float>, into output: inout MutableSpan<Float>,
    using workspace: InferenceWorkspace
  ) {
    precondition(input.count == self.input.count, "\(input.count) input values, expected \(self.input.count)")
    precondition(output.count == self.output.count, "\(output.count) output values, expected \(self.output.count)")
    input.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { workspace.input.base.update(from: base, count: source.count) }
    }
    workspace.run(network)
    output.withUnsafeMutableBufferPointer { destination in
      destination.baseAddress?.update(from: workspace.output.base, count: destination.count)
    }
  }
}
