import CreditRisk
import MacroScenarios
import NeuralNetworks

/// A scenario's card portfolio: its accounts ranked by the account model and cut into segments.
struct SegmentedCards: Sendable {
  let segments: RiskSegments
  let lossGivenDefault: Double
  let card: ModelCard
  let model: InputFile
  let accounts: InputFile
  /// Quarter of the last statement.
  let asOf: Quarter
  let notes: [StressTestResult.Note]
  /// Why the riskiest segment is held to be so; `nil` when the attributions did not add up, which a note tells.
  let explanation: AttributionTable?

  /// - Returns: `nil` when the scenario has no card portfolio.
  /// - Throws: for a table or weights that cannot be used, and for statements of a time after the jump-off.
  init?(_ scenario: Scenario) throws(InvalidInput) {
    guard let portfolio = scenario.cardPortfolio, let file = scenario.models.accounts else { return nil }
    let model = try AccountModel(contentsOf: file.path)
    let table = try AccountTable(contentsOf: portfolio.accounts.path)
    guard table.lastMonth.quarter <= scenario.jumpOff else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "S042", "the last statements are of \(table.lastMonth), later than the jump-off \(scenario.jumpOff)",
            at: .init(file: portfolio.accounts.name))
        ])
    }
    let unseen = model.unseen(in: table)
    let exposures = (0..<unseen.count).map { unseen.exposure($0) }
    guard exposures.contains(where: { $0 > 0 }), portfolio.segments <= unseen.count else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "A010", "no account owes anything at the last statement: there is nothing to lose",
            at: .init(file: portfolio.accounts.name))
        ])
    }
    segments = RiskSegments(
      probabilities: model.probabilitiesOfDefault(unseen), exposures: exposures, count: portfolio.segments,
      spread: portfolio.spread)
    lossGivenDefault = portfolio.lossGivenDefault
    card = model.card
    self.model = file
    accounts = portfolio.accounts
    asOf = table.lastMonth.quarter
    let told = Self.notes(portfolio, model, table, unseenCount: unseen.count)
    do throws(IncompleteAttribution) {
      explanation = try model.explanation(of: unseen, parts: portfolio.segments)
      notes = told
    } catch {
      explanation = nil
      notes = told + [.init(.warning, "The ranking of the card accounts is not explained: \(error).")]
    }
  }

  /// Writes the date of the account table into the list of inputs, which the scenario alone does not know.
  func date(_ inputs: inout [StressTestResult.Input]) {
    for index in inputs.indices where inputs[index].file == accounts.name { inputs[index].asOf = "\(asOf)" }
  }

  static func entity(_ segment: Int) -> String { "credit_card.segment_\(segment + 1)" }

  var entities: [StressTestResult.Entity] {
    (0..<segments.count).map { segment in
      let end = segment == 0 ? ", safest" : segment == segments.count - 1 ? ", riskiest" : ""
      return .init(
        id: Self.entity(segment), kind: .segment, name: "Segment \(segment + 1) of \(segments.count)\(end)")
    }
  }

  private static func notes(
    _ portfolio: CardPortfolio, _ model: AccountModel, _ table: AccountTable, unseenCount: Int
  ) -> [StressTestResult.Note] {
    typealias Note = StressTestResult.Note
    let percent = ScenarioText.percent(portfolio.lossGivenDefault)
    let part =
      model.hasSeen(table)
      ? "the \(unseenCount) accounts of \(portfolio.accounts.name) that the model was not fitted or chosen on"
      : "the \(unseenCount) accounts of \(portfolio.accounts.name)"
    return [
      Note(
        .assumption,
        "Cards by risk: \(part), statements to \(table.lastMonth), are ranked by the account model and cut into "
          + "\(portfolio.segments) segments of equal numbers. Their level of default there and then does not transfer: each "
          + "quarter and future, all logits are shifted by one number until the exposure-weighted mean probability is the "
          + "loss-rate model's card loss rate / 4 / loss given default (\(percent)). The odds between segments stay, by "
          + "assumption (spread × \(ScenarioText.plain(portfolio.spread)))."),
      Note(
        .assumption,
        "Within a segment all accounts are alike. A segment is a band of risk that keeps its share of the balance: what "
          + "defaults is replaced by the like. Before effects of single banks."),
    ]
      + table.findings.filter { $0.count > 0 }.map {
        Note(.dataQuality, "\(portfolio.accounts.name): \($0.text)")
      }
  }
}

/// Numbers in sentences, the same in every locale.
private enum ScenarioText {
  static func percent(_ value: Double) -> String { "\(plain(100 * value)) %" }

  static func plain(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
