import NeuralNetworks

/// A denoising convolutional autoencoder of windows (Vincent and others 2008): convolutions over the quarters, with the
/// factors as channels, down to a few numbers, and transposed convolutions back up.
///
/// What it reads has two channels a factor: the value, 0 where not known, and 1 or 0 for known or not. It learns to rebuild
/// every known cell from windows of which some cells were hidden and all were blurred, so that it cannot learn to copy.
struct WindowAutoencoder: WindowModel, Equatable {
  static let componentCount = 4
  private static let length = HistorySample.windowLength
  /// How many of the layers lead to the code.
  private static let encoderLayerCount = 4

  /// They differ by their seed alone. The reconstruction is their mean, the code is the first one's.
  let networks: [NeuralNetwork]
  private let encoders: [NeuralNetwork]
  private let decoders: [NeuralNetwork]

  var componentCount: Int { Self.componentCount }

  /// How many networks stand side by side.
  static let networkCount = 3

  /// What decides a training beside the windows. The figures were chosen on the blocked test.
  struct Settings: Sendable, Equatable {
    /// Copies of each window, every one with other cells hidden.
    var copies = 8
    var epochs = 20
    var batchSize = 64
    var learningRate = 3e-3
    var weightDecay = 1e-3
    /// Standard deviation of the blur.
    var noise = 1.0
  }

  /// 13 → 6 → 3 quarters and back: without padding both strides come out even.
  static func untrained(factorCount: Int, seed: UInt64) -> NeuralNetwork {
    NeuralNetwork(reading: .signal(length: length, channels: 2 * factorCount), seed: seed) {
      Convolution1D(24, kernel: 3, stride: 2, activation: .tanh)
      Convolution1D(24, kernel: 2, stride: 2, activation: .tanh)
      Flatten()
      Dense(componentCount)
      Dense(3 * 24, activation: .tanh)
      Reshape(to: .signal(length: 3, channels: 24))
      TransposedConvolution1D(24, kernel: 2, stride: 2, activation: .tanh)
      TransposedConvolution1D(factorCount, kernel: 3, stride: 2)
    }
  }

  init(_ networks: [NeuralNetwork]) {
    precondition(networks.count == Self.networkCount, "\(networks.count) networks, expected \(Self.networkCount)")
    self.networks = networks
    encoders = networks.map { network in
      NeuralNetwork(reading: network.input, seed: 0) {
        for layer in network.layers.prefix(Self.encoderLayerCount) { layer }
      }
    }
    decoders = networks.map { network in
      NeuralNetwork(reading: .vector(Self.componentCount), seed: 0) {
        for layer in network.layers.dropFirst(Self.encoderLayerCount) { layer }
      }
    }
  }

  /// The same windows, settings and seed give the same bits.
  init(fittedTo windows: [MaskedGrid], settings: Settings, seed: UInt64) throws(TrainingFailure) {
    var networks: [NeuralNetwork] = []
    for number in 0..<Self.networkCount {
      networks.append(try Self.trained(on: windows, settings, seed: Self.seed(number, of: seed)).network)
    }
    self.init(networks)
  }

  /// The seed of one of the networks.
  static func seed(_ number: Int, of seed: UInt64) -> UInt64 { 100 * seed + UInt64(number) }

  /// One network, and its loss in each epoch.
  static func trained(
    on windows: [MaskedGrid], _ settings: Settings, seed: UInt64
  ) throws(TrainingFailure) -> (network: NeuralNetwork, losses: [Double]) {
    let factorCount = windows[0].factorCount
    var network = untrained(factorCount: factorCount, seed: seed)
    var hiding = Hiding(seed: seed, quarterCount: length, factorCount: factorCount)
    var inputs: [Float] = [], targets: [Float] = [], weights: [Float] = []
    for _ in 0..<settings.copies {
      for window in windows {
        append(hiding.spoilt(window, noise: settings.noise), to: &inputs)
        targets += window.values.map { Float($0) }
        weights += window.isKnown.map { $0 ? 1 : 0 }
      }
    }
    let count = settings.copies * windows.count
    let shape = [count, length, factorCount]
    let course = try network.fit(
      Examples(
        inputs: Tensor([count, length, 2 * factorCount], inputs), targets: Tensor(shape, targets),
        weights: Tensor(shape, weights)),
      settings: TrainingSettings(
        loss: .squared, optimizer: Adam(learningRate: settings.learningRate, weightDecay: settings.weightDecay),
        epochs: settings.epochs, batchSize: settings.batchSize, schedule: .cosine(finalFraction: 0.02),
        gradientNormLimit: 5, seed: seed))
    return (network, course.epochs.map(\.loss))
  }

  /// Values and mask side by side in every quarter, `[quarter][2 · factor]`.
  private static func append(_ window: MaskedGrid, to inputs: inout [Float]) {
    let width = window.factorCount
    for quarter in 0..<window.quarterCount {
      let row = quarter * width..<(quarter + 1) * width
      inputs += window.values[row].map { Float($0) }
      inputs += window.isKnown[row].map { $0 ? 1 : 0 }
    }
  }

  func read(_ windows: [MaskedGrid]) -> [WindowReading] {
    guard let first = windows.first else { return [] }
    var inputs: [Float] = []
    inputs.reserveCapacity(windows.count * 2 * first.values.count)
    for window in windows { Self.append(window, to: &inputs) }
    let input = Tensor([windows.count, Self.length, 2 * first.factorCount], inputs)
    let codes = encoders.map { $0(input) }
    let rebuilt = zip(decoders, codes).map { $0($1).storage }
    let width = first.values.count
    return windows.indices.map { row in
      WindowReading(
        code: codes[0].storage[row * componentCount..<(row + 1) * componentCount].map(Double.init),
        reconstruction: (row * width..<(row + 1) * width).map { cell in
          rebuilt.reduce(0) { $0 + Double($1[cell]) } / Double(rebuilt.count)
        })
    }
  }
  func codeGradients(at windows: [MaskedGrid], weights: [[Double]]) -> [[Double]] {
    guard let first = windows.first else { return [] }
    let width = first.factorCount
    var inputs: [Float] = []
    for window in windows { Self.append(window, to: &inputs) }
    let gradient = encoders[0].inputGradient(
      at: Tensor([windows.count, Self.length, 2 * width], inputs),
      outputWeights: Tensor([windows.count, componentCount], weights.flatMap { $0.map { Float($0) } }))
    // Of the two channels a factor, the first is its value.
    return windows.indices.map { row in
      (0..<first.values.count).map { cell in
        Double(gradient.storage[(row * Self.length + cell / width) * 2 * width + cell % width])
      }
    }
  }
}
