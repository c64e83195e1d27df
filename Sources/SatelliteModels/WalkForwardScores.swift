import MacroScenarios
import NeuralNetworks
import Stochastics

/// Root mean squared errors of one walk-forward test, on annualised rates, with intervals that know that the thirteen
/// quarters of an origin are one event and not thirteen.
struct WalkForwardScores: Sendable {
  /// The quarters in which policy support, not the economy, kept losses down.
  static let policySupport = Quarter(year: 2020, number: 2)...Quarter(year: 2021, number: 4)
  static let relativeMetric = "rmse_relative_to_random_walk"
  /// Relative RMSE less that of the linear challenger; below 0 is better than it.
  static let differenceMetric = "rmse_relative_less_linear"
  static let windows = ["all", "without 2020Q2–2021Q4"]

  /// Per origin and series: sum of squared errors, and how many.
  private struct Cell { var sum = 0.0, count = 0 }

  private let cells: [[Cell]]
  private let reference: [[Cell]]
  private let challenger: [[Cell]]
  private let model: String
  private let window: String

  /// - Parameters:
  ///   - reference: the random walk, by which errors are divided before they are averaged over series.
  ///   - challenger: the linear model, from which the difference is taken.
  init(
    _ forecast: WalkForwardForecast, against reference: WalkForwardForecast, challenger: WalkForwardForecast,
    _ cases: [WalkForward.Case], window: String
  ) {
    let excluded = window == Self.windows[0] ? nil : Self.policySupport
    cells = Self.cells(forecast, cases, excluded)
    self.reference = Self.cells(reference, cases, excluded)
    self.challenger = Self.cells(challenger, cases, excluded)
    model = forecast.model
    self.window = window
  }

  private static func cells(
    _ forecast: WalkForwardForecast, _ cases: [WalkForward.Case], _ excluded: ClosedRange<Quarter>?
  ) -> [[Cell]] {
    zip(forecast.values, cases).map { values, test in
      var row = [Cell](repeating: Cell(), count: LoanSeries.count)
      for (ahead, (projected, actual)) in zip(values, test.actual).enumerated() {
        if let excluded, excluded.contains(test.origin.advanced(by: ahead + 1)) { continue }
        for series in 0..<LoanSeries.count {
          guard let actual = actual[series] else { continue }
          let error = RateScale.rate(actual) - RateScale.rate(projected[series])
          row[series].sum += error * error
          row[series].count += 1
        }
      }
      return row
    }
  }

  /// RMSE of a series over the given origins (which may repeat).
  private static func rmse(_ cells: [[Cell]], _ series: Int, _ origins: [Int]) -> Double {
    var sum = 0.0
    var count = 0
    for origin in origins {
      sum += cells[origin][series].sum
      count += cells[origin][series].count
    }
    return count == 0 ? 0 : (sum / Double(count)).squareRoot()
  }

  /// Mean over the series of RMSE over that of the reference.
  private func relative(_ cells: [[Cell]], _ origins: [Int]) -> Double {
    let ratios = (0..<LoanSeries.count).compactMap { series -> Double? in
      let reference = Self.rmse(reference, series, origins)
      return reference > 0 ? Self.rmse(cells, series, origins) / reference : nil
    }
    return ratios.isEmpty ? 0 : ratios.reduce(0, +) / Double(ratios.count)
  }

  /// RMSE by series and the mean relative to the random walk; 90 % intervals by a bootstrap of whole origins.
  var scores: [ModelCard.Score] {
    let all = Array(cells.indices)
    var stream = RandomStream(seed: 1, stream: .backtests, path: 0)
    let resamples = (0..<1000).map { _ in all.map { _ in stream.index(below: all.count) } }
    func interval(_ statistic: ([Int]) -> Double) -> (Double, Double) {
      let values = resamples.map(statistic).sorted()
      return (values[50], values[949])
    }
    var result = LoanSeries.allCases.map { series in
      let (lower, upper) = interval { Self.rmse(cells, series.rawValue, $0) }
      return ModelCard.Score(
        subject: series.id, model: model, metric: "rmse", unit: "fraction",
        value: Self.rmse(cells, series.rawValue, all), lower: lower, upper: upper, window: window)
    }
    func summary(_ metric: String, _ statistic: ([Int]) -> Double) {
      let (lower, upper) = interval(statistic)
      result.append(
        ModelCard.Score(
          subject: "all loan types", model: model, metric: metric, unit: "ratio", value: statistic(all), lower: lower,
          upper: upper, window: window))
    }
    summary(Self.relativeMetric) { relative(cells, $0) }
    // Paired: both models face the same origins in every resample.
    summary(Self.differenceMetric) { relative(cells, $0) - relative(challenger, $0) }
    return result
  }
}
