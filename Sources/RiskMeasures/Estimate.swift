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
}

/// Φ⁻¹(0.975), the half-width of a 95 % interval in standard errors.
let normalQuantile975 = 1.959963984540054
