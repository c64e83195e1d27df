import CGSL

/// Normal law: density exp(−(x − μ)² / 2σ²) / (σ √2π).
public struct Normal: Distribution, Equatable {
  public let mean: Double
  public let standardDeviation: Double

  public static let standard = Normal()

  private init() {
    mean = 0
    standardDeviation = 1
  }

  /// - Throws: when `standardDeviation` is not positive or either is not finite.
  public init(mean: Double = 0, standardDeviation: Double) throws(ParameterError) {
    try ParameterError.requireFinite("normal", "mean", mean)
    try ParameterError.requirePositive("normal", "standard deviation", standardDeviation)
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public func density(_ x: Double) -> Double { gsl_ran_gaussian_pdf(x - mean, standardDeviation) }
  public func cdf(_ x: Double) -> Double { gsl_cdf_gaussian_P(x - mean, standardDeviation) }
  public func survival(_ x: Double) -> Double { gsl_cdf_gaussian_Q(x - mean, standardDeviation) }

  public func quantile(_ p: Double) -> Double {
    requireProbability(p)
    return mean + gsl_cdf_gaussian_Pinv(p, standardDeviation)
  }

  public func quantile(upperTail q: Double) -> Double {
    requireProbability(q)
    return mean + gsl_cdf_gaussian_Qinv(q, standardDeviation)
  }

  public func draw(using stream: inout RandomStream) -> Double { mean + standardDeviation * stream.normal() }

  public var moments: Moments {
    Moments(mean: mean, variance: standardDeviation * standardDeviation, skewness: 0, excessKurtosis: 0)
  }
}
