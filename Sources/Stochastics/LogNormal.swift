import CGSL
import Foundation

/// Log-normal law: ln(X − θ) is normal with mean ζ and standard deviation σ; θ is the threshold, 0 in the plain law.
public struct LogNormal: Distribution, Equatable {
  /// ζ, the mean of ln X.
  public let logMean: Double
  /// σ, the standard deviation of ln X.
  public let logStandardDeviation: Double
  /// θ, below which nothing falls.
  public let threshold: Double

  /// - Throws: when `logStandardDeviation` is not positive or a parameter is not finite.
  public init(logMean: Double = 0, logStandardDeviation: Double, threshold: Double = 0) throws(ParameterError) {
    try ParameterError.requireFinite("log-normal", "log mean", logMean)
    try ParameterError.requireFinite("log-normal", "threshold", threshold)
    try ParameterError.requirePositive("log-normal", "log standard deviation", logStandardDeviation)
    self.logMean = logMean
    self.logStandardDeviation = logStandardDeviation
    self.threshold = threshold
  }

  public func density(_ x: Double) -> Double {
    gsl_ran_lognormal_pdf(x - threshold, logMean, logStandardDeviation)
  }
  public func cdf(_ x: Double) -> Double {
    x > threshold ? gsl_cdf_lognormal_P(x - threshold, logMean, logStandardDeviation) : 0
  }
  public func survival(_ x: Double) -> Double {
    x > threshold ? gsl_cdf_lognormal_Q(x - threshold, logMean, logStandardDeviation) : 1
  }

  public func quantile(_ p: Double) -> Double {
    requireProbability(p)
    return threshold + gsl_cdf_lognormal_Pinv(p, logMean, logStandardDeviation)
  }

  public func quantile(upperTail q: Double) -> Double {
    requireProbability(q)
    return threshold + gsl_cdf_lognormal_Qinv(q, logMean, logStandardDeviation)
  }

  public func draw(using stream: inout RandomStream) -> Double {
    threshold + exp(logMean + logStandardDeviation * stream.normal())
  }

  public var moments: Moments {
    let s = logStandardDeviation * logStandardDeviation
    let w = exp(s)
    return Moments(
      mean: threshold + exp(logMean + s / 2), variance: expm1(s) * exp(2 * logMean + s),
      skewness: (w + 2) * expm1(s).squareRoot(),
      excessKurtosis: w * w * w * w + 2 * w * w * w + 3 * w * w - 6)
  }
}
