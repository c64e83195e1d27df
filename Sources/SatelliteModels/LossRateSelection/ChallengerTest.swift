import NeuralNetworks

/// The Diebold–Mariano test of a model against the linear challenger, one loss an origin: the mean squared error on rates
/// over its quarters. The thirteen quarters after an origin are one event; origins lie six or seven quarters apart, so that
/// each shares outcomes with its neighbour (h = 2).
struct ChallengerTest: Sendable {
  static let statisticMetric = "diebold_mariano_against_linear"
  static let probabilityMetric = "diebold_mariano_p_value"
  private static let overlap = 2

  let cases: [WalkForward.Case]
  let challenger: WalkForwardForecast
  let randomWalk: WalkForwardForecast

  /// By loan type, and over all with each type's losses in units of the random walk's.
  func scores(of forecast: WalkForwardForecast) -> [ModelCard.Score] {
    let own = losses(of: forecast)
    let others = losses(of: challenger)
    let scales = losses(of: randomWalk).map { losses -> Double in
      let known = losses.compactMap { $0 }
      return known.reduce(0, +) / Double(max(known.count, 1))
    }
    let differentials = (0..<LoanSeries.count).map { series in
      cases.indices.map { origin -> Double? in
        guard let other = others[series][origin], let own = own[series][origin] else { return nil }
        return other - own
      }
    }
    let overall = cases.indices.compactMap { origin -> Double? in
      let known = (0..<LoanSeries.count).compactMap { series -> Double? in
        guard scales[series] > 0 else { return nil }
        return differentials[series][origin].map { $0 / scales[series] }
      }
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    return LoanSeries.allCases.flatMap { series in
      Self.scores(forecast.model, series.id, differentials[series.rawValue].compactMap { $0 })
    } + Self.scores(forecast.model, "all loan types", overall)
  }

  private static func scores(_ model: String, _ subject: String, _ differentials: [Double]) -> [ModelCard.Score] {
    guard let test = DieboldMariano(differentials: differentials, overlap: overlap) else { return [] }
    func score(_ metric: String, _ unit: String, _ value: Double) -> ModelCard.Score {
      ModelCard.Score(
        subject: subject, model: model, metric: metric, unit: unit, value: value, window: WalkForwardScores.windows[0])
    }
    return [score(statisticMetric, "t", test.statistic), score(probabilityMetric, "probability", test.pValue)]
  }

  /// `[series][origin]`; `nil` where nothing was observed.
  private func losses(of forecast: WalkForwardForecast) -> [[Double?]] {
    (0..<LoanSeries.count).map { series in
      zip(forecast.values, cases).map { values, test in
        let squares = zip(values, test.actual).compactMap { projected, actual in
          actual[series].map { actual -> Double in
            let error = RateScale.rate(actual) - RateScale.rate(projected[series])
            return error * error
          }
        }
        return squares.isEmpty ? nil : squares.reduce(0, +) / Double(squares.count)
      }
    }
  }
}
