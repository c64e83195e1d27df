import NeuralNetworks
import Testing

/// Central differences for every kind of layer, as in `GradientTests` and with its tolerance, at half its step: some
/// gradients here are of about 3.
@Suite struct LayerGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let network: NeuralNetwork
    let x: Tensor
    var testDescription: String { name }

    init(_ name: String, _ input: ExampleShape, x: [Int], @NetworkBuilder _ layers: () -> [Layer]) {
      self.init(name, NeuralNetwork(reading: input, seed: 5, layers), noise(x, seed: 40))
    }

    init(_ name: String, _ network: NeuralNetwork, _ x: Tensor) {
      self.name = name
      self.network = network
      self.x = x
    }
  }

  /// Values further apart than two steps, so that no difference crosses a kink.
  static func apart(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape, (0..<count).map { Float(($0 * 37 + 11) % count) / 8 - Float(count) / 16 + 0.06 })
  }

  static let image = ExampleShape.image(height: 5, width: 6, channels: 3)
  static let signal = ExampleShape.signal(length: 7, channels: 3)

  static let cases: [Case] = [
    Case("dense tanh", .vector(4), x: [3, 4]) { Dense(5, activation: .tanh) },
    Case("dense sigmoid over an image", image, x: [2, 5, 6, 3]) { Dense(2, activation: .sigmoid) },
    Case("dense softmax", .vector(4), x: [3, 4]) { Dense(5, activation: .softmax) },
    Case("softmax over a sequence", .sequence(width: 4), x: [2, 3, 4]) { ActivationLayer(.softmax) },
    Case("tanh", image, x: [2, 5, 6, 3]) { ActivationLayer(.tanh) },
    Case("sigmoid", .vector(4), x: [3, 4]) { ActivationLayer(.sigmoid) },
    Case("linear", .vector(4), x: [3, 4]) { ActivationLayer(.linear) },
    Case("relu", NeuralNetwork(reading: .vector(6), seed: 1) { ActivationLayer(.relu) }, apart([4, 6])),
    Case("recurrent tanh", .sequence(width: 3), x: [6, 2, 3]) { SimpleRecurrent(4) },
    Case("recurrent sigmoid", .sequence(width: 3), x: [6, 2, 3]) { SimpleRecurrent(4, activation: .sigmoid) },
    Case("LSTM, last step, dense", .sequence(width: 3), x: [5, 2, 3]) {
      LSTM(4)
      LastStep()
      Dense(2)
    },
    Case("convolution", image, x: [2, 5, 6, 3]) { Convolution2D(4, kernel: (3, 2), activation: .tanh) },
    Case("convolution, stride 2, same", image, x: [2, 5, 6, 3]) {
      Convolution2D(9, kernel: (3, 3), strides: (2, 2), padding: .same)
    },
    Case("convolution 1-D", signal, x: [2, 7, 3]) { Convolution1D(4, kernel: 3, activation: .sigmoid) },
    Case("convolution 1-D, stride 2, same", signal, x: [2, 7, 3]) {
      Convolution1D(4, kernel: 3, stride: 2, padding: .same)
    },
    Case("transposed convolution, stride 2, same", image, x: [2, 5, 6, 3]) {
      TransposedConvolution2D(4, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .tanh)
    },
    Case("transposed convolution, stride 2", image, x: [2, 5, 6, 3]) {
      TransposedConvolution2D(2, kernel: (3, 2), strides: (2, 1))
    },
    Case("transposed convolution 1-D", signal, x: [2, 7, 3]) {
      TransposedConvolution1D(4, kernel: 4, stride: 2, padding: .same)
    },
    Case("max pooling", NeuralNetwork(reading: image, seed: 1) { MaxPooling2D() }, apart([2, 5, 6, 3])),
    Case(
      "max pooling, overlapping, same",
      NeuralNetwork(reading: image, seed: 1) { MaxPooling2D((3, 3), strides: (2, 2), padding: .same) },
      apart([2, 5, 6, 3])),
    Case("max pooling 1-D", NeuralNetwork(reading: signal, seed: 1) { MaxPooling1D() }, apart([2, 7, 3])),
    Case("average pooling, same", image, x: [2, 5, 6, 3]) { AveragePooling2D((3, 2), padding: .same) },
    Case("average pooling 1-D", signal, x: [2, 7, 3]) { AveragePooling1D(3, stride: 2) },
    Case("layer normalisation", .vector(6), x: [3, 6]) { LayerNormalization() },
    Case(
      "layer normalisation over an image",
      NeuralNetwork(reading: image, seed: 1) {
        LayerNormalization(scale: noise([3], seed: 2), shift: noise([3], seed: 3), epsilon: 0.1)
      }, noise([2, 5, 6, 3], seed: 4)),
    Case("all kinds after one another", .vector(12), x: [2, 12]) {
      Reshape(to: .image(height: 4, width: 3, channels: 1))
      Convolution2D(4, kernel: (2, 2), padding: .same, activation: .tanh)
      LayerNormalization(epsilon: 0.1)
      AveragePooling2D((2, 2), padding: .same)
      Flatten()
      Dropout(0.5)
      Dense(8)
      Reshape(to: .signal(length: 4, channels: 2))
      TransposedConvolution1D(2, kernel: 2, stride: 2)
      ActivationLayer(.sigmoid)
    },
  ]

  private func objective(_ network: NeuralNetwork, _ x: Tensor, _ direction: Tensor) -> Double {
    let plan = DifferentiablePlan(
      network, steps: network.input.isSequence ? x.shape[0] : 1, sequences: x.shape[network.input.isSequence ? 1 : 0])
    return zip(plan.forward(x).storage, direction.storage).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func differences(_ tensor: Tensor, _ objective: (Tensor) -> Double) -> [Float] {
    let step = GradientTests.step / 2
    return tensor.storage.indices.map { index in
      var above = tensor
      var below = tensor
      above.storage[index] += step
      below.storage[index] -= step
      return Float((objective(above) - objective(below)) / Double(2 * step))
    }
  }

  @Test(arguments: cases)
  func backwardAgreesWithCentralDifferences(_ test: Case) {
    let (network, x) = (test.network, test.x)
    let plan = DifferentiablePlan(
      network, steps: network.input.isSequence ? x.shape[0] : 1, sequences: x.shape[network.input.isSequence ? 1 : 0])
    let direction = noise(plan.forward(x).shape, seed: 41)
    let gradients = plan.backward(direction)
    expectClose(
      gradients.input.storage, differences(x) { objective(network, $0, direction) }, within: GradientTests.tolerance,
      "\(test.name) ∂/∂input")
    for (number, parameter) in network.parameters.enumerated() {
      let expected = differences(parameter) {
        var changed = network
        changed.parameters[number] = $0
        return objective(changed, x, direction)
      }
      expectClose(
        gradients.parameters[number].storage, expected, within: GradientTests.tolerance,
        "\(test.name) ∂/∂parameter \(number)")
    }
    #expect(network.inputGradient(at: x, outputWeights: direction) == gradients.input)
    _ = plan.forward(x)
    #expect(plan.backward(direction) == gradients, "\(test.name): a second time")
  }

  /// 2e-6: sums of up to 30 products, by other kernels.
  @Test(arguments: cases)
  func inferenceGivesWhatTrainingGives(_ test: Case) {
    let x = test.x
    let isSequence = test.network.input.isSequence
    let plan = DifferentiablePlan(
      test.network, steps: isSequence ? x.shape[0] : 1, sequences: x.shape[isSequence ? 1 : 0])
    let y = test.network(x)
    let expected = plan.forward(x)
    #expect(y.shape == expected.shape)
    expectClose(y.storage, expected.storage, within: 2e-6, test.name)
  }

  @Test(arguments: [
    (Loss.binaryCrossEntropy, 4, 4), (.softmaxCrossEntropy, 5, 1), (.softmaxCrossEntropyOfProbabilities, 5, 5),
    (.gaussian, 4, 2), (.quantile(levels: [0.1, 0.5, 0.9]), 6, 2),
  ])
  func lossGradientAgreesWithCentralDifferences(_ loss: Loss, _ outputs: Int, _ targetCount: Int) {
    let predictions = noise([7, outputs], seed: 70)
    var targets = noise([7, targetCount], seed: 71)
    for index in targets.storage.indices {
      switch loss {
      case .softmaxCrossEntropy: targets.storage[index] = Float(index * 3 % outputs)
      case .gaussian, .quantile: break
      default: targets.storage[index] = abs(targets.storage[index])
      }
    }
    var weights = noise([7, targetCount], seed: 72)
    for index in weights.storage.indices {
      weights.storage[index] = index % 5 == 0 ? 0 : abs(weights.storage[index])
      if index % 5 == 0 { targets.storage[index] = .nan }
    }
    // A tenth of the usual step: a quantile's kink must lie outside it, which these numbers were looked at for.
    let expected = predictions.storage.indices.map { index in
      var above = predictions
      var below = predictions
      above.storage[index] += 1 / 1024
      below.storage[index] -= 1 / 1024
      return Float(
        (loss(above, targets, weights: weights).value - loss(below, targets, weights: weights).value) * 512)
    }
    expectClose(loss(predictions, targets, weights: weights).gradient.storage, expected, within: 1e-5, "\(loss)")
  }
}
