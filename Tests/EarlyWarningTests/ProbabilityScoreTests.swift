import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct ProbabilityScoreTests {
  /// The slow twin: every pair of an event and a quarter without one.
  private static func area(_ p: [Double], _ y: [Bool]) -> Double {
    var won = 0.0
    var pairs = 0.0
    for i in p.indices where y[i] {
      for j in p.indices where !y[j] {
        pairs += 1
        won += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0
      }
    }
    return won / pairs
  }

  @Test(arguments: 1...20) func areaIsTheShareOfPairsInOrder(seed: UInt64) throws {
    var random = PlainRandom(seed: seed)
    let p = (0..<50).map { _ in (random.uniform() * 12).rounded() / 12 }
    let y = (0..<50).map { _ in random.uniform() < 0.3 }
    let area = try #require(ProbabilityScore.areaUnderCurve(p, y))
    expectClose(area, Self.area(p, y), absolute: 1e-12)
  }

  @Test func areaNeedsBothKinds() {
    #expect(ProbabilityScore.areaUnderCurve([0.1, 0.2], [true, true]) == nil)
    #expect(ProbabilityScore.areaUnderCurve([0.1, 0.2], [false, false]) == nil)
    #expect(ProbabilityScore.areaUnderCurve([0.1, 0.2], [false, true]) == 1)
  }

  @Test func brierByHand() {
    expectClose(ProbabilityScore.brier([0.7, 0.2, 0.1], 0), 0.09 + 0.04 + 0.01, absolute: 1e-15)
    expectClose(ProbabilityScore.brier([0.8, 0.4], [true, false]), (0.04 + 0.16) / 2, absolute: 1e-15)
  }

  @Test(arguments: [
    ((1.0, 0.0, 0.0), RiskLevel.calm), ((0.67, 0.2, 0.13), .calm), ((0.6, 0.3, 0.1), .elevated),
    ((0.55, 0, 0.45), .elevated), ((0.5, 0, 0.5), .crisis), ((0, 0.6, 0.4), .elevated),
  ])
  func levelsFollowTheThresholds(p: (Double, Double, Double), level: RiskLevel) {
    #expect(LevelProbabilities(calm: p.0, elevated: p.1, crisis: p.2).level == level)
  }

  /// Scores of the four folds with a tiny network: each has its interval around it, and the base rate has no skill.
  @Test func scoresLieInTheirIntervals() throws {
    let forecasts = try CrisisForecasts(CrisisFixture.sample(), settings: CrisisFixture.tiny, progress: { _ in })
    #expect(forecasts.folds.map(\.crisis) == ["1990", "2001", "2008", "2020"])
    for model in forecasts.probabilities {
      #expect(model.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-6 })
    }
    let scores = CrisisScores(forecasts).scores
    for score in scores where score.metric != CrisisScores.leadMetric {
      let (lower, upper) = (try #require(score.lower), try #require(score.upper))
      #expect(lower <= score.value && score.value <= upper, "\(score)")
    }
    let leads = scores.filter { $0.metric == CrisisScores.leadMetric && $0.model == CrisisForecasts.logistic }
    #expect(leads.dropLast().map(\.subject) == ["before 1990Q3", "before 2001Q2", "before 2008Q1", "before 2020Q1"])
    #expect(leads.allSatisfy { (0...8).contains($0.value) })
    // The half-and-half model's score is never worse than the mean of its parts: the Brier score is convex.
    func brier(_ model: String) throws -> Double {
      try #require(
        scores.first { $0.model == model && $0.metric == CrisisScores.brierMetric && $0.subject == "all three levels" }?
          .value)
    }
    #expect(
      try brier(CrisisForecasts.combination)
        <= (brier(CrisisForecasts.network) + brier(CrisisForecasts.logistic)) / 2 + 1e-12)
  }
}
