/// A network's weights as the kernels of one plan want them, and the state from which every row starts.
///
/// Safe to share although unchecked: nothing writes to it after it is made.
public final class PreparedNetwork: @unchecked Sendable {
  /// One per operation of the plan.
  let layers: [any PreparedLayer]

  init(_ network: NeuralNetwork, for plan: InferencePlan, _ states: [LSTM.State]) {
    OneDNN.useOneThread()
    let stream = Stream()
    let recurrentCount = network.recurrentLayers.count
    precondition(
      states.isEmpty || states.count == recurrentCount,
      "\(states.count) starting states, expected none or \(recurrentCount)")
    precondition(
      network.layers.count == plan.layerCount,
      "\(network.layers.count) layers, the plan has \(plan.layerCount): \(network.architecture)")
    var remaining = states[...]
    layers = plan.operations.map { range, operation in
      let layers = network.layers[range]
      let own = remaining.prefix(layers.count { if case .lstm = $0 { true } else { false } })
      remaining = remaining.dropFirst(own.count)
      return operation.prepare(layers, from: own, on: stream)
    }
  }
}
