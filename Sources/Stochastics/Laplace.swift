import CGSL

/// Laplace law: density exp(−|x − m| / a) / 2a.
public struct Laplace: Distribution, Equatable {
  public let location: Double
  public let scale: Double

  /// - Throws: when `scale` is not positive or a parameter is not finite.
  public init(location: Double = 0, scale: Double = 1) throws(ParameterError) {
    try ParameterError.requireFinite("laplace", "location", location)
    try ParameterError.requirePositive("laplace", "scale", scale)
    self.location = location
    self.scale = scale
  }

  public func density(_ x: Double) -> Double { gsl_ran_laplace_pdf(x - location, scale) }
  public func cdf(_ x: Double) -> Double { gsl_cdf_laplace_P(x - location, scale) }
  public func survival(_ x: Double) -> Double { gsl_cdf_laplace_Q(x - location, scale) }

  public func quantile(_ p: Double) -> Double {
    requireProbability(p)
    return location + gsl_cdf_laplace_Pinv(p, scale)
  }

  public func quantile(upperTail q: Double) -> Double {
    requireProbability(q)
    return location + gsl_cdf_laplace_Qinv(q, scale)
  }

  public func draw(using stream: inout RandomStream) -> Double { location + gsl_ran_laplace(stream.gsl, scale) }

  public var moments: Moments { Moments(mean: location, variance: 2 * scale * scale, skewness: 0, excessKurtosis: 3) }
}
