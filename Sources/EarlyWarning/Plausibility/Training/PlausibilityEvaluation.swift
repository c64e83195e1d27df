import MacroScenarios
import NeuralNetworks
import Stochastics

/// What the models are worth on blocks of history that they have not seen: whole windows rebuilt, hidden values found
/// again; each figure with a 90 % interval from resampling whole blocks.
struct PlausibilityEvaluation {
  static let reconstructionMetric = "reconstruction_rmse"
  /// Of the autoencoder less that of its challenger; below 0 is better.
  static let differenceMetric = "reconstruction_rmse_less_pca"
  static let imputationMetric = "rmse_relative_to_interpolation"
  static let factorMetric = "rmse_single_values_relative_to_interpolation"
  static let windows = ["all", "without 2020Q1–2021Q2"]

  let scores: [ModelCard.Score]
  let defaultKind: PlausibilityModelKind
  let imputationMethod: ImputationMethod
  /// RMSE of that method, `[pattern][factor]`.
  let imputationErrors: [Double]

  init(
    _ sample: HistorySample, _ folds: BlockedFolds, pca: ModelFamily<PrincipalComponents>,
    autoencoder: ModelFamily<WindowAutoencoder>
  ) {
    let resampling = BlockResampling()
    let reconstruction = ReconstructionTest(sample, folds, pca: pca, autoencoder: autoencoder)
    let difference = resampling.score(
      "windows", PlausibilityModelKind.autoencoder.rawValue, Self.differenceMetric, "standard deviations"
    ) { reconstruction.rmse(.autoencoder, folds: $0) - reconstruction.rmse(.pca, folds: $0) }
    // Only a lead that lies clear of zero makes the network the default.
    defaultKind = difference.upper! < 0 ? .autoencoder : .pca
    var scores = [
      resampling.score("windows", "history's mean", Self.reconstructionMetric, "standard deviations") {
        reconstruction.rmse(nil, folds: $0)
      }
    ]
    scores += PlausibilityModelKind.allCases.map { kind in
      resampling.score("windows", kind.rawValue, Self.reconstructionMetric, "standard deviations") {
        reconstruction.rmse(kind, folds: $0)
      }
    }
    scores.append(difference)

    let cases = HiddenValueTest.cases(sample, folds)
    let completions = Self.completions(of: cases, sample, folds, pca: pca, autoencoder: autoencoder)
    let tests = [false, true].map {
      HiddenValueTest(sample, cases, completions: completions, leavesOutPandemic: $0)
    }
    let all = Array(0..<BlockedFolds.count)
    func mean(_ method: ImputationMethod) -> Double {
      HidingPattern.allCases.reduce(0) { $0 + tests[0].relative(method, $1, folds: all) }
    }
    let method = ImputationMethod.allCases.min { mean($0) < mean($1) } ?? .interpolation
    imputationMethod = method
    imputationErrors = HidingPattern.allCases.flatMap { pattern in
      sample.scale.factors.indices.map { tests[0].rmse(method, pattern, factor: $0, folds: all) ?? 1 }
    }
    for (test, window) in zip(tests, Self.windows) {
      for pattern in HidingPattern.allCases {
        for method in ImputationMethod.allCases {
          scores.append(
            resampling.score(pattern.rawValue, method.rawValue, Self.imputationMetric, "ratio", window: window) {
              test.relative(method, pattern, folds: $0)
            })
        }
      }
    }
    for (factor, named) in sample.scale.factors.enumerated() {
      for method in ImputationMethod.allCases where method != .interpolation {
        scores.append(
          resampling.score(named.id, method.rawValue, Self.factorMetric, "ratio") { folds in
            guard let own = tests[0].rmse(method, .singleValues, factor: factor, folds: folds),
              let simple = tests[0].rmse(.interpolation, .singleValues, factor: factor, folds: folds), simple > 0
            else { return 1 }
            return own / simple
          })
      }
    }
    self.scores = scores
  }

  /// Every case filled by every method, each by the member that has not seen its quarters.
  private static func completions(
    of cases: [HiddenValueTest.Case], _ sample: HistorySample, _ folds: BlockedFolds,
    pca: ModelFamily<PrincipalComponents>, autoencoder: ModelFamily<WindowAutoencoder>
  ) -> [ImputationMethod: [[[Double]]]] {
    func filled<Model>(_ family: ModelFamily<Model>, isBridged: Bool) -> [[[Double]]] {
      (0..<BlockedFolds.count).flatMap { fold in
        let member = family.crossFit.members[fold].model
        let training = folds.training(fold).map { sample.windows[$0] }
        let completion = TableCompletion(
          scale: sample.scale, model: member,
          bridge: isBridged ? ResidualBridge(fittedTo: training, member.read(training)) : nil)
        return completion.complete(cases.filter { $0.fold == fold }.map(\.table))
      }
    }
    return [
      .interpolation: cases.map { Interpolation.complete($0.table, factors: sample.scale.factors) },
      .pca: filled(pca, isBridged: false), .pcaBridged: filled(pca, isBridged: true),
      .autoencoder: filled(autoencoder, isBridged: false), .autoencoderBridged: filled(autoencoder, isBridged: true),
    ]
  }
}

/// Squared errors of whole windows rebuilt by the models that have not seen them, and by the mean of the others.
struct ReconstructionTest {
  /// `[model][fold]`: sums and counts over known cells; the models are the mean, then the kinds in their order.
  private let sums: [[Double]]
  private let counts: [Double]

  init(
    _ sample: HistorySample, _ folds: BlockedFolds, pca: ModelFamily<PrincipalComponents>,
    autoencoder: ModelFamily<WindowAutoencoder>
  ) {
    var sums: [[Double]] = [[]], counts: [Double] = []
    for fold in 0..<BlockedFolds.count {
      let training = folds.training(fold).map { sample.windows[$0] }
      let cellCount = training[0].values.count
      let mean = (0..<cellCount).map { cell in
        training.reduce(0) { $0 + $1.values[cell] } / Double(max(1, training.count { $0.isKnown[cell] }))
      }
      sums[0].append(
        folds.block(fold).reduce(0) { sum, window in
          let distance = sample.windows[window].distance(to: mean) ?? 0
          return sum + distance * distance * Double(sample.windows[window].knownCount)
        })
      counts.append(folds.block(fold).reduce(0) { $0 + Double(sample.windows[$1].knownCount) })
    }
    func sum(_ history: [WindowScore]) -> [Double] {
      (0..<BlockedFolds.count).map { fold in
        folds.block(fold).reduce(0) {
          $0 + history[$1].error * history[$1].error * Double(sample.windows[$1].knownCount)
        }
      }
    }
    sums += [sum(autoencoder.crossFit.history), sum(pca.crossFit.history)]
    self.sums = sums
    self.counts = counts
  }

  /// Over the given folds, which may repeat; of history's mean for `nil`.
  func rmse(_ kind: PlausibilityModelKind?, folds: [Int]) -> Double {
    let row = sums[kind.map { $0 == .autoencoder ? 1 : 2 } ?? 0]
    return (folds.reduce(0) { $0 + row[$1] } / folds.reduce(0) { $0 + counts[$1] }).squareRoot()
  }
}

/// Intervals from a bootstrap of whole blocks: quarters of one block are one event and not many.
struct BlockResampling {
  private let resamples: [[Int]]

  init() {
    var stream = RandomStream(seed: 1, stream: .backtests, path: 0)
    resamples = (0..<1000).map { _ in (0..<BlockedFolds.count).map { _ in stream.index(below: BlockedFolds.count) } }
  }

  func score(
    _ subject: String, _ model: String, _ metric: String, _ unit: String,
    window: String = PlausibilityEvaluation.windows[0], _ statistic: ([Int]) -> Double
  ) -> ModelCard.Score {
    let values = resamples.map(statistic).sorted()
    return ModelCard.Score(
      subject: subject, model: model, metric: metric, unit: unit, value: statistic(Array(0..<BlockedFolds.count)),
      lower: values[50], upper: values[949], window: window)
  }
}
