import Foundation
import MacroScenarios
import NeuralNetworks
import Testing

@testable import SatelliteModels

@Suite struct WalkForwardTests {
  @Test func originsAreSpreadEvenly() {
    let origins = WalkForward.origins
    #expect(origins.count == 14)
    #expect(origins.first == Quarter(year: 2000, number: 4) && origins.last == Quarter(year: 2022, number: 4))
    for (before, after) in zip(origins, origins.dropFirst()) { #expect((6...7).contains(before.distance(to: after))) }
  }

  /// An origin's sample, start and normalisation must be what they would be had history ended there.
  @Test func nothingAfterAnOriginReachesIt() throws {
    let jumpOff = Quarter(year: 2025, number: 4)
    let origin = WalkForward.origins[7]
    let honest = try WalkForward(history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), jumpOff: jumpOff)
    let spoilt = try WalkForward(
      history: Fixture.spoilt("data/us-macro-history.csv", after: origin),
      chargeOffs: Fixture.spoilt("data/us-charge-off-rates.csv", after: origin), jumpOff: jumpOff)
    for index in 0...7 {
      let a = honest.cases[index]
      let b = spoilt.cases[index]
      #expect(a.start == b.start && a.normalisation == b.normalisation)
      #expect(a.sample.chargeOffs == b.sample.chargeOffs)
      #expect(
        LinearChallenger(fittedTo: a.sample, normalisation: a.normalisation)
          == LinearChallenger(fittedTo: b.sample, normalisation: b.normalisation))
    }
    #expect(honest.cases[8].start != spoilt.cases[8].start, "the spoilt table is indeed another one")
  }

  @Test func filledRatesAreNeverScored() throws {
    let walk = try WalkForward(
      history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), jumpOff: Quarter(year: 2025, number: 4))
    for test in walk.cases {
      for (ahead, row) in test.actual.enumerated() {
        let quarter = test.origin.advanced(by: ahead + 1)
        let isGap = (Quarter(year: 2016, number: 1)...Quarter(year: 2019, number: 3)).contains(quarter)
        if isGap { #expect(row[LoanSeries.otherConsumer.rawValue] == nil, "\(quarter)") }
        #expect(row[0] != nil)
      }
    }
  }

  @Test func scoresOfAKnownErrorAreThatError() throws {
    let walk = try WalkForward(
      history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), jumpOff: Quarter(year: 2025, number: 4))
    // Two percentage points too high in every observed cell; anything elsewhere.
    let shifted = WalkForwardForecast(
      model: "shifted",
      values: walk.cases.map { test in
        test.actual.map { $0.map { $0.map { RateScale.transform(RateScale.rate($0) + 0.02) } ?? 0.7 } }
      })
    let walkForecast = WalkForwardForecast.randomWalk(walk.cases)
    let scores = WalkForwardScores(
      shifted, against: shifted, challenger: walkForecast, walk.cases, window: WalkForwardScores.windows[0]
    ).scores
    for score in scores.prefix(5) { #expect(abs(score.value - 0.02) < 1e-12 && abs(score.lower! - 0.02) < 1e-12) }
    #expect(abs(scores[5].value - 1) < 1e-12)
    // Without 2020Q2–2021Q4 fewer quarters count, so the random walk's own error changes.
    func random(_ window: Int) throws -> Double {
      let scores = WalkForwardScores(
        walkForecast, against: shifted, challenger: walkForecast, walk.cases, window: WalkForwardScores.windows[window]
      ).scores
      return try #require(scores.first { $0.metric == WalkForwardScores.relativeMetric }).value
    }
    #expect(try random(0) != random(1))
  }

  /// A score of 0 would read as a perfect forecast.
  @Test func whatWasNeverObservedHasNoScore() throws {
    let walk = try WalkForward(
      history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), jumpOff: Quarter(year: 2025, number: 4))
    // The origins whose thirteen quarters lie in the gap of other consumer loans.
    let gap = walk.cases.filter { test in test.actual.allSatisfy { $0[LoanSeries.otherConsumer.rawValue] == nil } }
    #expect(!gap.isEmpty)
    let forecast = WalkForwardForecast.randomWalk(gap)
    let scores = WalkForwardScores(
      forecast, against: forecast, challenger: forecast, gap, window: WalkForwardScores.windows[0]
    ).scores
    #expect(!scores.contains { $0.subject == LoanSeries.otherConsumer.id })
    #expect(scores.count { $0.metric == "rmse" } == LoanSeries.count - 1)
    #expect(scores.contains { $0.metric == WalkForwardScores.relativeMetric && $0.value == 1 })
  }
}
