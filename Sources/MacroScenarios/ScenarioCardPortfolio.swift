/// Reading of `card_portfolio`, which goes together with `models.accounts`.
extension ScenarioReading {
  /// - Returns: `nil` where the scenario has none, or where an error was reported.
  func cardPortfolio(_ root: Fields, models: Models?) -> CardPortfolio? {
    let model = root.raw("models")?["accounts"]
    guard let node = root.raw("card_portfolio") else {
      if let model {
        report(
          "S019", "'models.accounts' ranks the accounts of a card portfolio, but there is none", at: model,
          notes: ["fix: card_portfolio: {accounts: …, loss_given_default: 90%}, or leave the model out"])
      }
      return nil
    }
    if root.raw("models") != nil, model == nil {
      reportMissing(
        "S019", "'card_portfolio' needs 'models.accounts', which ranks its accounts", at: node,
        notes: ["fix: models: {accounts: models/accounts.safetensors}"])
    }
    let fields = section(root, "card_portfolio", ScenarioSchema.cardPortfolio)
    let accounts = fields.file("accounts")
    let lossGivenDefault = fields.share("loss_given_default", required: "90%", in: 0.01...1)
    let segments = segmentCount(fields)
    let spread = fields.number("spread", default: 1, in: 0...3)
    guard let accounts, let lossGivenDefault, let segments, let spread else { return nil }
    addInput(accounts, asOf: "")
    return CardPortfolio(
      accounts: InputFile(name: accounts.name, path: accounts.path, asOf: ""), lossGivenDefault: lossGivenDefault,
      segments: segments, spread: spread)
  }

  private func segmentCount(_ fields: Fields) -> Int? {
    guard let (text, node) = fields.text("segments", default: "10") else { return nil }
    guard let count = Int(text), (2...20).contains(count) else {
      if let node {
        report("S024", "'\(fields.name("segments"))' is '\(text)', expected a whole number from 2 to 20", at: node)
      }
      return nil
    }
    return count
  }
}
