import MacroScenarios
import NeuralNetworks
import SatelliteModels
import StressTesting

enum LossRateKind: ModelKind {
  static let name = "loss-rates"
  static let format = LossRateModel.format
  static let abstract = "Net charge-off rates of five loan types along a path of the economy."
  static let tableHelp = "Macro history of the vintage that was known at the jump-off."
  static let shippedJumpOffs: [Quarter?] = [Quarter(year: 2023, number: 4), Quarter(year: 2025, number: 4)]

  static func card(ofFileAt path: String) throws -> ModelCard { try LossRateModel(contentsOf: path).card }

  static func fit(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> FittedModel {
    let model = try LossRateTraining.run(
      history: QuarterlyTable(contentsOf: job.history), chargeOffs: chargeOffs(job),
      supervisoryResults: CommaSeparatedValues(contentsOf: job.data("us-supervisory-results.csv")),
      jumpOff: job.quarter, progress: say)
    return FittedModel(card: model.card) { try model.write(to: $0) }
  }

  static func firstLosses(_ job: TrainingJob) throws -> [Double] {
    try LossRateTraining.firstLosses(
      of: LossRateModel(contentsOf: job.weights(Self.self)), history: QuarterlyTable(contentsOf: job.history),
      chargeOffs: chargeOffs(job))
  }

  static func backtest(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> [ModelCard.Score] {
    try LossRateTraining.backtest(
      history: QuarterlyTable(contentsOf: job.history), chargeOffs: chargeOffs(job), jumpOff: job.quarter,
      progress: say)
  }

  static func explain(fileAt path: String, _ scenario: Scenario) throws -> [AttributionTable] {
    try StressTest(scenario.reading(lossRatesFrom: path)).lossRateExplanations()
  }

  private static func chargeOffs(_ job: TrainingJob) throws -> QuarterlyTable {
    try QuarterlyTable(contentsOf: job.data("us-charge-off-rates.csv"))
  }
}
