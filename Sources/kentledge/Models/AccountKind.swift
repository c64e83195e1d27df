import CreditRisk
import MacroScenarios
import NeuralNetworks
import StressTesting

enum AccountKind: ModelKind {
  static let name = "accounts"
  static let format = AccountModel.format
  static let abstract = "The order of card accounts by their probability of default in the next month."
  static let tableHelp = "Accounts with six monthly statements and their default in the month after."
  static let shippedJumpOffs: [Quarter?] = [nil]

  static func card(ofFileAt path: String) throws -> ModelCard { try AccountModel(contentsOf: path).card }

  static func fit(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> FittedModel {
    let model = try AccountTraining.run(accounts(job), progress: say)
    return FittedModel(card: model.card) { try model.write(to: $0) }
  }

  static func firstLosses(_ job: TrainingJob) throws -> [Double] {
    try AccountTraining.firstLosses(accounts(job), of: AccountModel(contentsOf: job.weights(Self.self)))
  }

  static func backtest(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> [ModelCard.Score] {
    try AccountTraining.run(accounts(job), progress: say).card.scores
  }

  static func explain(fileAt path: String, _ scenario: Scenario) throws -> [AttributionTable] {
    try StressTest.accountExplanations(of: scenario, accountsFrom: path)
  }

  private static func accounts(_ job: TrainingJob) throws -> AccountTable {
    try AccountTable(contentsOf: job.table ?? job.data("card-accounts-2005.csv"))
  }
}
