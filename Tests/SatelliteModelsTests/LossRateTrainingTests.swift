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
    let tinyReference = LossRateNetwork.Settings(hidden: [3, 3], members: 1, epochs: 2)
    return try LossRateTraining.run(
      history: history, chargeOffs: chargeOffs, supervisoryResults: results, jumpOff: jumpOff, settings: tiny,
      reference: tinyReference, progress: { _ in })
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
    #expect(honest.networkShare == spoilt.networkShare)
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
    #expect(try relative("combination") < relative("linear"))
    #expect(model.networkShare == 0.5)
    #expect(model.card.scores.contains { $0.metric == "coverage_90" && $0.value > 0.8 && $0.value < 0.97 })
  }

  /// The linear part and the statistics of the inputs can be rebuilt in a second; the networks take minutes.
  @Test(arguments: [("2023Q4", "data/us-macro-history-2023q4.csv"), ("2025Q4", "data/us-macro-history.csv")])
  func theLinearPartIsRebuiltFromTheShippedData(_ jumpOff: String, _ file: String) throws {
    let model = try LossRateModel(contentsOf: Fixture.path("models/loss-rates-\(jumpOff).safetensors"))
    let sample = try LossRateSample(
      history: QuarterlyTable(contentsOf: Fixture.path(file)), chargeOffs: Fixture.chargeOffs(),
      cutAfter: model.jumpOff)
    #expect(sample.normalisation == model.normalisation)
    let rebuilt = LinearChallenger(fittedTo: sample, normalisation: sample.normalisation)
    for (a, b) in zip(rebuilt.coefficients, model.linear.coefficients) {
      // Another processor may add in another order.
      #expect(abs(a - b) < 1e-9)
    }
  }
}
