import Stochastics

/// Whether one of two forecasts has the smaller loss (Diebold & Mariano 1995), corrected for small samples (Harvey,
/// Leybourne & Newbold 1997).
///
///     S = d̄ / √(V/n),   V = γ₀ + 2 Σ_{k<h} γₖ,   S* = S √((n + 1 − 2h + h(h − 1)/n) / n)  ~  t with n − 1 degrees
///
/// d: loss of the first less loss of the second, one a forecast; γₖ its autocovariances (divided by n); h: forecasts
/// that share outcomes reach over h − 1 of their neighbours. Where the truncated sum V is not positive, as may happen, the
/// autocovariances are weighted by 1 − k/h (Bartlett), which is never negative.
struct DieboldMariano: Sendable, Equatable {
  /// S*; above 0 when the second forecast has the smaller loss.
  let statistic: Double
  /// Two-sided.
  let pValue: Double

  /// - Parameters:
  ///   - differentials: d, in the order of time.
  ///   - overlap: h.
  /// - Returns: `nil` when there are too few forecasts, or when their differential never varies.
  init?(differentials: [Double], overlap: Int) {
    precondition(overlap > 0, "an overlap of \(overlap), expected 1 or more")
    let count = differentials.count
    let n = Double(count)
    let h = Double(overlap)
    let correction = (n + 1 - 2 * h + h * (h - 1) / n) / n
    guard count > overlap, count > 1, correction > 0 else { return nil }
    let mean = differentials.reduce(0, +) / n
    func autocovariance(_ lag: Int) -> Double {
      zip(differentials, differentials.dropFirst(lag)).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / n
    }
    let variances = (0..<overlap).map(autocovariance)
    guard variances[0] > 0 else { return nil }
    var longRun = variances[0] + 2 * variances.dropFirst().reduce(0, +)
    if longRun <= 0 {
      longRun = variances[0] + 2 * (1..<overlap).reduce(0) { $0 + (1 - Double($1) / h) * variances[$1] }
    }
    guard longRun > 0, let law = try? StudentT(degreesOfFreedom: n - 1) else { return nil }
    statistic = mean / (longRun / n).squareRoot() * correction.squareRoot()
    pValue = 2 * law.survival(abs(statistic))
  }
}
