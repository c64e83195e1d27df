import Foundation
import TestSupport
import Testing

@testable import RiskMeasures

@Suite struct TailMeasuresTests {
  /// Mid-point quantiles of the exponential law, for which VaR_α = −ln(1 − α) and ES_α = VaR_α + 1.
  static let exponentialGrid = (0..<1_000_000).map { Float(-log1p(-(Double($0) + 0.5) / 1_000_000)) }

  @Test(arguments: [0.95, 0.99, 0.999])
  func exponentialLawHasItsClosedForm(confidence: Double) {
    let sample = SortedSample(sorting: Self.exponentialGrid)
    let exactQuantile = -log1p(-confidence)
    // A grid of n mid-points misses a quantile by at most half a step, 1 / (2n(1 − α)).
    let step = 0.5e-6 / (1 - confidence)
    #expect(abs(sample.valueAtRisk(confidence).value - exactQuantile) <= 1.1 * step)
    // The last mid-point stands for the whole tail beyond it: an error of about (1 − ln 2)/(n(1 − α)).
    #expect(abs(sample.expectedShortfall(confidence).value - (exactQuantile + 1)) <= step)
  }

  @Test func fractionalWeightStandsAtTheQuantile() {
    // Ten outcomes at α = 0.75: the worst 2.5 of them are 10, 9 and half of 8.
    let sample = SortedSample(sorting: (1...10).map { Float($0) })
    #expect(sample.valueAtRisk(0.75).value == 8)
    #expect(abs(sample.expectedShortfall(0.75).value - (10 + 9 + 0.5 * 8) / 2.5) < 1e-12)
  }

  @Test func aWholeProductIsNotRoundedUpAcrossARank() {
    // 1000 · 0.999 is 999 exactly on paper; the rank is 999 whatever the product's last bit says.
    let sample = SortedSample(sorting: (1...1_000).map { Float($0) })
    #expect(sample.valueAtRisk(0.999).value == 999)
    #expect(sample.expectedShortfall(0.999).value == 1_000)
  }

  @Test(arguments: 0..<20)
  func shortfallIsAtLeastValueAtRiskAndBothRiseWithTheLevel(seed: Int) {
    var random = PlainRandom(seed: UInt64(seed))
    let values = (0..<777).map { _ in Float(-log(Double.random(in: 1e-9..<1, using: &random))) - 1 }
    let sample = SortedSample(sorting: values)
    var last = (-Double.infinity, -Double.infinity)
    for confidence in [0.5, 0.9, 0.95, 0.99, 0.995] {
      let pair = (sample.valueAtRisk(confidence).value, sample.expectedShortfall(confidence).value)
      #expect(pair.1 >= pair.0)
      #expect(pair.0 >= last.0 && pair.1 >= last.1)
      last = pair
    }
  }

  @Test(arguments: 0..<10)
  func shortfallIsSubadditive(seed: Int) {
    var random = PlainRandom(seed: 100 + UInt64(seed))
    let first = (0..<500).map { _ in Float(Int.random(in: 0...1_000, using: &random)) }
    let second = (0..<500).map { _ in Float(Int.random(in: 0...1_000, using: &random)) }
    let sum = zip(first, second).map { $0 + $1 }
    func shortfall(_ values: [Float]) -> Double { SortedSample(sorting: values).expectedShortfall(0.97).value }
    #expect(shortfall(sum) <= shortfall(first) + shortfall(second) + 1e-9)
  }

  /// Over 1,000 samples of 2,000 the 95 % intervals hold the true figure in 93–97 %: three binomial deviations are 2.1 %.
  @Test func intervalsCoverTheTruth() {
    var random = PlainRandom(seed: 42)
    let confidence = 0.95, quantile = -log1p(-0.95)
    var covered = (quantile: 0, shortfall: 0)
    for _ in 0..<1_000 {
      let sample = SortedSample(
        sorting: (0..<2_000).map { _ in Float(-log(Double.random(in: Double.leastNormalMagnitude..<1, using: &random)))
        })
      let estimate = sample.valueAtRisk(confidence)
      if estimate.lower! <= quantile, quantile <= estimate.upper! { covered.quantile += 1 }
      let shortfall = sample.expectedShortfall(confidence)
      if shortfall.lower! <= quantile + 1, quantile + 1 <= shortfall.upper! { covered.shortfall += 1 }
    }
    #expect((930...975).contains(covered.quantile), "covered \(covered.quantile) of 1000")
    #expect((925...970).contains(covered.shortfall), "covered \(covered.shortfall) of 1000")
  }

  @Test func tooFewPathsLeaveTheBoundOpen() {
    let sample = SortedSample(sorting: (0..<100).map { Float($0) })
    #expect(sample.valueAtRisk(0.999).upper == nil)
    #expect(sample.valueAtRisk(0.999).standardError == nil)
    #expect(sample.expectedShortfall(0.999).standardError == nil)
  }

  /// At another level other ranks: of 10,000 outcomes 1 … 10,000 the median's lie z · 50 either side.
  @Test(arguments: [(0.5, 0.6744897501960817), (0.9, 1.6448536269514722), (0.99, 2.5758293035489004)])
  func anotherLevelTakesOtherRanks(level: Double, z: Double) throws {
    let sample = SortedSample(sorting: (1...10_000).map { Float($0) })
    let median = sample.valueAtRisk(0.5, level: level)
    #expect(median.lower == (5_000 - 50 * z).rounded(.down) && median.upper == (5_000 + 50 * z).rounded(.up) + 1)
    #expect(sample.valueAtRisk(0.5, level: 0.95) == sample.valueAtRisk(0.5))
    let mean = sample.mean(), wider = mean.interval(ofLevel: level)
    let error = try #require(mean.standardError), half = try #require(wider.relativeHalfWidth) * mean.value
    #expect(abs(half / (z * error) - 1) < 1e-12)
  }

  @Test func halfWidthsAreSharesOfTheFigure() {
    #expect(Estimate(value: -4, standardError: 1, lower: -6, upper: -3).relativeHalfWidth == 0.375)
    #expect(Estimate(value: 4).relativeHalfWidth == nil)
    #expect(Estimate(value: 0, standardError: 1, lower: -1, upper: 1).relativeHalfWidth == nil)
    #expect(Estimate(value: 0, standardError: 0, lower: 0, upper: 0).relativeHalfWidth == 0)
  }
}
