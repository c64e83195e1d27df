import Foundation
import TestSupport
import Testing

@testable import RiskMeasures

@Suite struct WeightedSampleTests {
  private static func normals(_ count: Int, _ random: inout PlainRandom) -> [Double] {
    (0..<count).map { _ in
      (-2 * log(Double.random(in: 1e-300..<1, using: &random))).squareRoot()
        * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
    }
  }

  /// Draws around `shift` and weighs back to the standard normal.
  private static func shifted(_ count: Int, by shift: Double, _ random: inout PlainRandom) -> WeightedSample {
    let draws = normals(count, &random).map { $0 + shift }
    return WeightedSample(
      draws.map { Float($0) }, weights: draws.map { Float(exp(shift * shift / 2 - shift * $0)) }, replicateSize: 1)
  }

  @Test func equalWeightsGiveThePlainFigures() {
    var random = PlainRandom(seed: 3)
    let values = Self.normals(5_000, &random).map { Float($0) }
    let weighted = WeightedSample(values, weights: values.map { _ in 1 }, replicateSize: 1)
    let plain = SortedSample(sorting: values)
    for level in [0.5, 0.9, 0.99, 0.999] {
      #expect(weighted.valueAtRisk(level).value == plain.valueAtRisk(level).value)
      // Two orders of adding five thousand numbers.
      #expect(abs(weighted.expectedShortfall(level).value - plain.expectedShortfall(level).value) < 1e-9)
    }
  }

  @Test func aSampleWorkedOutByHand() throws {
    // Of eight places 9 takes half a one and 8 a whole one: P(X > 8) = 0.5/8, P(X > 7) = 1.5/8, P(X > 1) = 4/8.
    let sample = WeightedSample(
      [1, 9, 8, 1, 7, 1, 1, 1], weights: [1, 0.5, 1, 1, 2.5, 1, 0.5, 0.5], replicateSize: 4)
    #expect(sample.shareAbove(8).value == 0.5 / 8)
    #expect(sample.shareBelow(7).value == 4.0 / 8)
    #expect(sample.valueAtRisk(0.9).value == 8)
    #expect(sample.valueAtRisk(0.8).value == 7)
    // VaR + E[(X − VaR)⁺]/(1 − α) = 7 + (0.5 · 2 + 1 · 1)/8/0.2
    #expect(abs(sample.expectedShortfall(0.8).value - (7 + 2.0 / 8 / 0.2)) < 1e-12)
    #expect(abs(sample.effectiveCount(beyond: 0.8) - 1.5 * 1.5 / 1.25) < 1e-12)
    // Replicate means of 1{X > 8} are 0.5/4 and 0: their mean's error is half their difference.
    #expect(abs(try #require(sample.shareAbove(8).standardError) - 0.5 / 4 / 2) < 1e-12)
  }

  /// Replicates of one path that take turns with two levels, 0 and 10: what lies between the levels is no error.
  @Test func whatReplicatesTakeTurnsWithIsNoError() throws {
    let values: [Float] = [0, 10, 1, 13, 2, 10]
    let sample = WeightedSample(values, weights: values.map { _ in 1 }, replicateSize: 1, turn: 2)
    let shortfall = sample.expectedShortfall(0.5)
    // E[(X − 2)⁺]/0.5: replicates 0, 16, 0, 22, 0, 16, of which the second stratum varies by 12 around 18.
    #expect(abs(shortfall.value - (2 + 54.0 / 6)) < 1e-12)
    let error = (9.0 / 36 * 12 / 3).squareRoot()
    #expect(abs(try #require(shortfall.standardError) - error) < 1e-12)
    // Student's 97.5 % quantile with 6 − 2 degrees of freedom.
    #expect(abs(try #require(shortfall.upper) - shortfall.value - 2.776445 * error) < 1e-6)
    let alone = WeightedSample([1, 2, 3], weights: [1, 1, 1], replicateSize: 1, turn: 2).expectedShortfall(0.5)
    #expect(try #require(alone.standardError) > 0)
  }

  /// One path in twenty has all the weight: its kurtosis leaves few of nineteen degrees of freedom.
  @Test func anErrorThatRestsOnFewPathsHasFewDegreesOfFreedom() throws {
    let values = (0..<20).map { Float($0) }
    let sample = WeightedSample(values, weights: values.map { $0 == 19 ? 8 : 0.5 }, replicateSize: 1)
    let share = sample.shareAbove(18)
    // Shares in the mean are 8 and nineteen times 0: around 0.4 their squares add up to 60.8, their fourth powers to
    // 3,336.704, so that κ = 20 · 3,336.704 / 60.8² − 3 = 15.05263 and ν = 2 / (2/19 + κ/20) = 2.331288.
    let half = try #require(share.upper) - share.value
    // Student's 97.5 % quantile with so many.
    #expect(abs(half / (try #require(share.standardError)) - 3.766709) < 1e-6)
  }

  /// VaR and ES of a normal at 99.9 % are 3.0902 and φ(3.0902)/0.001 = 3.3670.
  @Test func intervalsOfImportanceSamplingHoldTheClosedFormAsOftenAsTheySay() throws {
    var random = PlainRandom(seed: 11)
    var (inside, runs) = ((quantile: 0, shortfall: 0), 1_000)
    for _ in 0..<runs {
      let sample = Self.shifted(1_024, by: 3, &random)
      let quantile = sample.valueAtRisk(0.999), shortfall = sample.expectedShortfall(0.999)
      if try #require(quantile.lower)...(try #require(quantile.upper)) ~= 3.090232 { inside.quantile += 1 }
      if try #require(shortfall.lower)...(try #require(shortfall.upper)) ~= 3.367090 { inside.shortfall += 1 }
    }
    // Three binomial standard deviations around 95 %.
    #expect((929...971).contains(inside.quantile), "\(inside.quantile) of \(runs)")
    #expect((929...971).contains(inside.shortfall), "\(inside.shortfall) of \(runs)")
  }

  @Test func shortfallIsNeverBelowValueAtRisk() {
    var random = PlainRandom(seed: 5)
    for shift in [0.0, 1, 2, 4] {
      let sample = Self.shifted(512, by: shift, &random)
      for level in [0.5, 0.9, 0.99] {
        #expect(sample.expectedShortfall(level).value >= sample.valueAtRisk(level).value)
      }
    }
  }
}
