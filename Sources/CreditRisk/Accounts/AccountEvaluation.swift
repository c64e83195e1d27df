import NeuralNetworks

/// The figures of the card: every candidate calibrated on the validation part and judged on the test part.
struct AccountEvaluation {
  struct Result {
    let name: String
    let ranking: RankingQuality
    let distance: IntervalEstimate
    let calibration: CalibrationQuality
    let leadOverLogistic: IntervalEstimate?
    let brierLessLogistic: IntervalEstimate?
  }

  let results: [Result]
  /// The one that is used.
  let chosen: Result
  let calibration: LogitCalibration

  init(
    _ candidates: [AccountCandidate], networkShare: Double, _ validation: AccountTraining.Part,
    _ test: AccountTraining.Part
  ) {
    let name = AccountCandidate.name(ofShare: networkShare)
    let scores = candidates.map { $0.score(test) }
    let lines = candidates.map { LogitCalibration($0.score(validation), validation.defaults) }
    let probabilities = zip(scores, lines).map { scores, line in scores.map { line.probability($0) } }
    let rankings = scores.map { RankingQuality($0, test.defaults) }
    let simple = candidates.firstIndex { $0.name == AccountCandidate.logistic }!
    let results = candidates.indices.map { index in
      let isNetwork = [AccountCandidate.network, AccountCandidate.combination].contains(candidates[index].name)
      return Result(
        name: candidates[index].name, ranking: rankings[index],
        distance: RankingQuality.kolmogorovSmirnov(
          scores[index], test.defaults, seed: AccountTraining.seed),
        calibration: CalibrationQuality(probabilities[index], test.defaults),
        leadOverLogistic: isNetwork ? rankings[index].lead(over: rankings[simple]) : nil,
        brierLessLogistic: isNetwork
          ? CalibrationQuality.brierDifference(probabilities[index], probabilities[simple], test.defaults) : nil)
    }
    let place = candidates.firstIndex { $0.name == name }!
    self.results = results
    chosen = results[place]
    calibration = lines[place]
  }

  static let window = "test accounts"
  static let subject = "all test accounts"

  /// One row a metric and model, then the reliability table of the one that is used.
  var scores: [ModelCard.Score] {
    results.flatMap { result -> [ModelCard.Score] in
      let calibration = result.calibration
      var metrics: [(String, IntervalEstimate, String)] = [
        ("auc", result.ranking.areaUnderCurve, "fraction"), ("gini", result.ranking.gini, "fraction"),
        ("ks", result.distance, "fraction"), ("brier", calibration.brier, "fraction"),
        ("calibration_slope", calibration.slope, "ratio"), ("calibration_intercept", calibration.intercept, "ratio"),
      ]
      if let lead = result.leadOverLogistic { metrics.append(("auc_less_logistic", lead, "fraction")) }
      if let lead = result.brierLessLogistic { metrics.append(("brier_less_logistic", lead, "fraction")) }
      return metrics.map { metric, estimate, unit in
        ModelCard.Score(
          subject: Self.subject, model: result.name, metric: metric, unit: unit, value: estimate.value,
          lower: estimate.lower, upper: estimate.upper, window: Self.window)
      }
    } + reliability
  }

  private var reliability: [ModelCard.Score] {
    chosen.calibration.reliability.enumerated().flatMap { index, bin in
      let subject = "tenth \(index + 1) of \(chosen.calibration.reliability.count), \(bin.count) accounts"
      return [
        ModelCard.Score(
          subject: subject, model: "predicted", metric: "default_rate", unit: "fraction", value: bin.predicted,
          window: Self.window),
        ModelCard.Score(
          subject: subject, model: "observed", metric: "default_rate", unit: "fraction", value: bin.observed,
          lower: bin.lower, upper: bin.upper, window: Self.window),
      ]
    }
  }
}
