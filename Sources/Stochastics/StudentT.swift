import CGSL

/// Student's t with location m and scale s: (X − m) / s is t with ν degrees of freedom.
///
///     f(x) = Γ((ν + 1) / 2) / (Γ(ν / 2) √(νπ) s) · (1 + ((x − m) / s)² / ν)^(−(ν + 1) / 2)
public struct StudentT: Distribution, Equatable {
  public let location: Double
  public let scale: Double
  /// ν; any positive number, not only whole ones.
  public let degreesOfFreedom: Double

  /// - Throws: when `scale` or `degreesOfFreedom` is not positive, or a parameter is not finite.
  public init(location: Double = 0, scale: Double = 1, degreesOfFreedom: Double) throws(ParameterError) {
    try ParameterError.requireFinite("student-t", "location", location)
    try ParameterError.requirePositive("student-t", "scale", scale)
    try ParameterError.requirePositive("student-t", "degrees of freedom", degreesOfFreedom)
    self.location = location
    self.scale = scale
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The t law of that mean and standard deviation: scale = σ √((ν − 2) / ν).
  /// - Throws: when ν ≤ 2, where there is no standard deviation.
  public init(mean: Double, standardDeviation: Double, degreesOfFreedom: Double) throws(ParameterError) {
    guard degreesOfFreedom > 2 else {
      throw ParameterError("student-t", "degrees of freedom", found: degreesOfFreedom, expected: "more than 2")
    }
    try self.init(
      location: mean, scale: standardDeviation * ((degreesOfFreedom - 2) / degreesOfFreedom).squareRoot(),
      degreesOfFreedom: degreesOfFreedom)
  }

  private func standardised(_ x: Double) -> Double { (x - location) / scale }

  public func density(_ x: Double) -> Double { gsl_ran_tdist_pdf(standardised(x), degreesOfFreedom) / scale }
  public func cdf(_ x: Double) -> Double { gsl_cdf_tdist_P(standardised(x), degreesOfFreedom) }
  public func survival(_ x: Double) -> Double { gsl_cdf_tdist_Q(standardised(x), degreesOfFreedom) }

  public func quantile(_ p: Double) -> Double {
    requireProbability(p)
    return location + scale * gsl_cdf_tdist_Pinv(p, degreesOfFreedom)
  }

  public func quantile(upperTail q: Double) -> Double {
    requireProbability(q)
    return location + scale * gsl_cdf_tdist_Qinv(q, degreesOfFreedom)
  }

  /// Z √(ν / W), Z standard normal, W chi-square with ν degrees of freedom.
  public func draw(using stream: inout RandomStream) -> Double {
    let normal = stream.normal()
    return location
      + scale * normal * (degreesOfFreedom / stream.chiSquare(degreesOfFreedom: degreesOfFreedom)).squareRoot()
  }

  public var moments: Moments {
    let ν = degreesOfFreedom
    return Moments(
      mean: ν > 1 ? location : nil,
      variance: ν > 2 ? scale * scale * ν / (ν - 2) : ν > 1 ? .infinity : nil,
      skewness: ν > 3 ? 0 : nil,
      excessKurtosis: ν > 4 ? 6 / (ν - 4) : ν > 2 ? .infinity : nil)
  }
}
