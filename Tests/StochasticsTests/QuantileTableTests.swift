import Stochastics
import TestSupport
import Testing

@Suite struct QuantileTableTests {
  static let margins: [any Distribution] =
    (try? [
      Normal.standard, StudentT(degreesOfFreedom: 3), StudentT(degreesOfFreedom: 12), Laplace(), Logistic(),
      ExponentialPower(shape: 0.7), ExponentialPower(shape: 1.5), ExponentialPower(shape: 4),
      LogNormal(logStandardDeviation: 0.4, threshold: -1), LogNormal(logStandardDeviation: 1, threshold: -1),
    ]) ?? []
  static let variates: [any Distribution] =
    (try? [Normal.standard, StudentT(degreesOfFreedom: 3), StudentT(degreesOfFreedom: 9.4)]) ?? []

  /// Twin: the inversion that the table takes the place of. Between nodes 1/32 apart a cubic is off by h⁴/384 times the
  /// fourth derivative: 10⁻⁶ of the value (10⁻⁶ of the scale near 0) holds for every margin that may be named, but for one place: the density of an
  /// exponential power law with a shape that is no whole number has no smooth derivative at its peak, and within 1/16 of
  /// it the table is off by up to 4·10⁻⁵ of the scale.
  @Test(arguments: margins.indices, variates.indices)
  func staysCloseToTheInversion(margin: Int, variate: Int) throws {
    func check(_ margin: some Distribution, _ variate: some Distribution) throws {
      let table = try QuantileTable(from: variate, to: margin)
      var previous = -Double.infinity
      for step in -8_000...8_000 {
        let x = Double(step) / 8_000 * (table.reach - 0.01) + 0.000_37
        let exact = x < 0 ? margin.quantile(variate.cdf(x)) : margin.quantile(upperTail: variate.survival(x))
        let calculated = table(x)
        let tolerance = margin is ExponentialPower && abs(x) < 0.0625 ? 4e-5 : 1e-6
        if abs(calculated - exact) > tolerance * max(1, abs(exact)) {
          expectClose(calculated, exact, absolute: tolerance, relative: 1e-6, "\(variate) to \(margin) at \(x)")
        }
        #expect(calculated >= previous)
        previous = calculated
      }
    }
    try check(Self.margins[margin], Self.variates[variate])
  }

  @Test func beyondItsReachItIsExact() throws {
    let law = try StudentT(degreesOfFreedom: 5)
    let table = try QuantileTable(from: Normal.standard, to: law)
    let x = table.reach + 1.5
    #expect(table(x) == law.quantile(upperTail: Normal.standard.survival(x)))
    #expect(table(-x) == law.quantile(Normal.standard.cdf(-x)))
  }

  @Test func oneByOneAndInARowAreTheSame() throws {
    let table = try QuantileTable(from: Normal.standard, to: StudentT(degreesOfFreedom: 5))
    var x = [-20, -3.7, -0.01, 0, 0.5, 2.25, 7.9, 30, .infinity] + (0..<183).map { 0.13 * Double($0) - 12 }
    x[100] = 31
    var rows = x
    var span = rows.mutableSpan
    table.apply(to: &span, in: 64..<128)
    #expect(rows[..<64] == x[..<64] && rows[128...] == x[128...])
    // A cubic with fused multiply-adds and without.
    for place in 64..<128 { expectClose(rows[place], table(x[place]), absolute: 1e-14, relative: 1e-14, "\(x[place])") }
  }

  @Test func aFallingFunctionIsRefused() {
    #expect(throws: ParameterError.self) { try QuantileTable(reach: 2, value: { -$0 }, slope: { _, _ in -1 }) }
    #expect(throws: ParameterError.self) {
      try QuantileTable(reach: 2, value: { 1 / $0 }, slope: { x, _ in -1 / (x * x) })
    }
  }

  /// A step is as monotone as a line: the limiter keeps the cubic from overshooting it.
  @Test func aSteepStepDoesNotOvershoot() throws {
    let table = try QuantileTable(reach: 2, value: { $0 < 0.5 ? 0 : 1 }, slope: { _, _ in 40 })
    let values = (0...4_000).map { table(Double($0) / 1_000 - 2) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(values.allSatisfy { (0...1).contains($0) })
  }
}
