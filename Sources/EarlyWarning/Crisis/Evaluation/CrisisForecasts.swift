import Dispatch
import MacroScenarios
import NeuralNetworks
import Synchronization

/// What each model said of quarters whose crisis it had not seen, beside what they were.
struct CrisisForecasts: Sendable, Equatable {
  /// The models by the name that they have in scores.
  static let baseRate = "base_rate", logistic = "logistic", network = "cnn", combination = "half_cnn_half_logistic"
  static let models = [baseRate, logistic, network, combination]
  /// In order of time.
  let quarters: [Quarter]
  /// The year of the crisis that was left out, by quarter.
  let crises: [String]
  /// By the rule as the training windows of the fold give it.
  let levels: [RiskLevel]
  /// By model, in the order of `models`: `[quarter][level]`.
  let probabilities: [[[Double]]]
  /// What each fold chose, learned from and was judged on.
  let folds: [FoldSummary]
  let importance: CrisisImportance

  struct FoldSummary: Sendable, Equatable {
    let crisis: String
    let trainingCount: Int
    let testCount: Int
    let penalty: Double
    let weightDecay: Double
    /// Of the rate on commercial and industrial loans, from training windows.
    let threshold: Double
  }

  private struct Part: Sendable {
    let summary: FoldSummary
    let levels: [RiskLevel]
    let probabilities: [[[Double]]]
    let importance: CrisisImportance
  }

  /// - Parameter progress: told as each fold is done, from several threads.
  init(
    _ sample: CrisisSample, settings: EarlyWarningTraining.Settings, progress: @escaping @Sendable (String) -> Void
  ) throws(TrainingFailure) {
    let folds = CrisisFold.all(of: sample)
    let results = Mutex([Result<Part, TrainingFailure>?](repeating: nil, count: folds.count))
    DispatchQueue.concurrentPerform(iterations: folds.count) { index in
      let result = Result { () throws(TrainingFailure) in try Self.part(folds[index], sample, settings) }
      results.withLock { $0[index] = result }
      progress("left out \(folds[index].crisis): \(folds[index].training.count) windows learned from")
    }
    var parts: [Part] = []
    for result in results.withLock({ $0 }) {
      guard let result else { preconditionFailure("\(parts.count) of \(folds.count) folds ended") }
      parts.append(try result.get())
    }
    quarters = folds.flatMap { $0.test.map { sample.quarters[$0] } }
    crises = folds.flatMap { fold in fold.test.map { _ in fold.crisis } }
    levels = parts.flatMap(\.levels)
    probabilities = Self.models.indices.map { model in parts.flatMap { $0.probabilities[model] } }
    self.folds = parts.map(\.summary)
    importance = CrisisImportance(joining: parts.map(\.importance))
  }

  private static func part(
    _ fold: CrisisFold, _ sample: CrisisSample, _ settings: EarlyWarningTraining.Settings
  ) throws(TrainingFailure) -> Part {
    let choice = try CrisisChoice(of: settings, on: fold.inner(of: sample), sample)
    let material = CrisisMaterial(sample, training: fold.training)
    let test = fold.test.map { material.image($0) }
    let levels = fold.test.map { material.labels[sample.quarters[$0]] }
    let models: (network: CrisisNetwork, logistic: MultinomialLogistic) = (
      try material.network(choice.network), material.logistic(penalty: choice.penalty)
    )
    let logistic = models.logistic.probabilities(test)
    let network = models.network.probabilities(test)
    let combination = zip(logistic, network).map { zip($0, $1).map { ($0 + $1) / 2 } }
    return Part(
      summary: FoldSummary(
        crisis: fold.crisis, trainingCount: fold.training.count, testCount: fold.test.count, penalty: choice.penalty,
        weightDecay: choice.network.weightDecay,
        threshold: material.labels.threshold),
      levels: levels, probabilities: [test.map { _ in material.baseRate }, logistic, network, combination],
      importance: CrisisImportance([models.network, models.logistic], images: test, levels: levels))
  }
}

/// What one set of training windows gives: labels, scale, images, and models fitted on them.
struct CrisisMaterial {
  let labels: CrisisLabels
  let scale: PanelScale
  private let sample: CrisisSample
  private let training: [Int]

  init(_ sample: CrisisSample, training: [Int]) {
    self.sample = sample
    self.training = training
    labels = sample.labels(training: training)
    scale = sample.scale(training: training)
  }

  func image(_ place: Int) -> [Double] { scale.image(of: sample.window(place)) }

  private var levels: [RiskLevel] { training.map { labels[sample.quarters[$0]] } }

  /// Share of each level among the training windows, `[level]`.
  var baseRate: [Double] {
    RiskLevel.allCases.map { level in Double(levels.count { $0 == level }) / Double(levels.count) }
  }

  func logistic(penalty: Double) -> MultinomialLogistic {
    MultinomialLogistic(training.map(image), levels.map(\.rawValue), penalty: penalty)
  }

  /// The losses of the first member's first epochs.
  func firstLosses(_ settings: CrisisNetwork.Settings) throws(TrainingFailure) -> [Double] {
    try CrisisNetwork.fitted(
      training.map(image), levels, settings, seed: CrisisNetwork.seed(0), epochs: ModelCard.Training.recordedEpochs
    ).losses
  }

  func network(_ settings: CrisisNetwork.Settings) throws(TrainingFailure) -> CrisisNetwork {
    try CrisisNetwork(training.map(image), levels, settings: settings)
  }
}
