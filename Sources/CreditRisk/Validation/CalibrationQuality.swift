import Glibc

/// Whether probabilities mean what they say: Brier score, calibration line, reliability table.
public struct CalibrationQuality: Sendable, Equatable {
  /// Mean of (p − y)² (Brier 1950).
  public let brier: IntervalEstimate
  /// b in logit P(default) = a + b · logit p (Cox 1958): below 1, the probabilities are spread too far.
  public let slope: IntervalEstimate
  /// a in logit P(default) = a + logit p, slope held at 1: above 0, defaults are more than was said.
  public let intercept: IntervalEstimate
  /// Tenths of the accounts, lowest probabilities first.
  public let reliability: [Bin]

  public struct Bin: Sendable, Equatable {
    public let count: Int
    public let predicted: Double
    public let observed: Double
    /// 90 % interval of the observed rate (Wilson 1927).
    public let lower, upper: Double
  }

  /// - Parameter probabilities: in (0, 1), `[account]`.
  public init(_ probabilities: [Double], _ defaults: [Bool]) {
    precondition(probabilities.allSatisfy { $0 > 0 && $0 < 1 }, "a probability outside 0 to 1, ends left out")
    let squares = Self.squaredErrors(probabilities, defaults)
    brier = Self.mean(squares)
    let logits = probabilities.map(logit)
    let line = LogisticRegression(logits, width: 1, targets: defaults, penalty: 0)
    slope = IntervalEstimate(value: line.coefficients[0], standardError: line.standardErrors[1])
    let shift = LogisticRegression([], width: 0, targets: defaults, penalty: 0, offsets: logits)
    intercept = IntervalEstimate(value: shift.intercept, standardError: shift.standardErrors[0])
    reliability = Self.bins(probabilities, defaults)
  }

  /// Brier score of the first less that of the second on the same accounts; negative when the first is better.
  public static func brierDifference(
    _ first: [Double], _ second: [Double], _ defaults: [Bool]
  ) -> IntervalEstimate {
    mean(zip(squaredErrors(first, defaults), squaredErrors(second, defaults)).map { $0 - $1 })
  }

  private static func squaredErrors(_ probabilities: [Double], _ defaults: [Bool]) -> [Double] {
    zip(probabilities, defaults).map { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }
  }

  private static func mean(_ values: [Double]) -> IntervalEstimate {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, n - 1)
    return IntervalEstimate(value: mean, standardError: (variance / n).squareRoot())
  }

  private static func bins(_ probabilities: [Double], _ defaults: [Bool]) -> [Bin] {
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let count = min(10, order.count)
    return (0..<count).map { bin in
      let members = order[bin * order.count / count..<(bin + 1) * order.count / count]
      let n = Double(members.count)
      let predicted = members.reduce(0) { $0 + probabilities[$1] } / n
      let observed = Double(members.count { defaults[$0] }) / n
      let z = IntervalEstimate.quantile
      let middle = (observed + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (observed * (1 - observed) / n + z * z / (4 * n * n)).squareRoot()
      return Bin(
        count: members.count, predicted: predicted, observed: observed, lower: max(0, middle - half),
        upper: min(1, middle + half))
    }
  }
}

/// Probabilities from logits: p = logistic(a + b·z), with a and b fitted on accounts that the score was not (Platt 1999).
struct LogitCalibration: Sendable, Equatable {
  let intercept: Double
  let slope: Double

  init(intercept: Double, slope: Double) {
    self.intercept = intercept
    self.slope = slope
  }

  /// The slight penalty only keeps a perfect score's slope finite.
  init(_ logits: [Double], _ defaults: [Bool]) {
    let line = LogisticRegression(logits, width: 1, targets: defaults, penalty: 1e-6)
    (intercept, slope) = (line.intercept, line.coefficients[0])
  }

  func probability(_ logit: Double) -> Double { logistic(intercept + slope * logit) }
}
