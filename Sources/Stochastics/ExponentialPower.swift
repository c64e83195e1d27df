import CGSL
import Foundation

/// Exponential power law (generalised normal): density exp(−|(x − m) / a|^b) / (2a Γ(1 + 1/b)).
///
/// b = 1 is Laplace with scale a, b = 2 normal with standard deviation a / √2; b < 2 has tails heavier than the normal.
public struct ExponentialPower: Distribution, Equatable {
  public let location: Double
  public let scale: Double
  /// b.
  public let shape: Double

  /// - Throws: when `scale` or `shape` is not positive, or a parameter is not finite.
  public init(location: Double = 0, scale: Double = 1, shape: Double) throws(ParameterError) {
    try ParameterError.requireFinite("exponential-power", "location", location)
    try ParameterError.requirePositive("exponential-power", "scale", scale)
    try ParameterError.requirePositive("exponential-power", "shape", shape)
    self.location = location
    self.scale = scale
    self.shape = shape
  }

  /// The law of that mean and standard deviation: a = σ √(Γ(1/b) / Γ(3/b)).
  public init(mean: Double, standardDeviation: Double, shape: Double) throws(ParameterError) {
    try ParameterError.requirePositive("exponential-power", "shape", shape)
    try self.init(
      location: mean, scale: standardDeviation * exp(0.5 * (lgamma(1 / shape) - lgamma(3 / shape))), shape: shape)
  }

  public func density(_ x: Double) -> Double { gsl_ran_exppow_pdf(x - location, scale, shape) }

  // |(X − m) / a|^b is gamma with shape 1/b; GSL's own exponential-power cdf loses the far tails.
  public func cdf(_ x: Double) -> Double { x > location ? 1 - tail(x) : tail(x) }
  public func survival(_ x: Double) -> Double { x > location ? tail(x) : 1 - tail(x) }

  private func tail(_ x: Double) -> Double {
    0.5 * gsl_cdf_gamma_Q(pow(abs(x - location) / scale, shape), 1 / shape, 1)
  }

  public func quantile(_ p: Double) -> Double {
    requireProbability(p)
    return p < 0.5 ? location - distance(tail: p) : location + distance(tail: 1 - p)
  }

  public func quantile(upperTail q: Double) -> Double {
    requireProbability(q)
    return q < 0.5 ? location + distance(tail: q) : location - distance(tail: 1 - q)
  }

  /// How far from the location the tail probability is `tail`, at most ½.
  private func distance(tail: Double) -> Double {
    let power =
      tail < 0.25 ? gsl_cdf_gamma_Qinv(2 * tail, 1 / shape, 1) : gsl_cdf_gamma_Pinv(1 - 2 * tail, 1 / shape, 1)
    return scale * pow(power, 1 / shape)
  }

  public func draw(using stream: inout RandomStream) -> Double {
    location + gsl_ran_exppow(stream.gsl, scale, shape)
  }

  public var moments: Moments {
    let ratio = lgamma(3 / shape) - lgamma(1 / shape)
    return Moments(
      mean: location, variance: scale * scale * exp(ratio), skewness: 0,
      excessKurtosis: exp(lgamma(5 / shape) - lgamma(1 / shape) - 2 * ratio) - 3)
  }
}
