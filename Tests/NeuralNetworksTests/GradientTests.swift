import NeuralNetworks
import Testing

/// Central differences: (L(θ + h) − L(θ − h)) / 2h for every input, parameter and starting state.
///
/// L = Σ output · direction, summed in Double. In 32-bit floats with outputs of about 1, h = 1/64 leaves a rounding
/// error of about 1e-7 / h ≈ 1e-5 and a truncation error of about h²/6 · L‴ ≈ 1e-4: tolerance 5e-4 on gradients of about 1.
@Suite struct GradientTests {
  static let step: Float = 1 / 64
  static let tolerance: Float = 5e-4

  static let networks: [(name: String, network: NeuralNetwork)] = [
    ("dense", NeuralNetwork([.dense(Dense(weights: noise([3, 2], seed: 1), bias: noise([2], seed: 2)))])),
    ("lstm", NeuralNetwork([.lstm(lstm(inputs: 3, hidden: 4, seed: 3))])),
    (
      "stack",
      NeuralNetwork([
        .lstm(lstm(inputs: 3, hidden: 5, seed: 4)), .dropout(Dropout(rate: 0.5)),
        .lstm(lstm(inputs: 5, hidden: 4, seed: 5)),
        .dense(Dense(weights: noise([4, 2], seed: 6), bias: noise([2], seed: 7))),
      ])
    ),
  ]

  static func lstm(inputs: Int, hidden: Int, seed: UInt64) -> LSTM {
    LSTM(
      inputWeights: noise([inputs, 4 * hidden], seed: 10 * seed, scale: 0.5),
      recurrentWeights: noise([hidden, 4 * hidden], seed: 10 * seed + 1, scale: 0.5),
      bias: noise([4 * hidden], seed: 10 * seed + 2, scale: 0.5))
  }

  static func states(_ network: NeuralNetwork, sequences: Int) -> [LSTM.State] {
    network.recurrentLayers.enumerated().map { index, layer in
      LSTM.State(
        hidden: noise([sequences, layer.hidden], seed: 100 + UInt64(index), scale: 0.5),
        cell: noise([sequences, layer.hidden], seed: 200 + UInt64(index), scale: 0.5))
    }
  }

  private func objective(
    _ network: NeuralNetwork, _ x: Tensor, _ states: [LSTM.State], _ direction: Tensor
  ) -> Double {
    let plan = DifferentiablePlan(network, steps: x.shape[0], sequences: x.shape[1])
    let y = plan.forward(x, initialStates: states)
    return zip(y.storage, direction.storage).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// The slope of `objective` along each value of `tensor`, put back into its place by `change`.
  private func differences(_ tensor: Tensor, _ objective: (Tensor) -> Double) -> [Float] {
    tensor.storage.indices.map { index in
      var above = tensor
      var below = tensor
      above.storage[index] += Self.step
      below.storage[index] -= Self.step
      return Float((objective(above) - objective(below)) / Double(2 * Self.step))
    }
  }

  @Test(arguments: networks.indices)
  func backwardAgreesWithCentralDifferences(_ index: Int) {
    let (name, network) = Self.networks[index]
    let x = noise([6, 3, network.inputs], seed: 50)
    let states = Self.states(network, sequences: 3)
    let direction = noise([6, 3, network.outputs], seed: 51)
    let plan = DifferentiablePlan(network, steps: 6, sequences: 3)
    _ = plan.forward(x, initialStates: states)
    let gradients = plan.backward(direction)

    expectClose(
      gradients.input.storage, differences(x) { objective(network, $0, states, direction) },
      within: Self.tolerance, "\(name) ∂/∂input")
    for (number, parameter) in network.parameters.enumerated() {
      let expected = differences(parameter) {
        var changed = network
        changed.parameters[number] = $0
        return objective(changed, x, states, direction)
      }
      expectClose(
        gradients.parameters[number].storage, expected, within: Self.tolerance, "\(name) ∂/∂parameter \(number)")
    }
    for number in states.indices {
      let hidden = differences(states[number].hidden) {
        var changed = states
        changed[number].hidden = $0
        return objective(network, x, changed, direction)
      }
      let cell = differences(states[number].cell) {
        var changed = states
        changed[number].cell = $0
        return objective(network, x, changed, direction)
      }
      expectClose(
        gradients.initialStates[number].hidden.storage, hidden, within: Self.tolerance, "\(name) ∂/∂h₀ \(number)")
      expectClose(
        gradients.initialStates[number].cell.storage, cell, within: Self.tolerance, "\(name) ∂/∂c₀ \(number)")
    }
  }

  @Test func backwardTwiceGivesTheSameGradients() {
    let network = Self.networks[2].network
    let plan = DifferentiablePlan(network, steps: 6, sequences: 3)
    let x = noise([6, 3, 3], seed: 60)
    let direction = noise([6, 3, 2], seed: 61)
    _ = plan.forward(x)
    let first = plan.backward(direction)
    _ = plan.forward(x)
    #expect(plan.backward(direction) == first, "the library adds to weight gradients unless they are zeroed")
  }

  /// 37 sequences at once, more than one tile and the last not full, against each alone: the same input gradients, and
  /// weight gradients that add up. 1e-5: sums of 37 × 6 products in 32-bit floats.
  @Test func gradientOfABatchIsTheSumOverItsSequences() {
    let network = Self.networks[2].network
    let count = 37
    let (x, direction) = (noise([6, count, 3], seed: 62), noise([6, count, 2], seed: 63))
    let states = Self.states(network, sequences: count)
    let plan = DifferentiablePlan(network, steps: 6, sequences: count)
    let y = plan.forward(x, initialStates: states)
    let whole = plan.backward(direction)

    func one(_ tensor: Tensor, _ n: Int) -> Tensor {
      let width = tensor.shape[2]
      let rows = (0..<6).map { tensor.storage[($0 * count + n) * width..<($0 * count + n + 1) * width] }
      return Tensor([6, 1, width], rows.flatMap(\.self))
    }
    func row(_ tensor: Tensor, _ n: Int) -> Tensor {
      let width = tensor.shape[1]
      return Tensor([1, width], Array(tensor.storage[n * width..<(n + 1) * width]))
    }
    let single = DifferentiablePlan(network, steps: 6, sequences: 1)
    var sums = whole.parameters.map { [Float](repeating: 0, count: $0.count) }
    for n in 0..<count {
      let own = states.map { LSTM.State(hidden: row($0.hidden, n), cell: row($0.cell, n)) }
      expectClose(single.forward(one(x, n), initialStates: own).storage, one(y, n).storage, within: 1e-6, "y \(n)")
      let gradients = single.backward(one(direction, n))
      expectClose(gradients.input.storage, one(whole.input, n).storage, within: 1e-6, "∂/∂input of \(n)")
      for (number, parameter) in gradients.parameters.enumerated() {
        for index in parameter.storage.indices { sums[number][index] += parameter.storage[index] }
      }
      for (number, state) in gradients.initialStates.enumerated() {
        expectClose(state.hidden.storage, row(whole.initialStates[number].hidden, n).storage, within: 1e-6, "∂/∂h₀")
        expectClose(state.cell.storage, row(whole.initialStates[number].cell, n).storage, within: 1e-6, "∂/∂c₀")
      }
    }
    for (number, sum) in sums.enumerated() {
      expectClose(whole.parameters[number].storage, sum, within: 1e-5, "∂/∂parameter \(number)")
    }
  }

  @Test(arguments: [Loss.squared, .huber(threshold: 0.4), .binaryCrossEntropy])
  func lossGradientAgreesWithCentralDifferences(_ loss: Loss) {
    let predictions = noise([4, 3, 2], seed: 70)
    let targets = noise([4, 3, 2], seed: 71)
    var weights = noise([4, 3, 2], seed: 72)
    for index in weights.storage.indices { weights.storage[index] = index % 5 == 0 ? 0 : abs(weights.storage[index]) }
    let expected = differences(predictions) { loss($0, targets, weights: weights).value }
    // Values of about 0.1 in Double; the kink of Huber's loss costs at most h · w / Σw ≈ 1e-3 where |e| ≈ δ.
    expectClose(loss(predictions, targets, weights: weights).gradient.storage, expected, within: 1e-3, "\(loss)")
  }
}
