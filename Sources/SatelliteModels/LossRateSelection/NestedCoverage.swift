import NeuralNetworks
import Stochastics

/// How often outcomes fell inside the 90 % interval that the law of the errors gave at their origin, the law being fitted
/// on what was known of earlier origins' errors and on nothing else.
struct NestedCoverage: Sendable {
  static let metric = "coverage_90"
  /// From fewer earlier origins no spread is learned: with two, Student's quantile is four times the normal's.
  static let fewestOrigins = 3

  /// `[origin][series]`; none for the first origins, which had too few before them.
  private var inside: [[Int]] = []
  private var observed: [[Int]] = []

  /// - Parameter first: the first origin that is tested, by its place.
  init(_ cases: [WalkForward.Case], _ forecast: WalkForwardForecast, from first: Int = Self.fewestOrigins) {
    precondition(first >= Self.fewestOrigins, "from origin \(first), expected \(Self.fewestOrigins) or later")
    for origin in cases.indices.dropFirst(first) {
      let law = ResidualLaw(fittedTo: KnownOutcomes(cases, at: origin).errors(of: forecast))
      var inside = [Int](repeating: 0, count: LoanSeries.count)
      var observed = inside
      for (ahead, (projected, actual)) in zip(forecast.values[origin], cases[origin].actual).enumerated() {
        for series in 0..<LoanSeries.count {
          guard let actual = actual[series] else { continue }
          observed[series] += 1
          let reach = ResidualLaw.quantile * law.standardDeviation(series, after: ahead + 1)
          if abs(actual - projected[series]) <= reach { inside[series] += 1 }
        }
      }
      self.inside.append(inside)
      self.observed.append(observed)
    }
  }

  var originCount: Int { observed.count }

  /// Of all loan types together; `nil` where nothing was observed.
  var overall: Double? { share(0..<LoanSeries.count, Array(observed.indices)) }

  private func share(_ series: Range<Int>, _ origins: [Int]) -> Double? {
    var inside = 0
    var observed = 0
    for origin in origins {
      inside += self.inside[origin][series].reduce(0, +)
      observed += self.observed[origin][series].reduce(0, +)
    }
    return observed == 0 ? nil : Double(inside) / Double(observed)
  }

  /// By loan type and over all, with 90 % intervals by origin; nothing where nothing was observed.
  func scores(of model: String) -> [ModelCard.Score] {
    let subjects =
      LoanSeries.allCases.map { ($0.id, $0.rawValue..<$0.rawValue + 1) } + [("all loan types", 0..<LoanSeries.count)]
    return subjects.compactMap { subject, series in
      guard let value = share(series, Array(observed.indices)) else { return nil }
      let interval = OriginBootstrap.interval(origins: originCount) { share(series, $0) }
      return ModelCard.Score(
        subject: subject, model: model, metric: Self.metric, unit: "fraction", value: value, lower: interval?.lower,
        upper: interval?.upper, window: WalkForwardScores.windows[0])
    }
  }
}
