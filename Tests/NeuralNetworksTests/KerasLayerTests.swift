import Foundation
import NeuralNetworks
import Testing

/// Answers of Keras for every kind of layer and loss; `Tests/ReferenceImplementations/keras_layers.py` made them.
@Suite struct KerasLayerTests {
  struct Answers: Decodable {
    let y, inputGradient: ReferenceTests.Numbers
    let gradients: [ReferenceTests.Numbers]
  }
  struct LossAnswers: Decodable {
    let value: Double
    let gradient: ReferenceTests.Numbers
    let targets: ReferenceTests.Numbers?
  }
  struct Fixture: Decodable {
    let layers: [String: Answers]
    let losses: [String: LossAnswers]
    let sgd: [Double]
  }

  static let image = ExampleShape.image(height: 5, width: 6, channels: 3)
  static let signal = ExampleShape.signal(length: 7, channels: 3)
  static let vector = ExampleShape.vector(6)
  static let sequence = ExampleShape.sequence(width: 3)

  /// By the fixture's names.
  static let layers: [(name: String, input: ExampleShape, layer: any LayerConvertible & Sendable)] = [
    ("dense relu", vector, Dense(5, activation: .relu)),
    ("dense tanh", vector, Dense(5, activation: .tanh)),
    ("dense sigmoid", vector, Dense(5, activation: .sigmoid)),
    ("dense softmax", vector, Dense(5, activation: .softmax)),
    ("dense over an image", image, Dense(4)),
    ("relu", image, ActivationLayer(.relu)),
    ("softmax", image, ActivationLayer(.softmax)),
    ("recurrent tanh", sequence, SimpleRecurrent(4)),
    ("recurrent relu", sequence, SimpleRecurrent(4, activation: .relu)),
    ("lstm", sequence, LSTM(4)),
    ("convolution 2-D valid", image, Convolution2D(4, kernel: (3, 2))),
    (
      "convolution 2-D same stride 2 relu", image,
      Convolution2D(9, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
    ),
    ("convolution 2-D even window same", image, Convolution2D(4, kernel: (2, 4), padding: .same)),
    ("convolution 1-D valid", signal, Convolution1D(4, kernel: 3)),
    ("convolution 1-D same stride 2", signal, Convolution1D(4, kernel: 3, stride: 2, padding: .same)),
    (
      "transposed convolution 2-D valid stride 2", image,
      TransposedConvolution2D(4, kernel: (3, 2), strides: (2, 2))
    ),
    (
      "transposed convolution 2-D same stride 2", image,
      TransposedConvolution2D(4, kernel: (3, 3), strides: (2, 2), padding: .same)
    ),
    (
      "transposed convolution 2-D same", image,
      TransposedConvolution2D(4, kernel: (3, 3), padding: .same, activation: .sigmoid)
    ),
    (
      "transposed convolution 1-D same stride 2", signal,
      TransposedConvolution1D(4, kernel: 4, stride: 2, padding: .same)
    ),
    ("max pooling 2-D valid", image, MaxPooling2D()),
    ("max pooling 2-D same", image, MaxPooling2D((3, 3), strides: (2, 2), padding: .same)),
    ("average pooling 2-D same", image, AveragePooling2D((3, 2), padding: .same)),
    ("max pooling 1-D", signal, MaxPooling1D()),
    ("average pooling 1-D stride 2", signal, AveragePooling1D(3, stride: 2)),
    ("layer normalisation", image, LayerNormalization()),
    ("flatten", image, Flatten()),
    ("reshape", image, Reshape(to: .signal(length: 6, channels: 15))),
    ("dropout outside training", image, Dropout(0.5)),
  ]

  private let fixture: Fixture
  init() throws {
    fixture = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: fixtures.appending(path: "keras-layers.json")))
  }

  @Test func everyAnswerIsCompared() {
    #expect(Set(fixture.layers.keys) == Set(Self.layers.map(\.name)))
  }

  /// 3e-6 of the largest value, or of 1 where that is less: sums of up to 30 products of numbers around 1 in 32-bit
  /// floats, gradients summed over up to 260 places.
  @Test(arguments: layers.indices)
  func layerMatchesKeras(_ index: Int) throws {
    let (name, input, layer) = Self.layers[index]
    let expected = try #require(fixture.layers[name])
    var network = NeuralNetwork(reading: input, seed: 1) { layer.layer }
    network.parameters = network.parameters.enumerated().map {
      noise($1.shape, seed: 200 + UInt64($0), scale: 0.5)
    }
    let examples = input == Self.vector ? [3] : input == Self.sequence ? [5, 2] : [2]
    let x = noise(examples + input.sizes, seed: 100)
    let plan = DifferentiablePlan(network, steps: input == Self.sequence ? 5 : 1, sequences: examples.last ?? 0)
    let y = plan.forward(x)
    #expect(y.shape == expected.y.shape)
    expectClose(y.storage, expected.y.tensor.storage, within: 3e-6, "\(name) training y")
    expectClose(network(x).storage, expected.y.tensor.storage, within: 3e-6, "\(name) inference y")
    let gradients = plan.backward(noise(y.shape, seed: 300))
    expectClose(
      gradients.input.storage, expected.inputGradient.tensor.storage, within: 3e-6, "\(name) ∂/∂input")
    #expect(gradients.parameters.map(\.shape) == expected.gradients.map(\.shape))
    for (number, gradient) in expected.gradients.enumerated() {
      let largest = gradient.tensor.storage.map(abs).max() ?? 1
      expectClose(
        gradients.parameters[number].storage, gradient.tensor.storage, within: 3e-6 * max(1, largest),
        "\(name) ∂/∂parameter \(number)")
    }
  }

  static let losses: [(name: String, loss: Loss)] = [
    ("softmaxCrossEntropy", .softmaxCrossEntropy),
    ("softmaxCrossEntropyOfProbabilities", .softmaxCrossEntropyOfProbabilities),
    ("binaryCrossEntropy", .binaryCrossEntropy), ("huber", .huber(threshold: 0.5)), ("squared", .squared),
    ("gaussian", .gaussian), ("quantile", .quantile(levels: [0.1, 0.5, 0.9])),
  ]

  /// 2e-6 of the loss, or of 1 where that is more: their sums are 32-bit floats there, and 64-bit ones here.
  @Test(arguments: losses.indices)
  func lossMatchesKerasOrPyTorch(_ index: Int) throws {
    let (name, loss) = Self.losses[index]
    let expected = try #require(fixture.losses[name])
    let z = noise([7, 5], seed: 400, scale: 4)
    func firstColumns(_ count: Int) -> Tensor {
      Tensor([7, count], (0..<7).flatMap { z.storage[$0 * 5..<$0 * 5 + count] })
    }
    let bits = Tensor([7, 1], (0..<7).map { Float($0 % 2) })
    let (predictions, targets): (Tensor, Tensor) =
      switch loss {
      case .softmaxCrossEntropy: (z, Tensor([7, 1], (0..<7).map { Float($0 * 3 % 5) }))
      case .softmaxCrossEntropyOfProbabilities: (z, try #require(expected.targets).tensor)
      case .gaussian: (firstColumns(4), noise([7, 2], seed: 403))
      case .quantile: (noise([7, 6], seed: 404, scale: 4), noise([7, 2], seed: 403))
      default: (firstColumns(1), bits)
      }
    let rowWeights = noise([7], seed: 402).storage.map { abs($0) }
    let perRow = targets.count / 7
    let weights = Tensor(targets.shape, (0..<targets.count).map { rowWeights[$0 / perRow] })
    let (value, gradient) = loss(predictions, targets, weights: weights)
    let tolerance = 2e-6 * max(1, abs(expected.value))
    #expect(
      abs(value - expected.value) < tolerance,
      "\(name): calculated \(value), expected \(expected.value), tolerance \(tolerance)")
    expectClose(
      gradient.storage, expected.gradient.tensor.storage, within: Float(tolerance), "\(name) ∂/∂prediction")
  }

  /// 2e-6 on losses around 1: ten steps of one small network.
  @Test func momentumMatchesKeras() throws {
    var network = NeuralNetwork(reading: Self.vector, seed: 1) {
      Dense(8, activation: .tanh)
      Dense(2)
    }
    network.parameters = network.parameters.enumerated().map { noise($1.shape, seed: 200 + UInt64($0), scale: 0.5) }
    let examples = Examples(inputs: noise([12, 6], seed: 100), targets: noise([12, 2], seed: 101))
    let history = try network.fit(
      examples,
      settings: TrainingSettings(
        loss: .squared, optimizer: SGD(learningRate: 0.1, momentum: 0.9), epochs: 10, seed: 1))
    expectClose(history.epochs.map { Float($0.loss) }, fixture.sgd.map { Float($0) }, within: 2e-6, "loss at step")
  }
}
