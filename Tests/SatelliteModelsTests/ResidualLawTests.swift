import Foundation
import Stochastics
import Testing

@testable import SatelliteModels

@Suite struct ResidualLawTests {
  /// `[quarter][series][path]` of the tile from `firstPath`.
  private func draw(_ law: ResidualLaw, firstPath: Int, quarters: Int = 13, seed: UInt64 = 5) -> [Double] {
    let width = NormalField.pathsPerTile
    var normals = [Double](repeating: 0, count: (LoanSeries.count + 1) * width)
    var errors = [Double](repeating: .nan, count: quarters * LoanSeries.count * width)
    var normalSpan = normals.mutableSpan
    var errorSpan = errors.mutableSpan
    law.draw(
      NormalField(seed: seed, stream: .lossRateResiduals), TilePaths(from: firstPath), quarterCount: quarters,
      normals: &normalSpan, into: &errorSpan)
    return errors
  }

  @Test func drawsHaveTheSpreadTheCorrelationAndTheMemoryOfTheLaw() throws {
    let law = try Fixture.model().residuals
    let tiles = 400
    let width = 64
    let count = LoanSeries.count
    var sums = [Double](repeating: 0, count: 13 * count)
    var squares = sums
    var cross = 0.0
    var product = 0.0
    for tile in 0..<tiles {
      let errors = draw(law, firstPath: tile * width)
      for cell in 0..<13 * count {
        for path in 0..<width {
          sums[cell] += errors[cell * width + path]
          squares[cell] += errors[cell * width + path] * errors[cell * width + path]
        }
      }
      for path in 0..<width {
        cross += errors[path] * errors[width + path]  // series 0 and 1 in quarter 1
        product += errors[8 * count * width + path] * errors[9 * count * width + path]  // series 0, quarters 9 and 10
      }
    }
    let n = Double(tiles * width)
    for quarter in 0..<13 {
      for series in 0..<count {
        let expected = law.standardDeviation(series, after: quarter + 1)
        let cell = quarter * count + series
        // Four standard errors: of a mean 4/√n, of a standard deviation 4/√(2n).
        #expect(abs(sums[cell] / n) < 4 * expected / n.squareRoot())
        #expect(abs((squares[cell] / n).squareRoot() / expected - 1) < 4 / (2 * n).squareRoot())
      }
    }
    let covariance = law.factor[0] * law.factor[5]
    #expect(abs(cross / n - covariance) < 5 * 0.01 * 0.0102 / n.squareRoot())
    let memory = law.autocorrelation[0] * pow(law.standardDeviation(0, after: 9), 2)
    #expect(abs(product / n - memory) < 5 * pow(law.standardDeviation(0, after: 10), 2) / n.squareRoot() * 1.5)
  }

  @Test func aPathKeepsItsErrorsWhereverItsTileBegins() throws {
    let law = try Fixture.model().residuals
    let whole = draw(law, firstPath: 64)
    let shifted = draw(law, firstPath: 74)
    for row in 0..<13 * LoanSeries.count {
      for path in 0..<54 { #expect(whole[row * 64 + path + 10] == shifted[row * 64 + path]) }
    }
    #expect(draw(law, firstPath: 64) == whole)
    #expect(draw(law, firstPath: 64, seed: 6) != whole)
  }

  @Test func fittingFindsTheLawThatMadeTheErrors() throws {
    let count = LoanSeries.count
    // One common factor: correlation 0.6 between every two series.
    let correlation = (0..<count * count).map { $0 / count == $0 % count ? 1 : 0.6 }
    let scales = [0.02, 0.01, 0.015, 0.03, 0.005]
    let covariance = correlation.enumerated().map { $1 * scales[$0 / count] * scales[$0 % count] }
    let factor = try #require(CholeskyFactor(covariance, dimension: count))
    let truth = ResidualLaw(
      autocorrelation: [Double](repeating: 0.8, count: count), factor: factor.lower)
    var errors: [[[Double?]]] = []
    for tile in 0..<40 {
      let drawn = draw(truth, firstPath: tile * 64)
      for path in 0..<64 {
        errors.append((0..<13).map { h in (0..<count).map { drawn[(h * count + $0) * 64 + path] } })
      }
    }
    // A third of one series is unknown: the others must not suffer.
    for origin in errors.indices where origin % 3 == 0 { for h in 0..<13 { errors[origin][h][4] = nil } }
    let law = ResidualLaw(fittedTo: Array(errors.prefix(400)))
    for series in 0..<count {
      // 400 origins: an autocorrelation to ±0.02, a scale to a few percent.
      #expect(abs(law.autocorrelation[series] - 0.8) < 0.03)
      #expect(abs(law.standardDeviation(series, after: 9) / truth.standardDeviation(series, after: 9) - 1) < 0.1)
    }
    let first = law.factor[0]
    let cross = law.factor[count]
    let second = law.factor[count + 1]
    // Shrunk by at least a tenth: 0.54 or a little less.
    #expect(abs(first * cross / (first * (cross * cross + second * second).squareRoot()) - 0.54) < 0.06)
  }
}
