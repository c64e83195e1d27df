import NeuralNetworks

/// What the walk-forward test says: the scores, which model is used, and the law of its errors.
struct WalkForwardEvaluation: Sendable {
  let scores: [ModelCard.Score]
  /// ½ where the combination beats the linear challenger over all series and quarters, else 0: a network that does not
  /// beat its challenger is not used.
  let networkShare: Double
  /// Of the model that is used.
  let residuals: ResidualLaw
  /// Mean variance of the ensemble's members about their mean, `[series]`, transformed.
  let memberVariances: [Double]

  /// Two-sided 90 % of the standard normal.
  private static let quantile = 1.6448536269514722

  init(_ cases: [WalkForward.Case], _ forecasts: WalkForwardForecasts) {
    var scores: [ModelCard.Score] = []
    for window in WalkForwardScores.windows {
      for forecast in forecasts.all {
        scores +=
          WalkForwardScores(
            forecast, against: forecasts.randomWalk, challenger: forecasts.linear, cases, window: window
          ).scores
      }
    }
    func relative(_ model: String) -> Double {
      scores.first { $0.model == model && $0.metric == WalkForwardScores.relativeMetric }?.value ?? .infinity
    }
    let usesNetwork = relative(forecasts.combination.model) < relative(forecasts.linear.model)
    let used = usesNetwork ? forecasts.combination : forecasts.linear
    networkShare = usesNetwork ? 0.5 : 0
    let errors = Self.errors(used, cases)
    residuals = ResidualLaw(fittedTo: errors)
    memberVariances = forecasts.memberVariances
    self.scores = scores + Self.coverage(errors, used.model)
  }

  /// Actual less projected, transformed, `[origin][quarter][series]`.
  static func errors(_ forecast: WalkForwardForecast, _ cases: [WalkForward.Case]) -> [[[Double?]]] {
    zip(forecast.values, cases).map { values, test in
      zip(values, test.actual).map { projected, actual in
        zip(projected, actual).map { projected, actual in actual.map { $0 - projected } }
      }
    }
  }

  /// The share of realised rates inside the 90 % interval that the law gives when it is fitted on the other origins.
  private static func coverage(_ errors: [[[Double?]]], _ model: String) -> [ModelCard.Score] {
    var inside = [Int](repeating: 0, count: LoanSeries.count)
    var known = inside
    for origin in errors.indices {
      let law = ResidualLaw(fittedTo: errors.enumerated().filter { $0.offset != origin }.map(\.element))
      for (ahead, row) in errors[origin].enumerated() {
        for series in 0..<LoanSeries.count {
          guard let error = row[series] else { continue }
          known[series] += 1
          if abs(error) <= quantile * law.standardDeviation(series, after: ahead + 1) { inside[series] += 1 }
        }
      }
    }
    func score(_ subject: String, _ inside: Int, _ known: Int) -> ModelCard.Score {
      ModelCard.Score(
        subject: subject, model: model, metric: "coverage_90", unit: "fraction",
        value: known == 0 ? 0 : Double(inside) / Double(known), window: WalkForwardScores.windows[0])
    }
    return LoanSeries.allCases.map { score($0.id, inside[$0.rawValue], known[$0.rawValue]) }
      + [score("all loan types", inside.reduce(0, +), known.reduce(0, +))]
  }
}
