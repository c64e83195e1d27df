import CGSL

/// A figure estimated from simulated paths, with its Monte Carlo error.
///
/// `lower` and `upper` bound a 95 % interval. A bound or error that so few paths cannot give is `nil`, never invented.
public struct Estimate: Sendable, Equatable {
  public let value: Double
  public let standardError: Double?
  public let lower: Double?
  public let upper: Double?

  public init(value: Double, standardError: Double?, lower: Double?, upper: Double?) {
    self.value = value
    self.standardError = standardError
    self.lower = lower
    self.upper = upper
  }

  /// The same figure in another unit.
  /// - Precondition: `factor` is positive, so that the bounds keep their order.
  public func scaled(by factor: Double) -> Estimate {
    precondition(factor > 0, "a figure is scaled by \(factor), expected a positive factor")
    return Estimate(
      value: value * factor, standardError: standardError.map { $0 * factor }, lower: lower.map { $0 * factor },
      upper: upper.map { $0 * factor })
  }

  /// `value ± 1.96 standardError`: an interval from the central limit theorem.
  public init(value: Double, standardError: Double) {
    self.init(
      value: value, standardError: standardError, lower: value - normalQuantile975 * standardError,
      upper: value + normalQuantile975 * standardError)
  }
}

extension Estimate {
  /// `value ± t standardError`, with Student's 97.5 % quantile for an error from so many independent groups.
  public init(value: Double, standardError: Double, groupCount: Int) {
    let halfWidth = Self.studentQuantile(groupCount: groupCount) * standardError
    self.init(value: value, standardError: standardError, lower: value - halfWidth, upper: value + halfWidth)
  }

  static func studentQuantile(groupCount: Int) -> Double { gsl_cdf_tdist_Pinv(0.975, Double(max(1, groupCount - 1))) }

  /// A figure without an error that could be estimated.
  public init(value: Double) { self.init(value: value, standardError: nil, lower: nil, upper: nil) }

  /// The same figure with an interval of another confidence than 95 %, by the central limit theorem.
  public func interval(ofLevel level: Double) -> Estimate {
    let halfWidth = standardError.map { twoSidedNormalQuantile(level) * $0 }
    return Estimate(
      value: value, standardError: standardError, lower: halfWidth.map { value - $0 },
      upper: halfWidth.map { value + $0 })
  }

  /// How far the interval reaches from the figure, on average of both sides, as a share of it; `nil` without an interval.
  /// What does not vary at all is known exactly: 0, even where the figure is 0.
  public var relativeHalfWidth: Double? {
    guard let lower, let upper else { return nil }
    let halfWidth = (upper - lower) / 2
    if halfWidth == 0 { return 0 }
    return value == 0 ? nil : halfWidth / abs(value)
  }
}

/// Φ⁻¹(0.975), the half-width of a 95 % interval in standard errors.
let normalQuantile975 = 1.959963984540054

/// Φ⁻¹((1 + level) / 2), the half-width of an interval of that confidence in standard errors.
func twoSidedNormalQuantile(_ level: Double) -> Double {
  precondition(level > 0 && level < 1, "a confidence level lies in (0, 1), not at \(level)")
  // The constant, because the bits of every 95 % interval hang on it.
  return level == 0.95 ? normalQuantile975 : gsl_cdf_ugaussian_Qinv((1 - level) / 2)
}
