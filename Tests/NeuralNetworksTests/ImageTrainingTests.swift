import Foundation
import NeuralNetworks
import Testing

/// What `fit` does beyond sequences: images, classes, splits, schedules, likelihoods.
@Suite struct ImageTrainingTests {
  /// One bar on an 8×8 picture with noise: class 0 lies, class 1 stands.
  static func bars(_ count: Int, seed: UInt64) -> Examples {
    var x = noise([count, 8, 8, 1], seed: seed, scale: 0.3)
    for n in 0..<count {
      for step in 0..<8 {
        let place = n % 2 == 0 ? (n / 2 % 8) * 8 + step : step * 8 + n / 2 % 8
        x.storage[n * 64 + place] += 1
      }
    }
    return Examples(inputs: x, targets: Tensor([count], (0..<count).map { Float($0 % 2) }))
  }

  static func classifier(_ activation: Activation = .linear, dropout: Double = 0) -> NeuralNetwork {
    NeuralNetwork(reading: .image(height: 8, width: 8, channels: 1), seed: 5) {
      Convolution2D(4, kernel: (3, 3), padding: .same, activation: .relu)
      MaxPooling2D()
      Flatten()
      if dropout > 0 { Dropout(dropout) }
      Dense(2, activation: activation)
    }
  }

  static func settings(epochs: Int, batchSize: Int? = 12) -> TrainingSettings {
    TrainingSettings(
      loss: .softmaxCrossEntropy, optimizer: Adam(learningRate: 5e-3), epochs: epochs, batchSize: batchSize, seed: 9)
  }

  @Test func learnsToTellBarsApart() throws {
    var network = Self.classifier(.softmax)
    try network.fit(Self.bars(64, seed: 1), settings: Self.settings(epochs: 30))
    let unseen = Self.bars(100, seed: 2)
    let p = network(unseen.inputs)
    #expect(p.shape == [100, 2])
    let right = (0..<100).count { p.storage[$0 * 2 + $0 % 2] > 0.5 }
    #expect(right >= 98, "\(right) of 100 right")
  }

  @Test func sameSeedGivesSameBits() throws {
    var settings = Self.settings(epochs: 4)
    settings.validationSplit = .random(0.25)
    var first = Self.classifier(dropout: 0.3)
    var second = first
    var other = first
    let course = try first.fit(Self.bars(50, seed: 1), settings: settings)
    #expect(try second.fit(Self.bars(50, seed: 1), settings: settings) == course)
    #expect(first == second)
    settings.seed += 1
    try other.fit(Self.bars(50, seed: 1), settings: settings)
    #expect(first != other)
  }

  /// The loss applies the softmax: a network that ends in one learns like one that ends before it.
  @Test func softmaxAtTheEndChangesNothing() throws {
    var logits = Self.classifier()
    var probabilities = Self.classifier(.softmax)
    let examples = Self.bars(30, seed: 3)
    let course = try logits.fit(examples, settings: Self.settings(epochs: 3))
    #expect(try probabilities.fit(examples, settings: Self.settings(epochs: 3)) == course)
    #expect(logits.parameters == probabilities.parameters)
    #expect(logits.loss(.softmaxCrossEntropy, on: examples) == probabilities.loss(.softmaxCrossEntropy, on: examples))
    #expect(probabilities.architecture.hasSuffix("dense 2 softmax"))
  }

  /// Splitting off the last examples is the same as giving them.
  @Test func splitStandsForAValidationSet() throws {
    let all = Self.bars(40, seed: 4)
    let learned = Examples(
      inputs: Tensor([30, 8, 8, 1], Array(all.inputs.storage[..<(30 * 64)])),
      targets: Tensor([30], Array(all.targets.storage[..<30])))
    let watched = Examples(
      inputs: Tensor([10, 8, 8, 1], Array(all.inputs.storage[(30 * 64)...])),
      targets: Tensor([10], Array(all.targets.storage[30...])))
    var settings = Self.settings(epochs: 6)
    settings.earlyStopping = EarlyStopping(patience: 2)
    var given = Self.classifier()
    let course = try given.fit(learned, validation: watched, settings: settings)
    settings.validationSplit = .last(0.25)
    var split = Self.classifier()
    #expect(try split.fit(all, settings: settings) == course)
    #expect(split == given)
  }

  @Test func plateauLowersTheRate() throws {
    var network = NeuralNetwork(reading: .vector(1), seed: 1) { Dense(weights: Tensor([1, 1]), bias: Tensor([1])) }
    let examples = Examples(inputs: Tensor([2, 1], [1, 2]), targets: Tensor([2, 1]))
    let history = try network.fit(
      examples,
      settings: TrainingSettings(
        loss: .squared, optimizer: SGD(learningRate: 1), epochs: 8,
        schedule: .plateau(factor: 0.5, patience: 2, finalFraction: 0.2), seed: 1))
    #expect(history.epochs.map(\.learningRate) == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2])
  }

  /// With a constant input the best normal law has the targets' mean and variance, and the best quantiles are theirs.
  @Test func likelihoodsFindTheirClosedForms() throws {
    let targets: [Float] = [0.2, 0.5, 0.9, 1.1, 1.3, 1.4, 1.8, 2.1, 2.6, 4.1]
    let examples = Examples(inputs: Tensor([10, 1], repeating: 1), targets: Tensor([10, 1], targets))
    func fitted(_ loss: Loss, outputs: Int) throws -> [Float] {
      var network = NeuralNetwork(reading: .vector(1), seed: 1) { Dense(outputs) }
      try network.fit(
        examples,
        settings: TrainingSettings(
          loss: loss, optimizer: Adam(learningRate: 0.02), epochs: 3000, schedule: .cosine(finalFraction: 0.001),
          seed: 1))
      return network(Tensor([1, 1], [1])).storage
    }
    let mean = targets.reduce(0, +) / 10
    let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10
    // 1e-3: the optimiser's last steps are of 2e-5.
    expectClose(
      try fitted(.gaussian, outputs: 2), [mean, Float(log(Double(variance)))], within: 1e-3, "mean and log variance")
    // The 25 % quantile of ten values is the third, the 75 % quantile the eighth: the pinball loss is flat nowhere.
    expectClose(
      try fitted(.quantile(levels: [0.25, 0.75]), outputs: 2), [0.9, 2.1], within: 2e-3, "quantiles")
  }

  @Test func autoencoderLearnsItsPictures() throws {
    var network = NeuralNetwork(reading: .image(height: 8, width: 8, channels: 1), seed: 2) {
      Convolution2D(8, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
      Convolution2D(8, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
      TransposedConvolution2D(8, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
      TransposedConvolution2D(1, kernel: (3, 3), strides: (2, 2), padding: .same)
    }
    #expect(network.output == network.input)
    let pictures = Self.bars(64, seed: 6).inputs
    let examples = Examples(inputs: pictures, targets: pictures)
    let before = network.loss(.squared, on: examples)
    try network.fit(
      examples,
      settings: TrainingSettings(
        loss: .squared, optimizer: Adam(learningRate: 1e-2), epochs: 60, batchSize: 16, seed: 1))
    let after = network.loss(.squared, on: examples)
    #expect(after < before / 3, "loss \(before) before, \(after) after, expected a third")
  }

  /// More examples than are scored at once: the loss is that of all together. 1e-8: 32-bit outputs, summed in Double.
  @Test func lossIsTheMeanOverChunks() {
    let network = NeuralNetwork(reading: .image(height: 64, width: 64, channels: 1), seed: 3) {
      Convolution2D(8, kernel: (3, 3), padding: .same)
      AveragePooling2D((64, 64))
      Flatten()
    }
    let x = noise([600, 64, 64, 1], seed: 7)
    let y = noise([600, 8], seed: 8)
    func loss(_ part: Range<Int>) -> Double {
      network.loss(
        .squared,
        on: Examples(
          inputs: Tensor([part.count, 64, 64, 1], Array(x.storage[part.lowerBound * 4096..<part.upperBound * 4096])),
          targets: Tensor([part.count, 8], Array(y.storage[part.lowerBound * 8..<part.upperBound * 8]))))
    }
    let parts = (loss(0..<100) + loss(100..<200) + loss(200..<300)) / 6 + (loss(300..<600)) / 2
    let whole = loss(0..<600)
    #expect(abs(whole - parts) < 1e-8, "calculated \(whole), expected \(parts), tolerance 1e-8")
  }

  /// 2e-6: a picture's last bits may depend on its neighbours.
  @Test func manyPicturesAreRunInBlocks() {
    let network = Self.classifier(.softmax)
    let x = Self.bars(150, seed: 8).inputs
    let y = network(x)
    for n in [0, 63, 64, 149] {
      let alone = network(Tensor([1, 8, 8, 1], Array(x.storage[n * 64..<(n + 1) * 64])))
      expectClose(alone.storage, Array(y.storage[n * 2..<n * 2 + 2]), within: 2e-6, "picture \(n)")
    }
  }

  @Test func progressIsOneLine() throws {
    var lines: [String] = []
    var network = Self.classifier()
    var settings = Self.settings(epochs: 2)
    settings.validationSplit = .last(0.2)
    try network.fit(Self.bars(20, seed: 1), settings: settings) { lines.append("\($0)") }
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("epoch 1: loss 0.") && lines[0].contains(", validation 0."), "\(lines)")
    #expect(lines[0].hasSuffix(", rate 0.005"), "\(lines)")
  }

  /// ∂(Σ w·y)/∂x of a linear network is w times its weights, wherever x is.
  @Test func inputGradientOfALinearNetworkIsItsWeights() {
    let weights = noise([3, 2], seed: 1)
    let network = NeuralNetwork(reading: .vector(3), seed: 1) { Dense(weights: weights, bias: noise([2], seed: 2)) }
    let gradient = network.inputGradient(
      at: noise([4, 3], seed: 3), outputWeights: Tensor([4, 2], [1, 0, 0, 1, 2, 0, 0, 0]))
    let w = weights.storage
    let expected = [w[0], w[2], w[4], w[1], w[3], w[5], 2 * w[0], 2 * w[2], 2 * w[4], 0, 0, 0]
    expectClose(gradient.storage, expected, within: 1e-7, "∂/∂x")
  }
}
