import MacroScenarios
import NeuralNetworks

/// The convolutional network: an image of quarters × indicators in, scores of the three levels out; an ensemble, whose
/// probabilities are averaged.
struct CrisisNetwork: Sendable, Equatable {
  let members: [NeuralNetwork]

  /// What decides a training beside the data. Set beforehand: nothing here was chosen by a held-out crisis.
  struct Settings: Sendable, Equatable {
    var members = 8
    var filters = 12
    /// Quarters that a filter sees at once.
    var kernel = 3
    var dropout = 0.3
    var epochs = 300
    var learningRate = 3e-3
    var weightDecay = 1.0
    var gradientNormLimit = 1.0

    static let standard = Settings()
  }

  /// Filters run along time over all indicators together, then once more along time over the filters.
  static func untrained(_ settings: Settings, seed: UInt64) -> NeuralNetwork {
    NeuralNetwork(
      reading: .image(height: IndicatorPanel.windowLength, width: MacroIndicator.count, channels: 1), seed: seed
    ) {
      Convolution2D(settings.filters, kernel: (settings.kernel, MacroIndicator.count), activation: .relu)
      Dropout(rate: settings.dropout)
      Convolution2D(settings.filters, kernel: (settings.kernel, 1), activation: .relu)
      Flatten()
      Dropout(rate: settings.dropout)
      Dense(RiskLevel.count)
    }
  }

  init(members: [NeuralNetwork]) { self.members = members }

  /// Fits every member to all windows at once; the same windows and settings give the same bits.
  init(_ images: [[Double]], _ levels: [RiskLevel], settings: Settings) throws(TrainingFailure) {
    var members: [NeuralNetwork] = []
    for member in 0..<settings.members {
      members.append(try Self.fitted(images, levels, settings, seed: Self.seed(member)).network)
    }
    self.members = members
  }

  /// One member, and the loss of each epoch.
  /// - Parameter epochs: ends after so many, on the schedule of all; `nil` for the whole.
  static func fitted(
    _ images: [[Double]], _ levels: [RiskLevel], _ settings: Settings, seed: UInt64, epochs: Int? = nil
  ) throws(TrainingFailure) -> (network: NeuralNetwork, losses: [Double]) {
    let examples = Examples(inputs: tensor(images), targets: Tensor([levels.count], levels.map { Float($0.rawValue) }))
    var network = untrained(settings, seed: seed)
    let history = try network.fit(
      examples,
      settings: TrainingSettings(
        loss: .softmaxCrossEntropy,
        optimizer: Adam(learningRate: settings.learningRate, weightDecay: settings.weightDecay),
        epochs: settings.epochs, schedule: .cosine(finalFraction: 0.05),
        gradientNormLimit: settings.gradientNormLimit, stopAfter: epochs, seed: seed))
    return (network, history.epochs.map(\.loss))
  }

  static func seed(_ member: Int) -> UInt64 { 20_251_231 + UInt64(member) }

  /// `[N][quarter][indicator][1]`
  static func tensor(_ images: [[Double]]) -> Tensor {
    Tensor(
      [images.count, IndicatorPanel.windowLength, MacroIndicator.count, 1], images.flatMap { $0.map { Float($0) } })
  }

  /// Images that go through a network at once: always so many, the last of them blank where need be, so that the bits of
  /// a window never depend on its neighbours.
  static let batch = 64

  private static func batches(_ images: [[Double]]) -> [[[Double]]] {
    let blank = [Double](repeating: 0, count: EarlyWarningModel.windowCells)
    return stride(from: 0, to: images.count, by: batch).map { first in
      let own = images[first..<min(first + batch, images.count)]
      return own + [[Double]](repeating: blank, count: batch - own.count)
    }
  }

  /// `[window][level]` of the scores of one batch.
  private static func probabilities(_ scores: Tensor) -> [[Double]] {
    (0..<batch).map { window in
      Softmax.probabilities((0..<RiskLevel.count).map { Double(scores.storage[window * RiskLevel.count + $0]) })
    }
  }

  /// `[member][window][level]`
  func memberProbabilities(_ images: [[Double]]) -> [[[Double]]] {
    let inputs = Self.batches(images).map(Self.tensor)
    return members.map { member in
      Array(inputs.flatMap { Self.probabilities(member($0)) }.prefix(images.count))
    }
  }
}

extension CrisisNetwork: CrisisClassifier {
  func probabilities(_ images: [[Double]]) -> [[Double]] {
    let all = memberProbabilities(images)
    return images.indices.map { window in
      (0..<RiskLevel.count).map { level in
        all.reduce(0) { $0 + $1[window][level] } / Double(members.count)
      }
    }
  }

  func warningGradient(_ images: [[Double]]) -> [[Double]] {
    let width = EarlyWarningModel.windowCells
    let inputs = Self.batches(images).map(Self.tensor)
    var sum = [Double](repeating: 0, count: inputs.count * Self.batch * width)
    for member in members {
      let plan = DifferentiablePlan(member, sequences: Self.batch)
      for (place, input) in inputs.enumerated() {
        let weights = Self.probabilities(plan.forward(input)).flatMap { WarningSlope.byScore($0).map { Float($0) } }
        let slope = plan.backward(Tensor([Self.batch, RiskLevel.count], weights)).input
        for (cell, value) in slope.storage.enumerated() {
          sum[place * Self.batch * width + cell] += Double(value) / Double(members.count)
        }
      }
    }
    return images.indices.map { Array(sum[$0 * width..<($0 + 1) * width]) }
  }
}
