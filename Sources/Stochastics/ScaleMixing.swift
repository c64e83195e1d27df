import CGSL

/// What makes Student t variates of normal ones: √(ν / W), W chi-square with ν degrees of freedom, as an increasing
/// function of one standard normal. A fixed number of draws, where a gamma sampler would take a random one.
public struct ScaleMixing: Sendable {
  public let table: QuantileTable

  /// - Throws: when `degreesOfFreedom` is not positive.
  public init(degreesOfFreedom ν: Double) throws(ParameterError) {
    try ParameterError.requirePositive("scale mixing", "degrees of freedom", ν)
    // A large mixing factor is a small W: the upper tail of z is the lower tail of W.
    let chiSquare: @Sendable (Double) -> Double = { z in
      z < 0 ? gsl_cdf_chisq_Qinv(gsl_cdf_ugaussian_P(z), ν) : gsl_cdf_chisq_Pinv(gsl_cdf_ugaussian_Q(z), ν)
    }
    let slope: (Double, Double) -> Double = { z, _ in
      let w = chiSquare(z)
      return 0.5 * (ν / w).squareRoot() * gsl_ran_ugaussian_pdf(z) / (w * gsl_ran_chisq_pdf(w, ν))
    }
    table = try QuantileTable(reach: 7, value: { (ν / chiSquare($0)).squareRoot() }, slope: slope)
  }
}
