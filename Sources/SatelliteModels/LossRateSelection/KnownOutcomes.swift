import MacroScenarios

/// How earlier forecasts had turned out by some quarter, told with nothing published after it.
///
/// Every choice between models looks through this: at an origin it shows the quarters up to that origin, as they had been
/// published and repaired by then, and nothing else.
struct KnownOutcomes: Sendable {
  /// `[earlier origin][quarter ahead][series]`, transformed; `nil` where nothing was observed. Fewer than thirteen
  /// quarters where the outcome was not yet known.
  let rates: [[[Double?]]]

  /// Earlier origins of which anything is known.
  var originCount: Int { rates.count }

  /// - Parameter index: of the origin that looks back; `cases.count` for the jump-off.
  init(_ cases: [WalkForward.Case], at index: Int) {
    guard index < cases.count else {
      rates = cases.map(\.actual)
      return
    }
    let viewer = cases[index].sample
    rates = cases[..<index].map { test in
      let quarters = min(test.future.count, test.origin.distance(to: viewer.lastQuarter))
      return (0..<quarters).map { ahead in
        let quarter = test.origin.advanced(by: ahead + 1)
        return LoanSeries.allCases.map { series in
          viewer.chargeOffs.origin(series, in: quarter).isObserved ? viewer.transformedRate(series, in: quarter) : nil
        }
      }
    }
  }

  /// Outcome less forecast, transformed, `[earlier origin][quarter][series]`.
  func errors(of forecast: WalkForwardForecast) -> [[[Double?]]] {
    zip(rates, forecast.values).map { known, projected in
      zip(known, projected).map { zip($0, $1).map { known, projected in known.map { $0 - projected } } }
    }
  }

  /// Mean over the series of RMSE on rates over that of a reference; `nil` when nothing is known yet.
  func relativeError(of forecast: WalkForwardForecast, to reference: WalkForwardForecast) -> Double? {
    let ratios = (0..<LoanSeries.count).compactMap { series -> Double? in
      let scale = squaredError(of: reference, series)
      return scale > 0 ? (squaredError(of: forecast, series) / scale).squareRoot() : nil
    }
    return ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count)
  }

  private func squaredError(of forecast: WalkForwardForecast, _ series: Int) -> Double {
    var sum = 0.0
    for (known, projected) in zip(rates, forecast.values) {
      for (known, projected) in zip(known, projected) {
        guard let known = known[series] else { continue }
        let error = RateScale.rate(known) - RateScale.rate(projected[series])
        sum += error * error
      }
    }
    return sum
  }
}
