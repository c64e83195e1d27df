import COneDNN

/// A network's weights as the kernels of one plan want them, and the state from which every row starts.
///
/// Safe to share although unchecked: nothing writes to it after it is made.
public final class PreparedNetwork: @unchecked Sendable {
  /// Per stage, the operands at the front of its call: weights first, then starting states.
  let operands: [[Memory]]

  init(_ network: NeuralNetwork, for plan: InferencePlan, _ states: [LSTM.State]) {
    OneDNN.useOneThread()
    let stream = Stream()
    let recurrentCount = network.recurrentLayers.count
    precondition(
      states.isEmpty || states.count == recurrentCount,
      "\(states.count) starting states, expected none or \(recurrentCount)")
    let layers = network.layers.filter { if case .dropout = $0 { false } else { true } }
    precondition(layers.count == plan.stages.count, "\(layers.count) layers, the plan has \(plan.stages.count)")
    var remaining = states[...]
    operands = zip(layers, plan.stages).map { layer, stage in
      switch (layer, stage.kind) {
      case (.lstm(let layer), .lstm(let operation)):
        Self.operands(layer, operation, stage.primitive, remaining.popFirst(), rows: plan.rows, stream)
      case (.dense(let layer), .dense(_, let weights, let bias)):
        [
          Self.packed(layer.weights, weights, as: stage.primitive.layout(of: DNNL_ARG_WEIGHTS), stream),
          Self.packed(layer.bias, bias, as: bias, stream),
        ]
      default: preconditionFailure("a layer of another kind than the plan's: \(network.architecture)")
      }
    }
  }

  private static func operands(
    _ layer: LSTM, _ operation: LSTMOperation, _ primitive: Primitive, _ state: LSTM.State?, rows: Int,
    _ stream: Stream
  ) -> [Memory] {
    precondition(
      layer.inputs == operation.inputs && layer.hidden == operation.hidden,
      "LSTM \(layer.inputs) → \(layer.hidden), the plan's is \(operation.inputs) → \(operation.hidden)")
    let arguments = [DNNL_ARG_WEIGHTS_LAYER, DNNL_ARG_WEIGHTS_ITER]
    return [
      packed(
        layer.inputWeights, operation.inputWeightsLayout(), as: primitive.layout(of: arguments[0]), stream),
      packed(
        layer.recurrentWeights, operation.recurrentWeightsLayout(), as: primitive.layout(of: arguments[1]), stream),
      packed(layer.bias, operation.biasLayout, as: operation.biasLayout, stream),
      broadcast(state?.hidden, hidden: layer.hidden, rows: rows, operation.stateLayout),
      broadcast(state?.cell, hidden: layer.hidden, rows: rows, operation.stateLayout),
    ]
  }

  private static func packed(
    _ tensor: Tensor, _ plain: dnnl_memory_desc_t, as layout: dnnl_memory_desc_t, _ stream: Stream
  ) -> Memory {
    let buffer = AlignedBuffer(count: tensor.count)
    buffer.copy(from: tensor.storage)
    let repacked = Repacked(Memory(plain, in: buffer), as: layout)
    repacked.refresh(on: stream)
    return repacked.memory
  }

  /// `[1][H]` to `[N][H]`.
  private static func broadcast(
    _ state: Tensor?, hidden: Int, rows: Int, _ layout: dnnl_memory_desc_t
  ) -> Memory {
    let buffer = AlignedBuffer(count: rows * hidden)
    if let state {
      precondition(state.shape == [1, hidden], "starting state \(state.shape), expected \([1, hidden])")
      for row in 0..<rows {
        for unit in 0..<hidden { buffer.base[row * hidden + unit] = state.storage[unit] }
      }
    }
    return Memory(layout, in: buffer)
  }
}
