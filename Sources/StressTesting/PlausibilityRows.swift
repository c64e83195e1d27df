import EarlyWarning
import Foundation
import MacroScenarios
import PathSimulation

extension StressTest {
  /// Paths of the run that the central path is ranked among: enough for ranks to a few percent, and quickly read.
  private static let rankedPathCount = 256

  /// What the plausibility models say of the central path; `nil` when the scenario names none.
  func plausibilityRows() throws(InvalidInput) -> PlausibilityRows? {
    guard let plausibility else { return nil }
    let pathLength = scenario.central.count
    // Without uncertainty every future is the central path, and ranks among them say nothing.
    let count = scenario.uncertainty.scale > 0 ? min(Self.rankedPathCount, pathCount) : 0
    var futures = [Double](repeating: 0, count: count * pathLength)
    if count > 0 {
      var workspace = pipeline.simulator.makeWorkspace()
      var span = futures.mutableSpan
      pipeline.simulate(firstPath: 0, count: count, into: &span, workspace: &workspace)
    }
    return PlausibilityRows(
      assessment: try plausibility.assess(path: scenario.central, futures: futures, history: scenario.history),
      defaultKind: plausibility.defaultKind)
  }
}

/// What the result says of how unlike history the central path is.
struct PlausibilityRows {
  typealias Row = StressTestResult.Row

  let assessment: PlausibilityAssessment
  let defaultKind: PlausibilityModelKind

  var rows: [Row] { assessment.verdicts.flatMap(rows(of:)) + summary + map }

  private func row(
    _ item: String, _ statistic: String, _ variant: String?, _ value: Double?, _ unit: String, quarter: String? = nil
  ) -> Row {
    Row(
      entity: PathPipeline.systemEntity, quarter: quarter, item: item, statistic: statistic, variant: variant,
      value: value, unit: unit)
  }

  private func rows(of verdict: PlausibilityAssessment.Verdict) -> [Row] {
    let item = "plausibility_\(verdict.measure.rawValue)", kind = verdict.kind.rawValue
    let deviations = "standard deviations"
    var rows = [
      row(item, "central", kind, verdict.history.value, deviations),
      row(item, "history_rank", kind, verdict.history.shareBelow, "fraction"),
      row(item, "history_highest", kind, verdict.history.highestInHistory, deviations),
      row(item, "beyond_history", kind, verdict.history.isBeyondHistory ? 1 : 0, "count"),
    ]
    if let futures = verdict.futures {
      rows += [
        row(item, "futures_rank", kind, verdict.shareOfFuturesBelow, "fraction"),
        row(item, "futures_beyond_history", kind, verdict.shareOfFuturesBeyondHistory, "fraction"),
        row(item, "futures_p05", kind, futures.p05, deviations),
        row(item, "futures_p50", kind, futures.p50, deviations),
        row(item, "futures_p95", kind, futures.p95, deviations),
      ]
    }
    for crisis in verdict.crises {
      rows += [
        row(item, "crisis_\(crisis.name)", kind, crisis.standing.value, deviations),
        row(item, "crisis_\(crisis.name)_rank", kind, crisis.standing.shareBelow, "fraction"),
      ]
    }
    return rows
  }

  private var summary: [Row] {
    [
      row("plausibility", "default", defaultKind.rawValue, 1, "count"),
      row("plausibility", "history_windows", nil, Double(assessment.windowCount), "count"),
      row("plausibility", "futures", nil, Double(assessment.futureCount), "count"),
    ]
  }

  /// A point is two rows, `x` and `y`; windows of history are named by their first quarter, axes by what goes with them.
  private var map: [Row] {
    func point(_ name: String?, _ point: PlausibilityAssessment.Point, quarter: String? = nil) -> [Row] {
      [
        row("plausibility_map", "x", name, point.x, "standard deviations", quarter: quarter),
        row("plausibility_map", "y", name, point.y, "standard deviations", quarter: quarter),
      ]
    }
    return point("scenario", assessment.path)
      + assessment.crises.flatMap { point($0.name, $0.point) }
      + assessment.history.flatMap { point(nil, $0.point, quarter: "\($0.firstQuarter)") }
      + assessment.futures.enumerated().flatMap { point("future \($0)", $1) }
      + zip(["x", "y"], assessment.axes).flatMap { axis, factors in
        factors.map {
          row("plausibility_map", "\(axis)_correlation", $0.name, $0.correlation, "fraction")
        }
      }
  }

  /// A warning when the default model has seen nothing like it, by either measure.
  var notes: [StressTestResult.Note] {
    let beyond = assessment.verdicts.filter { $0.kind == defaultKind && $0.history.isBeyondHistory }
    guard !beyond.isEmpty else { return [] }
    let list = beyond.map { verdict in
      switch verdict.measure {
      case .reconstructionError:
        String(
          format: "it does not follow the patterns of history (reconstruction error %.2f, at most %.2f before)",
          verdict.history.value, verdict.history.highestInHistory)
      case .mahalanobisDistance:
        String(
          format:
            "it goes farther along the patterns of history than anything before (Mahalanobis distance %.1f, at most "
            + "%.1f before)", verdict.history.value, verdict.history.highestInHistory)
      }
    }
    return [
      .init(
        .warning,
        "The central path lies beyond everything seen: of the \(assessment.windowCount) windows of history none is as "
          + "unusual, by the \(defaultKind == .pca ? "principal components" : "autoencoder"); "
          + list.joined(separator: ", and ") + ".")
    ]
  }
}
