import COneDNN

/// A network's architecture compiled for one block: N rows of T steps, forward only, dropout left out.
///
/// Made once and shared by all workers; each brings an `InferenceWorkspace` of its own. Any network of the same
/// architecture can be `prepare`d for it, so that an ensemble shares one plan. The last block of a run is padded by the
/// caller: without AVX-512 a row's last bits may depend on how many rows stand beside it.
///
/// Safe to share although unchecked: the primitives are immutable, and what a run writes lies in the workspace.
public final class InferencePlan: @unchecked Sendable {
  public let steps: Int
  public let rows: Int
  public let inputs: Int
  public let outputs: Int

  let stages: [InferenceStage]

  public init(_ network: NeuralNetwork, steps: Int, rows: Int) {
    precondition(steps > 0 && rows > 0, "\(steps) steps of \(rows) rows, expected 1 or more of each")
    self.steps = steps
    self.rows = rows
    inputs = network.inputs
    outputs = network.outputs
    let batch = BatchShape(steps: steps, sequences: rows)
    stages = network.layers.compactMap { InferenceStage($0, batch) }
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
  ///   - input: `[T][N][inputs]`, time outermost.
  ///   - output: `[T][N][outputs]`; overwritten.
  ///   - workspace: from this plan; not in use elsewhere.
  public func run(
    _ network: PreparedNetwork, _ input: Span<Float>, into output: inout MutableSpan<Float>,
    using workspace: InferenceWorkspace
  ) {
    precondition(
      input.count == steps * rows * inputs, "\(input.count) input values, expected \(steps * rows * inputs)")
    precondition(
      output.count == steps * rows * outputs, "\(output.count) output values, expected \(steps * rows * outputs)")
    input.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { workspace.input.base.update(from: base, count: source.count) }
    }
    workspace.run(network)
    output.withUnsafeMutableBufferPointer { destination in
      destination.baseAddress?.update(from: workspace.output.base, count: destination.count)
    }
  }
}

/// One layer of a plan: its kernel, and what of it comes with the weights rather than with the worker.
struct InferenceStage {
  enum Kind {
    case lstm(LSTMOperation)
    case dense(input: dnnl_memory_desc_t, weights: dnnl_memory_desc_t, bias: dnnl_memory_desc_t)
  }

  let kind: Kind
  let primitive: Primitive
  /// Floats read and given per block.
  let inputCount: Int
  let outputCount: Int
  let inputLayout: dnnl_memory_desc_t
  let outputLayout: dnnl_memory_desc_t

  /// `nil` for a layer that does nothing outside training.
  init?(_ layer: Layer, _ batch: BatchShape) {
    switch layer {
    case .dropout: return nil
    case .lstm(let layer):
      let operation = LSTMOperation(layer, batch)
      kind = .lstm(operation)
      primitive = operation.forward(training: false)
      inputCount = batch.rows * layer.inputs
      outputCount = batch.rows * layer.hidden
      inputLayout = operation.inputLayout
      outputLayout = operation.outputLayout
    case .dense(let layer):
      var x = OneDNN.layout([batch.rows, layer.inputs], dnnl_nc)
      var w = OneDNN.layout([layer.outputs, layer.inputs], dnnl_format_tag_any)
      var b = OneDNN.layout([layer.outputs], dnnl_x)
      var y = OneDNN.layout([batch.rows, layer.outputs], dnnl_nc)
      var operation = dnnl_inner_product_desc_t()
      OneDNN.check(
        dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_inference, &x, &w, &b, &y),
        "describe a dense layer")
      primitive = Primitive("a dense layer", operation)
      kind = .dense(input: x, weights: OneDNN.layout([layer.outputs, layer.inputs], dnnl_io), bias: b)
      inputCount = batch.rows * layer.inputs
      outputCount = batch.rows * layer.outputs
      inputLayout = x
      outputLayout = y
    }
  }
}
