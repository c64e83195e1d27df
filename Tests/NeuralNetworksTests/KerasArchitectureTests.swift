import Foundation
import NeuralNetworks
import Testing

/// The three reference architectures against their Keras twins; `Tests/ReferenceImplementations/keras_architectures.py`
/// made the fixture, and its head says what it holds.
@Suite struct KerasArchitectureTests {
  struct Difference {
    let absolute, relative: Double
    /// Nothing agrees.
    static let whole = Difference(.infinity, of: 1)

    init(_ absolute: Double, of scale: Double) {
      self.absolute = absolute
      relative = absolute / scale
    }
  }

  /// A whole tensor, or a sample of it with its length and its product with a vector of noise.
  struct Sampled: Decodable {
    let count, stride: Int
    let values: [Double]
    let norm, product: Double

    /// Largest difference of a value, and that relative to the largest value.
    ///
    /// Where only a sample is stored, the length and the product count as well: an error of the values outside it that
    /// changes either by as much per value is seen.
    func difference(_ calculated: Tensor) -> Difference {
      guard calculated.count == count else { return .whole }
      let all = calculated.storage.map(Double.init)
      let sample = Swift.stride(from: 0, to: count, by: stride).map { all[$0] }
      guard sample.count == values.count else { return .whole }
      let largest = zip(sample, values).map { abs($0 - $1) }.max() ?? 0
      let scale = values.map(abs).max() ?? 0
      guard stride > 1 else { return Difference(largest, of: scale) }
      let length = all.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let direction = noise([count], seed: 900).storage
      let along = zip(all, direction).reduce(0) { $0 + $1.0 * Double($1.1) }
      let perValue = Double(count).squareRoot()
      return Difference(max(largest, abs(length - norm) / perValue, abs(along - product) / perValue), of: scale)
    }
  }

  struct Twin: Decodable {
    let names: [String]
    let scales: [Float]
    let y, inputGradient: Sampled
    let loss: Double
    let gradients, trained: [Sampled]
    let losses: [Double]
  }

  struct Architecture: Sendable, CustomTestStringConvertible {
    let name: String
    let network: NeuralNetwork
    let loss: Loss
    let x: Tensor
    let target: Tensor
    var testDescription: String { name }
  }

  static let pictures: Tensor = {
    let values = noise([8, 28, 28, 1], seed: 400, scale: 0.5)
    return Tensor(values.shape, values.storage.map { $0 + 0.5 })
  }()

  static let architectures = [
    Architecture(
      name: "cnn",
      network: NeuralNetwork(reading: .image(height: 28, width: 28, channels: 1), seed: 1) {
        Convolution2D(32, kernel: (3, 3), activation: .relu)
        MaxPooling2D()
        Convolution2D(64, kernel: (3, 3), activation: .relu)
        MaxPooling2D()
        Convolution2D(64, kernel: (3, 3), activation: .relu)
        Flatten()
        Dense(64, activation: .relu)
        Dense(10, activation: .softmax)
      }, loss: .softmaxCrossEntropy, x: pictures, target: Tensor([8, 1], (0..<8).map { Float($0 * 3 % 10) })),
    Architecture(
      name: "lstm",
      network: NeuralNetwork(reading: .sequence(width: 4), seed: 1) {
        LSTM(50)
        LSTM(50)
        LSTM(50)
        Dense(1)
      }, loss: .squared, x: noise([12, 8, 4], seed: 401), target: noise([12, 8, 1], seed: 402)),
    Architecture(
      name: "autoencoder",
      network: NeuralNetwork(reading: .image(height: 28, width: 28, channels: 1), seed: 1) {
        Convolution2D(32, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
        Convolution2D(64, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
        Convolution2D(64, kernel: (3, 3), padding: .same, activation: .relu)
        TransposedConvolution2D(64, kernel: (3, 3), padding: .same, activation: .relu)
        TransposedConvolution2D(32, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
        TransposedConvolution2D(1, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .sigmoid)
      }, loss: .squared, x: pictures, target: pictures),
  ]

  /// Prints the lines of the agreement table in `Fixtures/keras-agreement.md`. 1e-5 of the largest value, a tenth of
  /// what was asked for: sums of up to 50,000 products in 32-bit floats. Losses in training 1e-4, and weights after it
  /// 1e-4 as they are, a tenth of one step: Adam divides by √v, which magnifies the last bits of gradients near 0.
  @Test(arguments: architectures)
  func matchesItsTwin(_ architecture: Architecture) throws {
    let twins = try JSONDecoder().decode(
      [String: Twin].self, from: Data(contentsOf: fixtures.appending(path: "keras-architectures.json")))
    let twin = try #require(twins[architecture.name])
    var network = architecture.network
    network.parameters = network.parameters.enumerated().map {
      noise($1.shape, seed: 500 + UInt64($0), scale: twin.scales[$0])
    }
    let examples = Examples(inputs: architecture.x, targets: architecture.target)
    var rows: [(what: String, difference: Difference, tolerance: Double)] = []
    var trained: [(what: String, difference: Difference)] = []

    rows.append(("output", twin.y.difference(network(architecture.x)), 1e-5))
    let loss = network.loss(architecture.loss, on: examples)
    rows.append(("loss", Difference(abs(loss - twin.loss), of: twin.loss), 1e-5))
    let gradients = Self.gradients(network, architecture)
    rows.append(("∂loss/∂input", twin.inputGradient.difference(gradients.input), 1e-5))
    for (index, name) in twin.names.enumerated() {
      rows.append(("∂loss/∂ \(name)", twin.gradients[index].difference(gradients.parameters[index]), 1e-5))
    }
    let history = try network.fit(
      examples,
      settings: TrainingSettings(loss: architecture.loss, optimizer: Adam(learningRate: 1e-3), epochs: 10, seed: 1))
    for (step, (epoch, expected)) in zip(history.epochs, twin.losses).enumerated() {
      rows.append(("training loss \(step + 1)", Difference(abs(epoch.loss - expected), of: expected), 1e-4))
    }
    for (index, name) in twin.names.enumerated() {
      trained.append(("after ten steps, \(name)", twin.trained[index].difference(network.parameters[index])))
    }

    for (what, difference) in rows.map({ ($0.what, $0.difference) }) + trained {
      let figures = String(format: "%.1e | %.1e", difference.absolute, difference.relative)
      print("| \(architecture.name) | \(what) | \(figures) |")
    }
    for (what, difference) in trained {
      #expect(difference.absolute <= 1e-4, "\(what): differs by \(difference.absolute), tolerance 1e-4")
    }
    for (what, difference, tolerance) in rows {
      #expect(
        difference.relative <= tolerance,
        "\(what): differs by \(difference.relative) of the largest value, tolerance \(tolerance)")
    }
  }

  /// Of the loss; where that applies the softmax itself, ∂loss/∂output of the whole network is −1/(N·p) for the right
  /// class.
  private static func gradients(
    _ network: NeuralNetwork, _ architecture: Architecture
  ) -> DifferentiablePlan.Gradients {
    let isSequence = network.input.isSequence
    let x = architecture.x
    let plan = DifferentiablePlan(network, steps: isSequence ? x.shape[0] : 1, sequences: x.shape[isSequence ? 1 : 0])
    let y = plan.forward(x)
    guard architecture.loss == .softmaxCrossEntropy else {
      return plan.backward(architecture.loss(y, architecture.target).gradient)
    }
    var dy = Tensor(y.shape)
    for row in 0..<y.shape[0] {
      let index = row * y.shape[1] + Int(architecture.target.storage[row])
      dy.storage[index] = -1 / (Float(y.shape[0]) * y.storage[index])
    }
    return plan.backward(dy)
  }
}
