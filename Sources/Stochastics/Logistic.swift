import CGSL

/// Logistic law: cdf 1 / (1 + exp(−(x − m) / a)).
public struct Logistic: Distribution, Equatable {
  public let location: Double
  public let scale: Double

  /// - Throws: when `scale` is not positive or a parameter is not finite.
  public init(location: Double = 0, scale: Double = 1) throws(ParameterError) {
    try ParameterError.requireFinite("logistic", "location", location)
    try ParameterError.requirePositive("logistic", "scale", scale)
    self.location = location
    self.scale = scale
  }

  public func density(_ x: Double) -> Double {
    // By symmetry from the left, where the exponential is small: no ∞ / ∞ far out.
    gsl_ran_logistic_pdf(abs(x - location), scale)
  }
  public func cdf(_ x: Double) -> Double { gsl_cdf_logistic_P(x - location, scale) }
  public func survival(_ x: Double) -> Double { gsl_cdf_logistic_Q(x - location, scale) }

  public func quantile(_ p: Double) -> Double {
    requireProbability(p)
    return location + gsl_cdf_logistic_Pinv(p, scale)
  }

  public func quantile(upperTail q: Double) -> Double {
    requireProbability(q)
    return location + gsl_cdf_logistic_Qinv(q, scale)
  }

  public func draw(using stream: inout RandomStream) -> Double { quantile(stream.uniform()) }

  public var moments: Moments {
    Moments(mean: location, variance: scale * scale * Double.pi * Double.pi / 3, skewness: 0, excessKurtosis: 1.2)
  }
}
