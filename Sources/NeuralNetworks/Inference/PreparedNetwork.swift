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
      network.layers.count == plan.operations.count,
      "\(network.layers.count) layers, the plan has \(plan.operations.count): \(network.architecture)")
    var remaining = states[...]
    var layers: [any PreparedLayer] = []
    for (layer, operation) in zip(network.layers, plan.operations) {
      let state = if case .lstm = layer { remaining.popFirst() } else { LSTM.State?.none }
      if let operation { layers.append(operation.prepare(layer, from: state, on: stream)) }
    }
    self.layers = layers
  }
}
