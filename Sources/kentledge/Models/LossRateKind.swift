import Foundation
import MacroScenarios
import NeuralNetworks
import SatelliteModels
import StressTesting

enum LossRateKind: ModelKind {
  static let name = "loss-rates"
  static let format = LossRateModel.format
  static let abstract = "Net charge-off rates of five loan types along a path of the economy."
  static let shippedJumpOffs = [Quarter(year: 2023, number: 4), Quarter(year: 2025, number: 4)]

  static func card(ofFileAt path: String) throws -> ModelCard { try LossRateModel(contentsOf: path).card }

  static func fit(
    jumpOff: Quarter, from sources: TrainingSources, say: @escaping @Sendable (String) -> Void
  ) throws -> FittedModel {
    let model = try LossRateTraining.run(
      history: history(jumpOff, sources), chargeOffs: chargeOffs(sources),
      supervisoryResults: CommaSeparatedValues(contentsOf: sources.data("us-supervisory-results.csv")),
      jumpOff: jumpOff, progress: say)
    return FittedModel(card: model.card) { try model.write(to: $0) }
  }

  static func firstLosses(jumpOff: Quarter, from sources: TrainingSources) throws -> [Double] {
    try LossRateTraining.firstLosses(
      history: history(jumpOff, sources), chargeOffs: chargeOffs(sources), jumpOff: jumpOff)
  }

  static func backtest(
    jumpOff: Quarter, from sources: TrainingSources, say: @escaping @Sendable (String) -> Void
  ) throws -> [ModelCard.Score] {
    try LossRateTraining.backtest(
      history: history(jumpOff, sources), chargeOffs: chargeOffs(sources), jumpOff: jumpOff, progress: say)
  }

  static func explain(fileAt path: String, _ scenario: Scenario) throws -> [AttributionTable] {
    try StressTest(scenario.reading(lossRatesFrom: path)).lossRateExplanations()
  }

  private static func chargeOffs(_ sources: TrainingSources) throws -> QuarterlyTable {
    try QuarterlyTable(contentsOf: sources.data("us-charge-off-rates.csv"))
  }

  /// The shipped vintages are named by the quarter they were known at; the newest has no suffix.
  private static func history(_ jumpOff: Quarter, _ sources: TrainingSources) throws -> QuarterlyTable {
    let dated = sources.data("us-macro-history-\(jumpOff.description.lowercased()).csv")
    let shipped = FileManager.default.fileExists(atPath: dated) ? dated : sources.data("us-macro-history.csv")
    return try QuarterlyTable(contentsOf: sources.history ?? shipped)
  }
}
