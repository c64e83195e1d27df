import EarlyWarning
import MacroScenarios
import NeuralNetworks
import StressTesting

enum PlausibilityKind: ModelKind {
  static let name = "plausibility"
  static let format = PlausibilityModel.format
  static let abstract =
    "How unlike history a path of the economy is, its place among crises, and missing values filled."
  static let tableHelp = "Macro history of the vintage that was known at the jump-off."
  static let shippedJumpOffs: [Quarter?] = [Quarter(year: 2023, number: 4), Quarter(year: 2025, number: 4)]

  static func card(ofFileAt path: String) throws -> ModelCard { try PlausibilityModel(contentsOf: path).card }

  static func fit(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> FittedModel {
    let model = try PlausibilityTraining.run(
      history: QuarterlyTable(contentsOf: job.history), jumpOff: job.quarter, progress: say)
    return FittedModel(card: model.card) { try model.write(to: $0) }
  }

  static func firstLosses(_ job: TrainingJob) throws -> [Double] {
    try PlausibilityTraining.firstLosses(history: QuarterlyTable(contentsOf: job.history), jumpOff: job.quarter)
  }

  static func backtest(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> [ModelCard.Score] {
    try PlausibilityTraining.run(
      history: QuarterlyTable(contentsOf: job.history), jumpOff: job.quarter, progress: say
    ).card.scores
  }

  static func explain(fileAt path: String, _ scenario: Scenario) throws -> [AttributionTable] {
    try PlausibilityModel(contentsOf: path).explain(path: scenario.central, history: scenario.history)
  }
}
