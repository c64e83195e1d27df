import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import SatelliteModels

@Suite struct LossRateAttributionTests {
  static let horizon = 13

  static func projection(networkShare: Double = 0.5) throws -> LossRateProjection {
    let jumpOff = Quarter(year: 2025, number: 4)
    return try LossRateProjection(
      Fixture.model(networkShares: [Double](repeating: networkShare, count: LoanSeries.count)),
      history: Fixture.history().cut(after: jumpOff),
      factors: RiskFactor.catalogue, horizon: horizon, seed: 1, drawsResiduals: false)
  }

  /// The answer is what the run's own projector gives, summed over the quarters and averaged over the members.
  @Test func theAnswerIsTheProjectors() throws {
    let projection = try Self.projection()
    let path = try Fixture.paths(2).suffix(Self.horizon * projection.factorCount)
    let count = LossRateModel.pathsPerRound
    let factors = (0..<count).flatMap { _ in path }
    var rates = [Double](repeating: 0, count: count * Self.horizon * LoanSeries.count)
    var span = rates.mutableSpan
    projection.makeProjector().project(factors: factors.span, firstPath: 0, count: count, into: &span)
    let found = LossRateSensitivity(projection).evaluate([Array(path)], quarters: 9).values[0]
    for series in 0..<LoanSeries.count {
      var expected = 0.0
      for row in 0..<count {
        for quarter in 0..<9 { expected += rates[(row * Self.horizon + quarter) * LoanSeries.count + series] / 4 }
      }
      // Networks in 32-bit floats, by another kernel and from a stored state.
      expectClose(found[series], expected / Double(count), absolute: 1e-7, "series \(series)")
    }
  }

  @Test func gradientsAgreeWithCentralDifferences() throws {
    let projection = try Self.projection()
    let sensitivity = LossRateSensitivity(projection)
    let path = Array(try Fixture.paths(3).suffix(Self.horizon * projection.factorCount))
    let gradients = sensitivity.evaluate([path], quarters: 9).gradients[0]
    let isRead = LossRateSensitivity.isRead(projection)
    #expect(isRead.count { $0 } == 10)
    for (factor, quarter) in [
      (0, 2), (4, 0), (4, 8), (6, 3), (8, 5), (9, 12), (12, 1), (13, 6), (14, 7), (15, 4), (1, 2),
    ] {
      let place = quarter * projection.factorCount + factor
      // A hundredth of the level of an index, one percentage point of a rate: wide, because networks are 32-bit.
      let step = RiskFactor.catalogue[factor].unit == .index ? 0.02 * path[place] : 0.01
      var above = path
      var below = path
      above[place] += step
      below[place] -= step
      let values = sensitivity.evaluate([above, below], quarters: 9).values
      for series in 0..<LoanSeries.count {
        let slope = (values[0][series] - values[1][series]) / (2 * step)
        // In units of a step: answers of about 0.05 that move by about 1e-3, curved by about a hundredth of that.
        expectClose(
          gradients[series][place] * step, slope * step, absolute: 2e-6, relative: 0.03,
          "factor \(factor) in quarter \(quarter), series \(series)")
        if !isRead[factor] || quarter >= 9 { #expect(gradients[series][place] == 0) }
      }
    }
  }

  /// With the challenger alone and losses of one quarter the answer is a known quadratic form: s·|s| − δ with s linear.
  @Test(arguments: [0, 0.5, 1])
  func attributionsAddUp(networkShare: Double) throws {
    let projection = try Self.projection(networkShare: networkShare)
    let paths = try Fixture.paths(6)
    let length = Self.horizon * projection.factorCount
    let path = Array(paths[5 * length..<6 * length])
    let baseline = Array(paths[0..<length])
    let one = (0..<LoanSeries.count).map { k in (0..<LoanSeries.count).map { $0 == k ? 1.0 : 0 } }
    let found = try projection.attributions(
      of: path, from: baseline, quarters: 9, answers: [[100, 200, 0, 50, 10]] + one)
    let values = LossRateSensitivity(projection).evaluate([baseline, path], quarters: 9).values
    for series in 0..<LoanSeries.count {
      #expect(found[series + 1].relativeGap <= IntegratedGradients.tolerance)
      expectClose(found[series + 1].change, values[1][series] - values[0][series], absolute: 1e-9, "Δ of \(series)")
    }
    // The amount is the weighted sum of the rates, and so are its attributions.
    for place in 0..<length {
      let sum = zip([100.0, 200, 0, 50, 10], found.dropFirst()).reduce(0) { $0 + $1.0 * $1.1.values[place] }
      expectClose(found[0].values[place], sum, absolute: 1e-9, "place \(place)")
    }
    // Sensitivity: what is not read accounts for nothing, nor does what comes after the ninth quarter.
    let read = Set(projection.factorsRead)
    for place in 0..<length where !read.contains(place % projection.factorCount) || place / projection.factorCount >= 9
    {
      #expect(found[0].values[place] == 0)
    }
  }
}
