/// Whether one run repeats another: bit for bit, or as closely as another processor can.
///
/// The networks' library sums in another order on another instruction set. What follows is as close as single precision
/// lets it be: 1e-5 of a figure (or a million, or 1e-6, where it is a small difference of large ones), and two paths of a
/// count of paths.
public struct ResultComparison: Sendable {
  public enum Verdict: String, Sendable, Encodable { case sameBits = "same bits", close, different }

  public let verdict: Verdict
  /// The first figures that are further apart than that, or things that have no counterpart.
  public let differences: [String]
  /// Largest distance of two figures, in units of what is allowed.
  public let largestDistance: Double

  public init(_ new: StressTestResult, with old: StressTestResult) {
    guard new != old else {
      (verdict, differences, largestDistance) = (.sameBits, [], 0)
      return
    }
    var found: [String] = [], largest = 0.0
    if new.rows.count != old.rows.count {
      found.append("\(new.rows.count) figures, not \(old.rows.count)")
    }
    for (row, other) in zip(new.rows, old.rows) {
      let name = [row.entity, row.quarter ?? "", row.item, row.statistic, row.variant ?? ""]
        .filter { !$0.isEmpty }.joined(separator: " ")
      guard row.entity == other.entity, row.item == other.item, row.statistic == other.statistic,
        row.quarter == other.quarter, row.variant == other.variant, (row.value == nil) == (other.value == nil)
      else {
        found.append("\(name) has no counterpart")
        continue
      }
      guard let value = row.value, let expected = other.value, value != expected else { continue }
      let distance = abs(value - expected) / Self.tolerance(of: row, about: expected, paths: new.scenario.paths)
      largest = max(largest, distance)
      if !(distance <= 1) { found.append("\(name) is \(value), was \(expected)") }
    }
    for (check, other) in zip(new.checks, old.checks) where check.passed != other.passed {
      found.append("check \(check.id) \(check.passed ? "passed" : "failed")")
    }
    differences = found
    largestDistance = largest
    verdict = found.isEmpty ? .close : .different
  }

  private static func tolerance(of row: StressTestResult.Row, about value: Double, paths: Int) -> Double {
    let isCount = ["breach", "banks_breaching", "defaults"].contains(row.item)
    return (isCount ? 2.5 / Double(paths) : row.unit == "millions" ? 1 : 1e-6) + 1e-5 * abs(value)
  }
}
