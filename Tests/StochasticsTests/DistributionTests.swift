import Stochastics
import TestSupport
import Testing

/// The law that a fixture's row names.
func law(_ row: FixtureTable.Row) throws -> any Distribution {
  func parameter(_ index: Int) -> Double { row.number("parameter\(index)") }
  switch row.text("law") {
  case "normal": return try Normal(mean: parameter(1), standardDeviation: parameter(2))
  case "student-t": return try StudentT(location: parameter(1), scale: parameter(2), degreesOfFreedom: parameter(3))
  case "laplace": return try Laplace(location: parameter(1), scale: parameter(2))
  case "logistic": return try Logistic(location: parameter(1), scale: parameter(2))
  case "exponential-power":
    return try ExponentialPower(location: parameter(1), scale: parameter(2), shape: parameter(3))
  case "log-normal": return try LogNormal(logMean: parameter(1), logStandardDeviation: parameter(2))
  default: throw ParameterError("fixture", "law", found: .nan, expected: "one of six")
  }
}

@Suite struct DistributionTests {
  static let values = FixtureTable("distributions.csv").rows
  static let moments = FixtureTable("moments.csv").rows
  static let laws: [any Distribution] =
    (try? [
      Normal(mean: 0.3, standardDeviation: 1.7), StudentT(degreesOfFreedom: 2.5), StudentT(degreesOfFreedom: 8),
      Laplace(location: -1, scale: 0.4), Logistic(scale: 3), ExponentialPower(shape: 0.8),
      ExponentialPower(scale: 2, shape: 3), LogNormal(logStandardDeviation: 0.5),
      LogNormal(logMean: 1, logStandardDeviation: 0.3, threshold: -4),
    ]) ?? []

  /// GSL's incomplete beta and gamma functions are good to 10⁻¹¹ relative far out in both tails.
  @Test(arguments: values) func agreesWithQuadrature(_ row: FixtureTable.Row) throws {
    let law = try law(row)
    let x = row.number("x")
    expectClose(law.density(x), row.number("density"), relative: 1e-11, "density")
    expectClose(law.cdf(x), row.number("cdf"), relative: 1e-11, "cdf")
    expectClose(law.survival(x), row.number("survival"), relative: 1e-11, "survival")
  }

  /// Back from the smaller tail; the tolerance is the quantile's own, 10⁻¹⁰ of the law's scale.
  @Test(arguments: values) func quantilesInvert(_ row: FixtureTable.Row) throws {
    let law = try law(row)
    let x = row.number("x")
    let lower = row.number("cdf")
    let upper = row.number("survival")
    // Below 10⁻⁴⁰ the stored tail is exact but no simulation reaches it.
    guard min(lower, upper) > 1e-40 else { return }
    expectClose(
      lower < upper ? law.quantile(lower) : law.quantile(upperTail: upper), x, absolute: 1e-10, relative: 1e-10)
  }

  @Test(arguments: moments) func momentsAgreeWithQuadrature(_ row: FixtureTable.Row) throws {
    let moments = try law(row).moments
    // 20 digits of quadrature, against closed forms: rounding alone.
    expectClose(try #require(moments.mean), row.number("mean"), relative: 1e-12, "mean")
    expectClose(try #require(moments.variance), row.number("variance"), relative: 1e-12, "variance")
    expectClose(try #require(moments.skewness), row.number("skewness"), absolute: 1e-12, relative: 1e-12, "skewness")
    expectClose(
      try #require(moments.excessKurtosis), row.number("excess_kurtosis"), absolute: 1e-11, relative: 1e-11, "kurtosis")
  }

  @Test func momentsThatDoNotExistAreNotMadeUp() throws {
    #expect(try StudentT(degreesOfFreedom: 1).moments == Moments(nil, nil, nil, nil))
    #expect(try StudentT(degreesOfFreedom: 2).moments == Moments(0, .infinity, nil, nil))
    #expect(try StudentT(degreesOfFreedom: 3.5).moments.excessKurtosis == .infinity)
  }

  @Test(arguments: laws.indices) func quantileAndCDFAreInverse(index: Int) {
    func check(_ law: some Distribution) {
      for p in [1e-9, 1e-4, 0.01, 0.2, 0.5, 0.77, 0.99, 0.9999] {
        expectClose(law.cdf(law.quantile(p)), p, relative: 1e-9, "\(law) cdf of quantile \(p)")
        expectClose(law.survival(law.quantile(upperTail: p)), p, relative: 1e-9, "\(law) survival of quantile \(p)")
      }
    }
    check(Self.laws[index])
  }

  @Test(arguments: laws.indices) func drawsFollowTheLaw(index: Int) {
    func check(_ law: some Distribution) {
      var stream = RandomStream(seed: 77, stream: .backtests, path: index)
      let sample = (0..<50_000).map { _ in law.draw(using: &stream) }
      #expect(KolmogorovSmirnov(sample, cdf: law.cdf).pValue > 0.001, "\(law)")
    }
    check(Self.laws[index])
  }

  @Test func standardDeviationsAreWhatIsAskedFor() throws {
    expectClose(
      try #require(StudentT(mean: 1, standardDeviation: 2, degreesOfFreedom: 5).moments.variance), 4, relative: 1e-14)
    expectClose(
      try #require(ExponentialPower(mean: 1, standardDeviation: 2, shape: 0.9).moments.variance), 4, relative: 1e-13)
  }

  @Test func parametersOutsideTheirDomainAreNamed() {
    #expect(throws: ParameterError("normal", "standard deviation", found: 0, expected: "a positive number")) {
      try Normal(standardDeviation: 0)
    }
    #expect(throws: ParameterError("student-t", "degrees of freedom", found: -1, expected: "a positive number")) {
      try StudentT(degreesOfFreedom: -1)
    }
    #expect(throws: ParameterError("student-t", "degrees of freedom", found: 2, expected: "more than 2")) {
      try StudentT(mean: 0, standardDeviation: 1, degreesOfFreedom: 2)
    }
    #expect(throws: ParameterError.self) { try Laplace(location: .nan, scale: 1) }
    #expect(throws: ParameterError.self) { try Logistic(scale: .infinity) }
    #expect(throws: ParameterError.self) { try ExponentialPower(shape: 0) }
    #expect(throws: ParameterError.self) { try LogNormal(logStandardDeviation: -0.1) }
  }
}

extension Moments {
  fileprivate init(_ mean: Double?, _ variance: Double?, _ skewness: Double?, _ excessKurtosis: Double?) {
    self.init(mean: mean, variance: variance, skewness: skewness, excessKurtosis: excessKurtosis)
  }
}
