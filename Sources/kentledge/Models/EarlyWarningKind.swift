import EarlyWarning
import MacroScenarios
import NeuralNetworks
import StressTesting

enum EarlyWarningKind: ModelKind {
  static let name = "early-warning"
  static let format = EarlyWarningModel.format
  static let abstract = "How likely a quarter of the economy is calm, elevated or a crisis."
  static let tableHelp = "Macro history of the vintage that was known at the jump-off."
  static let shippedJumpOffs: [Quarter?] = [Quarter(year: 2023, number: 4), Quarter(year: 2025, number: 4)]

  static func card(ofFileAt path: String) throws -> ModelCard { try EarlyWarningModel(contentsOf: path).card }

  static func fit(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> FittedModel {
    let model = try EarlyWarningTraining.run(
      history: QuarterlyTable(contentsOf: job.history), chargeOffs: chargeOffs(job), recessions: recessions(job),
      jumpOff: job.quarter, progress: say)
    return FittedModel(card: model.card) { try model.write(to: $0) }
  }

  static func firstLosses(_ job: TrainingJob) throws -> [Double] {
    try EarlyWarningTraining.firstLosses(
      history: QuarterlyTable(contentsOf: job.history), chargeOffs: chargeOffs(job), recessions: recessions(job),
      of: EarlyWarningModel(contentsOf: job.weights(Self.self)))
  }

  static func backtest(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> [ModelCard.Score] {
    try EarlyWarningTraining.backtest(
      history: QuarterlyTable(contentsOf: job.history), chargeOffs: chargeOffs(job), recessions: recessions(job),
      jumpOff: job.quarter, progress: say)
  }

  static func explain(fileAt path: String, _ scenario: Scenario) throws -> [AttributionTable] {
    try StressTest.earlyWarningExplanations(of: scenario, modelFrom: path)
  }

  private static func chargeOffs(_ job: TrainingJob) throws -> QuarterlyTable {
    try QuarterlyTable(contentsOf: job.data("us-charge-off-rates.csv"))
  }

  private static func recessions(_ job: TrainingJob) throws -> RecessionTable {
    try RecessionTable(contentsOf: job.data("us-recessions.csv"))
  }
}
