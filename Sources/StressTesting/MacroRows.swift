import MacroScenarios
import PathSimulation
import RiskMeasures
import SatelliteModels

/// What the result says of the economy: history, central path, severity, and the fan against history.
struct MacroRows {
  typealias Row = StressTestResult.Row

  private static let shownHistoryQuarters = 40
  /// Severity is measured against everything known from here on, when the last of the factors begins.
  private static let firstComparedQuarter = Quarter(year: 1990, number: 1)

  let scenario: Scenario

  private func unit(_ factor: RiskFactor) -> String {
    factor.unit == .percent ? ColumnRequest.Unit.fraction.rawValue : ColumnRequest.Unit.index.rawValue
  }

  /// The last ten years and the central path; a quarter without a published value has no row.
  var paths: [Row] {
    scenario.factors.enumerated().flatMap { index, factor -> [Row] in
      let known = (0..<Self.shownHistoryQuarters).reversed().compactMap { back -> Row? in
        let quarter = scenario.jumpOff.advanced(by: -back)
        return scenario.history.value(factor.id, in: quarter).map { value in
          Row(
            entity: factor.id, quarter: "\(quarter)", item: "macro", statistic: "history", value: value,
            unit: unit(factor))
        }
      }
      let central = (0..<scenario.horizon).map { quarter in
        Row(
          entity: factor.id, quarter: "\(scenario.quarter(quarter))", item: "macro", statistic: "central",
          value: scenario.central[quarter * scenario.factors.count + index], unit: unit(factor))
      }
      return known + central
    }
  }

  /// Where each central path goes farthest from its start, and how unusual that is.
  ///
  /// The percentile is that of the change over so many quarters among all changes of that length in history (mid-rank);
  /// the distance counts the standard deviations of those changes from their mean. Indices change in percent.
  var severity: [Row] {
    scenario.factors.enumerated().flatMap { index, factor -> [Row] in
      guard let start = scenario.history.value(factor.id, in: scenario.jumpOff) else { return [] }
      let path = (0..<scenario.horizon).map { scenario.central[$0 * scenario.factors.count + index] }
      func change(_ from: Double, _ to: Double) -> Double { factor.unit == .index ? to / from - 1 : to - from }
      let farthest = path.indices.max { abs(change(start, path[$0])) < abs(change(start, path[$1])) } ?? 0
      let quarter = "\(scenario.quarter(farthest))", extreme = path[farthest], move = change(start, extreme)
      func row(_ statistic: String, _ value: Double?, _ unit: String) -> Row {
        Row(
          entity: factor.id, quarter: quarter, item: "severity", statistic: statistic, value: value, unit: unit)
      }
      let past = changes(of: factor, over: farthest + 1, change)
      return [
        row("start", start, unit(factor)), row("extreme", extreme, unit(factor)), row("change", move, "fraction"),
        row("history_percentile", Self.midRank(of: move, among: past), "fraction"),
        row("distance_sd", Self.distance(of: move, from: past), "standard deviations"),
      ]
    }
  }

  private func changes(
    of factor: RiskFactor, over quarters: Int, _ change: (Double, Double) -> Double
  ) -> [Double] {
    let count = Self.firstComparedQuarter.distance(to: scenario.jumpOff) - quarters
    return (0...max(0, count)).compactMap { offset in
      let from = Self.firstComparedQuarter.advanced(by: offset)
      guard let first = scenario.history.value(factor.id, in: from),
        let last = scenario.history.value(factor.id, in: from.advanced(by: quarters))
      else { return nil }
      return change(first, last)
    }
  }

  static func midRank(of value: Double, among sample: [Double]) -> Double? {
    guard !sample.isEmpty else { return nil }
    let below = sample.count { $0 < value }, equal = sample.count { $0 == value }
    return (Double(below) + 0.5 * Double(equal)) / Double(sample.count)
  }

  static func distance(of value: Double, from sample: [Double]) -> Double? {
    guard sample.count >= 2 else { return nil }
    let mean = sample.reduce(0, +) / Double(sample.count)
    let variance = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sample.count - 1)
    return variance > 0 ? (value - mean) / variance.squareRoot() : nil
  }

  /// Share of past nine-quarter outcomes inside the fan's 90 % band.
  func coverage(_ coverage: FanCoverage) -> [Row] {
    coverage.factors.map { factor in
      Row(entity: factor.id, item: "fan_coverage", statistic: "inside_90", value: factor.share, unit: "fraction")
    }
  }

  /// How far the inputs of the loss-rate model lie from what it was fitted on, along the central path.
  static func inputDistances(_ distances: [LossRateProjection.InputDistance], scenario: Scenario) -> [Row] {
    distances.map { distance in
      Row(
        entity: PathPipeline.systemEntity, quarter: "\(scenario.quarter(distance.quarter - 1))",
        item: "model_input_distance", statistic: distance.feature,
        variant: distance.isBeyondSample ? "beyond the fitting sample" : nil, value: distance.standardDeviations,
        unit: "standard deviations")
    }
  }
}
