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

  /// RMSE of a series over the given origins (which may repeat); `nil` where nothing was observed.
  private static func rmse(_ cells: [[Cell]], _ series: Int, _ origins: [Int]) -> Double? {
    var sum = 0.0
    var count = 0
    for origin in origins {
      sum += cells[origin][series].sum
      count += cells[origin][series].count
    }
    return count == 0 ? nil : (sum / Double(count)).squareRoot()
  }

  /// Mean over the series of RMSE over that of the reference; `nil` where no series can be compared.
  private func relative(_ cells: [[Cell]], _ origins: [Int]) -> Double? {
    let ratios = (0..<LoanSeries.count).compactMap { series -> Double? in
      guard let scale = Self.rmse(reference, series, origins), scale > 0 else { return nil }
      return Self.rmse(cells, series, origins).map { $0 / scale }
    }
    return ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count)
  }

  /// RMSE by series and the mean relative to the random walk, with 90 % intervals by a bootstrap of whole origins. What
  /// could not be observed has no score.
  var scores: [ModelCard.Score] {
    let isWhole = window == Self.windows[0]
    let series = LoanSeries.allCases.compactMap { loan in
      score(loan.id, "rmse", "fraction") { Self.rmse(cells, loan.rawValue, $0) }
    }
    let summaries = [
      score("all loan types", Self.relativeMetric, "ratio") { relative(cells, $0) },
      // Paired: both models face the same origins in every resample.
      score("all loan types", Self.differenceMetric, "ratio") { origins in
        relative(cells, origins).flatMap { own in relative(challenger, origins).map { own - $0 } }
      },
    ].compactMap { $0 }
    return (isWhole ? series : []) + summaries
  }

  private func score(
    _ subject: String, _ metric: String, _ unit: String, _ statistic: ([Int]) -> Double?
  ) -> ModelCard.Score? {
    guard let value = statistic(Array(cells.indices)) else { return nil }
    let interval = OriginBootstrap.interval(origins: cells.count, statistic)
    return ModelCard.Score(
      subject: subject, model: model, metric: metric, unit: unit, value: value, lower: interval?.lower,
      upper: interval?.upper, window: window)
  }
}

/// Intervals that know that the quarters after one origin are one event and not thirteen.
enum OriginBootstrap {
  private static let resamples = 1000

  /// 90 %, from resamples of whole origins; `nil` when fewer than half of them have the statistic.
  static func interval(origins: Int, _ statistic: ([Int]) -> Double?) -> (lower: Double, upper: Double)? {
    var stream = RandomStream(seed: 1, stream: .backtests, path: 0)
    let values = (0..<resamples).compactMap { _ in
      statistic((0..<origins).map { _ in stream.index(below: origins) })
    }.sorted()
    guard values.count >= resamples / 2 else { return nil }
    return (values[values.count / 20], values[values.count - values.count / 20 - 1])
  }
}
