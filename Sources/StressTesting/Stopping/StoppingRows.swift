import Foundation
import MacroScenarios
import RiskMeasures

extension StressTest.Look {
  static let item = "stop_when"

  /// What the run was asked to reach, and what it reached.
  func rows(most: Int) -> [StressTestResult.Row] {
    let entity =
      switch rule.metric.entity {
      case .system: PathPipeline.systemEntity
      case .bank(let rssd): String(rssd)
      }
    let variant = "\(rule.measure.rawValue) of \(rule.metric)"
    func row(_ statistic: String, _ value: Double?, _ unit: String) -> StressTestResult.Row {
      .init(entity: entity, item: Self.item, statistic: statistic, variant: variant, value: value, unit: unit)
    }
    return [
      .init(
        entity: entity, item: Self.item, statistic: "estimate", variant: variant, figure, unit: unit.rawValue),
      row("half_width_asked", rule.halfWidth, "fraction"), row("half_width_reached", halfWidth, "fraction"),
      row("confidence", rule.level, "fraction"), row("paths", Double(pathCount), "count"),
      row("most_paths", Double(most), "count"), row("reached", isPreciseEnough ? 1 : 0, "count"),
    ]
  }

  func note(most: Int) -> StressTestResult.Note {
    let interval = "\(Self.percent(rule.level)) interval of \(rule.measure.rawValue) of \(rule.metric)"
    let asked = Self.percent(rule.halfWidth)
    if isPreciseEnough, let halfWidth {
      return .init(
        .method,
        "The run stopped after \(pathCount) of at most \(most) simulated futures, where the \(interval) reached "
          + "\(Self.percent(halfWidth)) of the estimate to either side; asked for: at most \(asked).")
    }
    guard let halfWidth else {
      return .init(
        .warning,
        "Not converged: \(pathCount) simulated futures, all that were allowed, are too few for the \(interval).")
    }
    // A half-width falls with the root of the number of paths; two digits are as much as that says.
    let needed = Double(pathCount) * (halfWidth / rule.halfWidth) * (halfWidth / rule.halfWidth)
    let unit = pow(10, (log10(needed) - 1).rounded(.down)), rounded = unit * (needed / unit).rounded(.up)
    let enough = rounded < 1e6 ? String(format: "%.0f", rounded) : String(format: "%.2g million", rounded / 1e6)
    return .init(
      .warning,
      "Not converged: after all \(pathCount) simulated futures that were allowed, the \(interval) reaches "
        + "\(Self.percent(halfWidth)) of the estimate to either side; asked for: at most \(asked). About "
        + "\(enough) would do.")
  }
}

extension StressTestResult {
  /// How precise the figure was to be that the author named, and how precise it is.
  public struct Stopping: Sendable, Equatable, Encodable {
    /// Such as `var_99.9 of system.loan_loss`.
    public let figure: String
    /// Half of the interval, as a share of the estimate: as asked, and as reached; `nil` where there is no interval.
    public let asked: Double
    public let reached: Double?
    /// Of the interval.
    public let confidence: Double
    public let paths, mostPaths: Int
    public let isReached: Bool
  }

  /// `nil` where the scenario has no stopping rule.
  public var stopping: Stopping? {
    let own = rows.filter { $0.item == StressTest.Look.item }
    func value(_ statistic: String) -> Double? { own.first { $0.statistic == statistic }?.value }
    func count(_ statistic: String) -> Int? { value(statistic).flatMap { Int(exactly: $0) } }
    guard let figure = own.first?.variant, let asked = value("half_width_asked"), let confidence = value("confidence"),
      let paths = count("paths"), let most = count("most_paths"), let isReached = count("reached")
    else { return nil }
    return Stopping(
      figure: figure, asked: asked, reached: value("half_width_reached"), confidence: confidence, paths: paths,
      mostPaths: most, isReached: isReached == 1)
  }
}
