import Banking
import CreditRisk
import EarlyWarning
public import MacroScenarios
public import NeuralNetworks
import SatelliteModels

/// Why the central path loses what it loses.
extension StressTest {
  /// How the loss-rate model's answer to the central path is made up, against the scenario's reference path: the loan
  /// losses of all banks, then the loss rate of each loan type that has a series of its own.
  /// - Throws: `IncompleteAttribution` when the attributions do not add up.
  public func lossRateExplanations() throws(IncompleteAttribution) -> [AttributionTable] {
    let projection = pipeline.lossRates
    let own = LoanTypeMapping.sources.filter { !$0.isProxy }
    let answers = [systemWeights] + own.map { source in LoanSeries.allCases.map { $0.id == source.series ? 1 : 0 } }
    let attributions = try projection.attributions(
      of: scenario.central, from: scenario.reference.values, quarters: scenario.capitalHorizon, answers: answers)
    let read = projection.factorsRead
    // What comes after the last of these quarters reaches no answer: its attributions are 0.
    let quarters = scenario.capitalHorizon
    let columns = (0..<quarters).map { "\(scenario.quarter($0))" }
    let subjects =
      [(id: "loan_loss", title: "Loan losses of all banks over \(scenario.capitalHorizon) quarters", unit: "millions")]
      + own.map {
        (
          id: $0.loanType.id, title: "\($0.loanType.title), loss rate over \(scenario.capitalHorizon) quarters",
          unit: "fraction"
        )
      }
    return zip(subjects, attributions).map { subject, attribution in
      AttributionTable(
        subject: subject.id, title: subject.title, unit: subject.unit, baseline: scenario.reference.name,
        columns: columns, names: read.map { (scenario.factors[$0].id, scenario.factors[$0].title) },
        attribution.keeping(read, of: scenario.factors.count, quarters: quarters))
    }
  }

  /// Why the account model in that file holds the riskiest accounts of the scenario's card portfolio to be so.
  public static func accountExplanations(
    of scenario: Scenario, accountsFrom path: String
  ) throws -> [AttributionTable] {
    guard let portfolio = scenario.cardPortfolio else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "S019", "the scenario has no 'card_portfolio' whose accounts could be explained",
            at: .init(file: scenario.inputs.first?.path ?? scenario.id))
        ])
    }
    let model = try AccountModel(contentsOf: path)
    let accounts = model.unseen(in: try AccountTable(contentsOf: portfolio.accounts.path))
    return [try model.explanation(of: accounts, parts: portfolio.segments)]
  }

  /// Why the crisis models in that file hold the quarter of a scenario's central path that they warn of most to be so.
  public static func earlyWarningExplanations(
    of scenario: Scenario, modelFrom path: String
  ) throws(InvalidInput) -> [AttributionTable] {
    EarlyWarningRows(model: try EarlyWarningModel(contentsOf: path), scenario: scenario).attributionTables
  }

  /// The models with their explanations; a note in place of one that does not add up.
  func explainedModels() -> (models: [StressTestResult.Model], refusals: [StressTestResult.Note]) {
    var models = identity.models
    var refusals: [StressTestResult.Note] = []
    func explain(
      _ file: InputFile?, _ what: String, by tables: () throws(IncompleteAttribution) -> [AttributionTable]
    ) {
      guard let index = models.firstIndex(where: { $0.file == file?.name }) else { return }
      do throws(IncompleteAttribution) {
        models[index].explanations = try tables()
      } catch {
        refusals.append(.init(.warning, "\(what) not explained: \(error)."))
      }
    }
    explain(scenario.models.lossRates, "The losses of the central path are") { () throws(IncompleteAttribution) in
      try lossRateExplanations()
    }
    if let plausibility {
      explain(scenario.models.plausibility, "How unlike history the central path is, is") {
        () throws(IncompleteAttribution) in
        let tables = try plausibility.explain(path: scenario.central, history: scenario.history)
        return tables
      }
    }
    if let earlyWarning {
      explain(scenario.models.earlyWarning, "The warning about the central path is") {
        EarlyWarningRows(model: earlyWarning, scenario: scenario).attributionTables
      }
    }
    if let cards, let explanation = cards.explanation {
      explain(cards.model, "The order of the accounts is") { [explanation] }
    }
    return (models, refusals)
  }

  /// Balances of all banks that lose at a series' rate, `[series]`: proxies at their scale.
  private var systemWeights: [Double] {
    LoanSeries.allCases.map { series in
      LoanTypeMapping.sources.filter { $0.series == series.id }.reduce(0) { sum, source in
        sum + source.scale * balance(of: source.loanType)
      }
    }
  }
}

extension Attribution {
  /// The first quarters of the columns that are read; the rest accounts for nothing.
  fileprivate func keeping(_ columns: [Int], of count: Int, quarters: Int) -> Attribution {
    Attribution(
      values: (0..<quarters).flatMap { row in columns.map { values[row * count + $0] } },
      baselineValue: baselineValue, value: value, nodeCount: nodeCount)
  }
}
