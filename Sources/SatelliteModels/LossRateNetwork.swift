import MacroScenarios
import NeuralNetworks

/// One trained network: standardised features of a sequence of quarters in, the five transformed rates out.
///
/// It never sees a charge-off rate as an input: what it knows of the state of credit it reads from eight quarters of the
/// economy before the first rate it must give.
struct LossRateNetwork: Sendable, Equatable {
  var network: NeuralNetwork
  /// Mean and standard deviation of the transformed rates it was fitted on, `[series]`; outputs are standardised by them.
  let targetMeans: [Double]
  let targetScales: [Double]

  /// What decides a training beside the data.
  struct Settings: Sendable, Equatable {
    var hidden: [Int]
    /// Networks of other seeds whose mean is scored.
    var members = 4
    var epochs = 250
    var learningRate = 3e-3
    var weightDecay = 1.0
    var dropout = 0.3
    var huberThreshold = 1.0
    var gradientNormLimit = 1.0
    /// Ids of the features it reads; all of them when `nil`.
    var features: [String]?

    /// Small, because 141 quarters hold four credit cycles.
    static let small = Settings(hidden: [32])
    /// The reference architecture.
    static let reference = Settings(
      hidden: [50, 50, 50], members: 2, epochs: 150, learningRate: 2e-3, weightDecay: 0.1, dropout: 0.2)
  }

  /// Fits one member; the same sample, settings and seed give the same bits.
  /// - Parameters:
  ///   - stopAfter: fits the first epochs only, to see how they begin; `nil` for all.
  ///   - progress: told after each epoch.
  init(
    fittedTo sample: LossRateSample, normalisation: FeatureNormalisation, settings: Settings, seed: UInt64,
    stopAfter: Int? = nil, progress: (TrainingEpoch) -> Void = { _ in }
  ) throws(TrainingFailure) {
    let series = LoanSeries.allCases
    var means: [Double] = []
    var scales: [Double] = []
    for loan in series {
      let values = (LossRateSample.prefix..<sample.quarterCount).compactMap {
        sample.transformedRate(loan, in: sample.firstQuarter.advanced(by: $0))
      }
      let mean = values.reduce(0, +) / Double(values.count)
      means.append(mean)
      scales.append((values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
    }
    targetMeans = means
    targetScales = scales
    var network = NeuralNetwork.stackedLSTM(
      inputs: MacroFeature.all.count, hidden: settings.hidden, outputs: series.count, dropout: settings.dropout,
      seed: seed)
    let unread = MacroFeature.all.indices.filter { index in
      settings.features.map { !$0.contains(MacroFeature.all[index].id) } ?? false
    }
    let examples = Self.examples(of: sample, normalisation, means, scales, unread: unread)
    try network.fit(
      examples,
      settings: TrainingSettings(
        loss: .huber(threshold: settings.huberThreshold),
        optimizer: Adam(learningRate: settings.learningRate, weightDecay: settings.weightDecay),
        epochs: settings.epochs, schedule: .cosine(finalFraction: 0.05),
        gradientNormLimit: settings.gradientNormLimit, stopAfter: stopAfter, seed: seed), progress: progress)
    self.network = network
    forget(unread)
  }

  /// Cuts the weights of inputs that were 0 throughout the training.
  private mutating func forget(_ features: [Int]) {
    guard !features.isEmpty else { return }
    var parameters = network.parameters
    let columns = parameters[0].shape[1]
    for feature in features {
      for column in 0..<columns { parameters[0].storage[feature * columns + column] = 0 }
    }
    network.parameters = parameters
  }

  init(network: NeuralNetwork, targetMeans: [Double], targetScales: [Double]) {
    self.network = network
    self.targetMeans = targetMeans
    self.targetScales = targetScales
  }

  /// One window of 8 + 13 quarters from each quarter on; windows reach beyond the sample as long as they hold a target,
  /// and weigh nothing there, so that the latest quarters are learned from at every distance like all others.
  private static func examples(
    of sample: LossRateSample, _ normalisation: FeatureNormalisation, _ means: [Double], _ scales: [Double],
    unread: [Int]
  ) -> Examples {
    let steps = LossRateSample.prefix + WalkForward.horizon
    let sequences = sample.quarterCount - LossRateSample.prefix
    let width = MacroFeature.all.count
    let series = LoanSeries.count
    let rows = sample.features.map { features in
      var row = normalisation.standardise(features).map { Float($0) }
      for feature in unread { row[feature] = 0 }
      return row
    }
    var inputs = Tensor([steps, sequences, width])
    var targets = Tensor([steps, sequences, series])
    var weights = Tensor([steps, sequences, series])
    for step in 0..<steps {
      for sequence in 0..<sequences where sequence + step < sample.quarterCount {
        let row = sequence + step
        let place = step * sequences + sequence
        inputs.storage.replaceSubrange(place * width..<(place + 1) * width, with: rows[row])
        guard step >= LossRateSample.prefix else { continue }
        for loan in LoanSeries.allCases {
          let k = loan.rawValue
          guard let rate = sample.transformedRate(loan, in: sample.firstQuarter.advanced(by: row)) else { continue }
          targets.storage[place * series + k] = Float((rate - means[k]) / scales[k])
          weights.storage[place * series + k] = 1
        }
      }
    }
    return Examples(inputs: inputs, targets: targets, weights: weights)
  }

  /// - Parameters:
  ///   - prefix: the eight quarters before, `[quarter][feature]`, standardised.
  ///   - future: `[quarter][feature]`, standardised.
  /// - Returns: `[quarter][series]` of `future`, transformed.
  func project(prefix: [[Double]], future: [[Double]]) -> [[Double]] {
    Array(projectFromOrigin(prefix: prefix, future: future).dropFirst())
  }

  /// The same with one more row before it: what the network makes of the last quarter of `prefix`.
  func projectFromOrigin(prefix: [[Double]], future: [[Double]]) -> [[Double]] {
    let quarters = prefix + future
    let input = Tensor([quarters.count, 1, MacroFeature.all.count], quarters.flatMap { $0.map { Float($0) } })
    let output = network(input).storage
    return (0...future.count).map { quarter in
      (0..<LoanSeries.count).map { series in
        let value = output[(prefix.count - 1 + quarter) * LoanSeries.count + series]
        return targetMeans[series] + targetScales[series] * Double(value)
      }
    }
  }
}
