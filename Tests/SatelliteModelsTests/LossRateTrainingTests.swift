import Foundation
import MacroScenarios
import NeuralNetworks
import Testing

@testable import SatelliteModels

@Suite struct LossRateTrainingTests {
  private func quickModel(_ history: QuarterlyTable, _ chargeOffs: QuarterlyTable, jumpOff: Quarter) throws
    -> LossRateModel
  {
    let results = try Fixture.withFile(
      "exercise,scenario,published,id_rssd,"
        + BankEffectLaw.loanTypes.map { "\($0)_losses,\($0)_loss_rate" }.joined(separator: ",") + "\n"
    ) { try CommaSeparatedValues(contentsOf: $0) }
    let tiny = LossRateNetwork.Settings(hidden: [4], members: 2, epochs: 4)
    let stacked = LossRateNetwork.Settings(
      hidden: [3, 3], members: 1, epochs: 2, features: LinearSpecification.sixFeatures)
    let variants: [WalkForwardVariant] = [
      .init(id: WalkForwardVariant.randomWalk, kind: .randomWalk),
      .init(id: WalkForwardVariant.challenger, kind: .linear(.init())),
      .init(id: "linear_six_features", kind: .linear(.init(features: LinearSpecification.sixFeatures))),
      .init(id: "linear_on_logarithm", kind: .linear(.init(scale: .logarithm))),
      .init(id: WalkForwardVariant.network, kind: .network(tiny)), .init(id: "stacked", kind: .network(stacked)),
      .init(id: "anchored", kind: .anchored(network: WalkForwardVariant.network, decay: 0.5)),
      .init(id: "mean", kind: .mean([WalkForwardVariant.challenger, "stacked"])),
    ]
    return try LossRateTraining.run(
      history: history, chargeOffs: chargeOffs, supervisoryResults: results, jumpOff: jumpOff, variants: variants,
      memberCount: 2, progress: { _ in })
  }

  /// Twice the same bits, and the same when everything after the jump-off is another world.
  @Test func nothingAfterTheJumpOffMatters() throws {
    let jumpOff = Quarter(year: 2013, number: 4)
    let honest = try quickModel(Fixture.history(), Fixture.chargeOffs(), jumpOff: jumpOff)
    let spoilt = try quickModel(
      Fixture.spoilt("data/us-macro-history.csv", after: jumpOff),
      Fixture.spoilt("data/us-charge-off-rates.csv", after: jumpOff), jumpOff: jumpOff)
    #expect(honest.members == spoilt.members)
    #expect(honest.linear == spoilt.linear && honest.residuals == spoilt.residuals)
    #expect(honest.ratesAtJumpOff == spoilt.ratesAtJumpOff)
    #expect(honest.card.scores == spoilt.card.scores)
    #expect(honest.choice == spoilt.choice)
    #expect(honest.members[0] != honest.members[1], "members differ by their seeds")
  }

  @Test func aJumpOffWithTooFewEventsIsRefused() throws {
    let error = #expect(throws: InvalidInput.self) {
      try quickModel(Fixture.history(), Fixture.chargeOffs(), jumpOff: Quarter(year: 2004, number: 4))
    }
    #expect(error?.diagnostics.first?.message.contains("3 origins") == true)
  }

  @Test func aHistoryThatEndsBeforeTheJumpOffIsRefused() throws {
    let error = #expect(throws: InvalidInput.self) {
      try quickModel(Fixture.history(), Fixture.chargeOffs(), jumpOff: Quarter(year: 2027, number: 1))
    }
    #expect(error?.diagnostics.first?.message.contains("2027Q1") == true)
  }
}

/// The shipped files are what the training code wrote; these say that they are whole, and what they claim.
@Suite struct ShippedModelTests {
  @Test(arguments: ["2023Q4", "2025Q4"])
  func theShippedModelIsOfItsJumpOffAndBeatsItsChallenger(_ jumpOff: String) throws {
    let model = try LossRateModel(contentsOf: Fixture.path("models/loss-rates-\(jumpOff).safetensors"))
    #expect(model.jumpOff.description == jumpOff)
    #expect(model.memberCount == 8)
    func relative(_ name: String) throws -> Double {
      try #require(
        model.card.scores.first {
          $0.model == name && $0.metric == WalkForwardScores.relativeMetric && $0.window == "all"
        }
      ).value
    }
    #expect(try relative("random_walk") == 1)
    #expect(try relative(NestedSelection.model) < relative(WalkForwardVariant.challenger))
    for variant in WalkForwardVariant.all {
      #expect(try relative(variant.id) > 0, "every variant tried is in the card")
    }
    let shares = model.card.scores.filter { $0.metric == WalkForwardEvaluation.shareMetric }.map(\.value)
    #expect(shares == model.choice.networkShares)
    let coverage = try #require(
      model.card.scores.first { $0.metric == NestedCoverage.metric && $0.subject == "all loan types" })
    #expect((0.85...0.95).contains(coverage.value))
  }

  /// The linear part and the statistics of the inputs can be rebuilt in a second; the networks take minutes.
  @Test(arguments: [("2023Q4", "data/us-macro-history-2023q4.csv"), ("2025Q4", "data/us-macro-history.csv")])
  func theLinearPartIsRebuiltFromTheShippedData(_ jumpOff: String, _ file: String) throws {
    let model = try LossRateModel(contentsOf: Fixture.path("models/loss-rates-\(jumpOff).safetensors"))
    let sample = try LossRateSample(
      history: QuarterlyTable(contentsOf: Fixture.path(file)), chargeOffs: Fixture.chargeOffs(),
      cutAfter: model.jumpOff)
    #expect(sample.normalisation == model.normalisation)
    let specification = try #require(
      WalkForwardVariant.all.first { $0.id == model.choice.linear }?.specification)
    let rebuilt = LinearChallenger(fittedTo: sample, normalisation: sample.normalisation, specification)
    for (a, b) in zip(rebuilt.coefficients, model.linear.coefficients) {
      // Another processor may add in another order.
      #expect(abs(a - b) < 1e-9)
    }
  }
}
