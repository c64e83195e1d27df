import MacroScenarios
import RiskMeasures

/// A figure drawn from one column, under the name it has in `results.json`.
enum Statistic: Hashable, Sendable {
  case mean
  case standardDeviation
  /// A quantile named as a percentile, e.g. `p05`.
  case percentile(Int)
  /// `var_99`, in per mille so that 99.9 is whole.
  case valueAtRisk(perMille: Int)
  case expectedShortfall(perMille: Int)

  var name: String {
    switch self {
    case .mean: "mean"
    case .standardDeviation: "sd"
    case .percentile(let percent): percent < 10 ? "p0\(percent)" : "p\(percent)"
    case .valueAtRisk(let perMille): "var_" + Self.level(perMille)
    case .expectedShortfall(let perMille): "es_" + Self.level(perMille)
    }
  }

  private static func level(_ perMille: Int) -> String {
    perMille % 10 == 0 ? "\(perMille / 10)" : "\(perMille / 10).\(perMille % 10)"
  }

  func estimate(from sample: PathSample) -> Estimate {
    switch self {
    case .mean: sample.mean()
    case .standardDeviation: sample.standardDeviation()
    case .percentile(let percent): sample.quantile(Double(percent) / 100)
    case .valueAtRisk(let perMille): sample.valueAtRisk(Double(perMille) / 1_000)
    case .expectedShortfall(let perMille): sample.expectedShortfall(Double(perMille) / 1_000)
    }
  }

  /// With the error of independent paths.
  func estimate(from sample: SortedSample) -> Estimate { estimate(from: PathSample(sample)) }

  /// The figure with an interval of another confidence than 95 %: of a quantile the order statistics that bound it at that
  /// level, of the rest as many standard errors as the normal law says.
  func estimate(from sample: SortedSample, level: Double) -> Estimate {
    switch self {
    case .percentile(let percent): sample.quantile(Double(percent) / 100, level: level)
    case .valueAtRisk(let perMille): sample.valueAtRisk(Double(perMille) / 1_000, level: level)
    case .mean, .standardDeviation, .expectedShortfall: estimate(from: sample).interval(ofLevel: level)
    }
  }

  /// The statistic of that name in a scenario's stopping rule.
  init(_ measure: StopRule.Measure) {
    self =
      switch measure {
      case .mean: .mean
      case .sd: .standardDeviation
      case .p01: .percentile(1)
      case .p05: .percentile(5)
      case .p50: .percentile(50)
      case .p95: .percentile(95)
      case .valueAtRisk95: .valueAtRisk(perMille: 950)
      case .valueAtRisk99: .valueAtRisk(perMille: 990)
      case .valueAtRisk999: .valueAtRisk(perMille: 999)
      case .expectedShortfall95: .expectedShortfall(perMille: 950)
      case .expectedShortfall99: .expectedShortfall(perMille: 990)
      }
  }

  /// What the report shows of a loss: its centre, spread and tail.
  static let ofLosses: [Statistic] =
    [.mean, .standardDeviation, .percentile(50)]
    + [950, 990, 999].map { .valueAtRisk(perMille: $0) } + [950, 990, 999].map { .expectedShortfall(perMille: $0) }
}
