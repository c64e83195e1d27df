import Foundation
import Testing

@testable import RiskMeasures

@Suite struct EstimateTests {
  /// 4 of 20: the exact interval 0.0573 to 0.4366 that tables of the Clopper–Pearson limits print.
  @Test func clopperPearsonIsAsTabulated() throws {
    let estimate = Proportion.estimate(events: 4, trials: 20)
    #expect(abs(try #require(estimate.lower) - 0.0573) < 5e-5)
    #expect(abs(try #require(estimate.upper) - 0.4366) < 5e-5)
  }

  /// With many paths the exact interval nears Wilson's, whose distance from it is of order 1/n.
  @Test(arguments: [(1, 100_000), (54_321, 100_000), (99_999, 100_000), (31_415, 10_000_000), (9_999_000, 10_000_000)])
  func exactIntervalIsFiniteAndNearWilsonsForManyPaths(events: Int, trials: Int) throws {
    let estimate = Proportion.estimate(events: events, trials: trials)
    let n = Double(trials), p = Double(events) / n, z = 1.959964
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let halfWidth = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    #expect(abs(try #require(estimate.lower) - (centre - halfWidth)) < 3 / n)
    #expect(abs(try #require(estimate.upper) - (centre + halfWidth)) < 3 / n)
  }

  @Test(arguments: [100, 10_000, 1_000_000])
  func nothingSeenIsBoundedByTheRuleOfThree(trials: Int) throws {
    let none = Proportion.estimate(events: 0, trials: trials)
    #expect(none.value == 0 && none.lower == 0)
    // −ln 0.05 = 2.9957 is what the rule rounds to three; the second-order term is 4.5/n.
    #expect(abs(try #require(none.upper) * Double(trials) - 2.9957) < 4.5 / Double(trials) + 1e-4)
    let all = Proportion.estimate(events: trials, trials: trials)
    #expect(abs(try #require(all.lower) + none.upper! - 1) < 1e-12)
  }

  @Test func momentsOfASmallSampleByHand() throws {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, population variance 4, fourth central moment 44.5.
    let sample = SortedSample(sorting: [2, 4, 4, 4, 5, 5, 7, 9])
    let mean = sample.mean(), deviation = sample.standardDeviation()
    #expect(mean.value == 5)
    let meanError = (32.0 / 7 / 8).squareRoot(), spread = (32.0 / 7).squareRoot()
    let spreadError = (28.5 / 128.0).squareRoot()
    #expect(abs(try #require(mean.standardError) - meanError) < 1e-12)
    #expect(abs(deviation.value - spread) < 1e-12)
    #expect(abs(try #require(deviation.standardError) - spreadError) < 1e-12)
  }

  /// Of two outcomes m₄ = m₂², and rounding must not take the root of less than nothing.
  @Test func twoOutcomesHaveAnErrorThatIsANumber() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let pair = [Float.random(in: -1e6...1e6, using: &random), Float.random(in: -1e6...1e6, using: &random)]
      let error = SortedSample(sorting: pair).standardDeviation().standardError
      #expect(error?.isFinite == true, "\(pair): \(String(describing: error))")
    }
  }

  @Test func aConstantHasNoSpread() {
    let sample = SortedSample(sorting: [3, 3, 3])
    #expect(sample.standardDeviation().value == 0)
    #expect(sample.valueAtRisk(0.99).value == 3)
    #expect(sample.expectedShortfall(0.5).value == 3)
  }
}
