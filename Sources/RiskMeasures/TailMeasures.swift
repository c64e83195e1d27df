import Foundation

extension SortedSample {
  /// Value at risk: the smallest outcome x with F_n(x) ≥ α, an exact order statistic.
  ///
  ///     VaR_α = x_(⌈nα⌉)
  ///
  /// The interval is distribution-free: the order statistics whose ranks are 1.96 binomial standard deviations
  /// √(nα(1 − α)) either side (David & Nagaraja 2003, §7.1); the standard error is its width over 2 · 1.96. A rank beyond
  /// the sample leaves that bound, and the standard error, `nil`.
  /// - Parameter level: confidence of the interval, in place of 95 %: other ranks.
  public func valueAtRisk(_ confidence: Double, level: Double = 0.95) -> Estimate {
    precondition(confidence > 0 && confidence < 1, "a confidence level lies in (0, 1), not at \(confidence)")
    let n = Double(count)
    return valueAtRisk(
      confidence, error: (n * confidence * (1 - confidence)).squareRoot(),
      studentQuantile: twoSidedNormalQuantile(level))
  }

  /// - Parameters:
  ///   - error: standard deviation of the count of outcomes at or below the quantile.
  ///   - studentQuantile: half of the interval's width in such standard deviations.
  func valueAtRisk(_ confidence: Double, error: Double, studentQuantile: Double) -> Estimate {
    let n = Double(count)
    let halfWidth = studentQuantile * error
    let rank = tailRank(confidence)
    let lowerRank = Int((n * confidence - halfWidth).rounded(.down))
    let upperRank = Int((n * confidence + halfWidth).rounded(.up)) + 1
    let lower = lowerRank >= 1 ? self[rank: lowerRank] : nil
    let upper = upperRank <= count ? self[rank: upperRank] : nil
    var standardError: Double?
    if let lower, let upper { standardError = (upper - lower) / (2 * studentQuantile) }
    return Estimate(value: self[rank: rank], standardError: standardError, lower: lower, upper: upper)
  }

  /// The quantile of that share; value at risk under its everyday name.
  public func quantile(_ share: Double, level: Double = 0.95) -> Estimate { valueAtRisk(share, level: level) }

  /// Expected shortfall: the mean of the worst (1 − α) share, with a fractional weight at the quantile.
  ///
  ///     ES_α = (1 − α)⁻¹ ∫_α^1 VaR_u du                       (Acerbi & Tasche 2002)
  ///     SE²  ≈ (Var[X | X ≥ VaR] + α (ES − VaR)²) / (n (1 − α))   (Manistre & Hancock 2005)
  ///
  /// Fewer than two outcomes beyond the quantile leave the error `nil`.
  public func expectedShortfall(_ confidence: Double) -> Estimate {
    precondition(confidence > 0 && confidence < 1, "a confidence level lies in (0, 1), not at \(confidence)")
    let n = Double(count)
    let rank = tailRank(confidence)
    let quantile = self[rank: rank]
    let tail = sorted(rank..<count)
    let tailWeight = n - n * confidence
    let sum = tail.reduce(0.0) { $0 + Double($1) } + (Double(rank) - n * confidence) * quantile
    let shortfall = sum / tailWeight
    guard tail.count >= 2 else { return Estimate(value: shortfall, standardError: nil, lower: nil, upper: nil) }
    let tailMean = tail.reduce(0.0) { $0 + Double($1) } / Double(tail.count)
    let tailVariance =
      tail.reduce(0.0) { $0 + (Double($1) - tailMean) * (Double($1) - tailMean) } / Double(tail.count - 1)
    let distance = shortfall - quantile
    return Estimate(
      value: shortfall,
      standardError: ((tailVariance + confidence * distance * distance) / tailWeight).squareRoot())
  }

  /// Rank of the quantile, ⌈nα⌉, at least 1. A product that misses a whole number by rounding is taken as that number.
  func tailRank(_ confidence: Double) -> Int {
    let exact = Double(count) * confidence
    let nearest = exact.rounded()
    let rank = abs(exact - nearest) <= 1e-9 * max(1, exact) ? nearest : exact.rounded(.up)
    return min(count, max(1, Int(rank)))
  }
}
