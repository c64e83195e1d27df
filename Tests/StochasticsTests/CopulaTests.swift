import Foundation
import Stochastics
import TestSupport
import Testing

@Suite struct CopulaTests {
  static let correlation = 0.6

  /// `[draw]` pairs of uniforms.
  static func draws(_ copula: some Copula, _ count: Int) -> [(Double, Double)] {
    var stream = RandomStream(seed: 9, stream: .backtests, path: 0)
    var pair = [0.0, 0.0]
    return (0..<count).map { _ in
      var span = pair.mutableSpan
      copula.draw(into: &span, using: &stream)
      return (pair[0], pair[1])
    }
  }

  static func matrix() throws -> CorrelationMatrix {
    try CorrelationMatrix([1, correlation, correlation, 1], dimension: 2)
  }

  /// Kendall's τ = 2/π arcsin ρ for every elliptical copula (Lindskog, McNeil & Schmock 2003).
  static func tau(_ draws: [(Double, Double)]) -> Double {
    var sum = 0.0
    for i in stride(from: 0, to: draws.count - 1, by: 2) {
      sum += (draws[i].0 - draws[i + 1].0) * (draws[i].1 - draws[i + 1].1) > 0 ? 1 : -1
    }
    return sum / Double(draws.count / 2)
  }

  @Test func bothHaveTheirMarginsAndTau() throws {
    let gaussian = Self.draws(GaussianCopula(correlation: try Self.matrix()), 100_000)
    let studentT = Self.draws(try StudentTCopula(correlation: try Self.matrix(), degreesOfFreedom: 4), 100_000)
    for draws in [gaussian, studentT] {
      #expect(KolmogorovSmirnov(draws.map(\.0)) { $0 }.pValue > 0.001)
      #expect(KolmogorovSmirnov(draws.map(\.1)) { $0 }.pValue > 0.001)
      // 3.3 standard errors of a mean of 50,000 signs.
      expectClose(Self.tau(draws), 2 / .pi * asin(Self.correlation), absolute: 3.3 / 50_000.0.squareRoot(), "τ")
    }
  }

  @Test(arguments: FixtureTable("copula_tails.csv").rows)
  func jointTailsAgreeWithQuadrature(_ row: FixtureTable.Row) throws {
    let count = 400_000
    let q = row.number("q")
    let isGaussian = row.text("copula") == "gaussian"
    let draws =
      isGaussian
      ? Self.draws(GaussianCopula(correlation: try Self.matrix()), count)
      : Self.draws(try StudentTCopula(correlation: try Self.matrix(), degreesOfFreedom: 4), count)
    let expected = row.number("joint")
    // 3.3 standard errors of a share; lower and upper tail alike, by symmetry.
    let tolerance = 3.3 * (expected / Double(count)).squareRoot()
    expectClose(Double(draws.count { $0.0 < q && $0.1 < q }) / Double(count), expected, absolute: tolerance, "lower")
    expectClose(
      Double(draws.count { $0.0 > 1 - q && $0.1 > 1 - q }) / Double(count), expected, absolute: tolerance, "upper")
  }

  @Test(arguments: [3, 4.7, 12, 80]) func scaleMixingMakesStudentT(ν: Double) throws {
    let mixing = try ScaleMixing(degreesOfFreedom: ν)
    let law = try StudentT(degreesOfFreedom: ν)
    var stream = RandomStream(seed: 10, stream: .backtests, path: Int(ν))
    let sample = (0..<200_000).map { _ in stream.normal() * mixing.table(stream.normal()) }
    #expect(KolmogorovSmirnov(sample, cdf: law.cdf).pValue > 0.001)
  }
}
