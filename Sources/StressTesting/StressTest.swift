import Banking
import Contagion
import Foundation
public import MacroScenarios
import PathSimulation
import SatelliteModels

/// A scenario with everything that it needs, read, checked and calibrated; ready to run.
///
/// Making one does all that can fail for an author's reason, so it is also what `kentledge validate` does.
public struct StressTest: Sendable {
  public static let engineVersion = "0.1.0"

  public let scenario: Scenario
  /// What is doubtful but not wrong, in the scenario and in the tables that it names.
  public let warnings: [Diagnostic]

  let pipeline: PathPipeline
  let shocks: ShockModel
  let banks: BankTable

  public init(_ scenario: Scenario) throws(InvalidInput) {
    self.scenario = scenario
    banks = try BankTable(contentsOf: scenario.banks.path, jumpOff: scenario.jumpOff)
    shocks = try ShockModel(
      history: scenario.history, factors: scenario.factors, assumptions: ShockAssumptions(scenario))
    let simulator = try PathSimulator(
      model: shocks, central: scenario.central, seed: scenario.simulation.seed, scale: scenario.uncertainty.scale)
    let lossRates = try Self.lossRateModel(of: scenario)
    pipeline = PathPipeline(
      scenario: scenario, simulator: simulator,
      lossRates: try Self.projection(of: lossRates, scenario, drawsResiduals: scenario.models.residuals),
      revenue: try RevenueModel(history: scenario.history, factors: scenario.factors.map(\.id)),
      mapping: try LoanTypeMapping(series: LoanSeries.allCases.map(\.id), file: scenario.models.lossRates.name),
      walk: CapitalWalk(
        banks: banks.banks,
        rules: CapitalRules(
          taxRate: scenario.capital.taxRate, payout: scenario.capital.payout,
          addOnScale: CapitalRules.addOnScale(severity: scenario.severity.rawValue)),
        quarterCount: scenario.capitalHorizon),
      bankEffects: scenario.models.bankEffects ? Self.bankEffects(of: banks.banks, lossRates, scenario) : nil,
      networks: try Self.networks(of: banks.banks, scenario))
    warnings = scenario.warnings + banks.warnings
  }

  private static func lossRateModel(of scenario: Scenario) throws(InvalidInput) -> LossRateModel {
    let model = try LossRateModel(contentsOf: scenario.models.lossRates.path)
    guard model.jumpOff <= scenario.jumpOff else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M020",
            "these weights were fitted up to \(model.jumpOff), after the scenario's jump-off \(scenario.jumpOff)",
            at: .init(file: scenario.models.lossRates.name),
            notes: ["fix: kentledge train loss-rates --jump-off \(scenario.jumpOff)"])
        ])
    }
    guard model.jumpOff == scenario.jumpOff else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M021", "these weights start from \(model.jumpOff), the scenario from \(scenario.jumpOff)",
            at: .init(file: scenario.models.lossRates.name),
            notes: ["fix: kentledge train loss-rates --jump-off \(scenario.jumpOff)"])
        ])
    }
    return model
  }

  private static func projection(
    of model: LossRateModel, _ scenario: Scenario, drawsResiduals: Bool
  ) throws(InvalidInput) -> LossRateProjection {
    try LossRateProjection(
      model, history: scenario.history, factors: scenario.factors, horizon: scenario.horizon,
      seed: scenario.simulation.seed, drawsResiduals: drawsResiduals)
  }

  /// Effects around each bank's own shrunken level.
  private static func bankEffects(of banks: [Bank], _ model: LossRateModel, _ scenario: Scenario) -> BankEffects {
    BankEffects(
      model.bankEffects, banks: banks.map { Int($0.id) ?? 0 },
      balances: banks.flatMap { $0.balances.map { $0 ?? 0 } }, seed: scenario.simulation.seed)
  }

  private static func networks(of banks: [Bank], _ scenario: Scenario) throws(InvalidInput) -> [ContagionModel] {
    var networks: [ContagionModel] = []
    for share in scenario.network.insideShare {
      networks.append(
        ContagionModel(
          banks: banks, network: try InterbankNetwork(banks: banks, insideShare: share),
          recovery: scenario.network.recovery, defaultBelow: scenario.network.defaultBelow))
    }
    return networks
  }

  /// The same row without model error, or with other rules of capital: for what a figure owes to them.
  func variant(drawsModelError: Bool = true, openingAllowanceScale: Double = 1) throws(InvalidInput) -> PathPipeline {
    var rules = pipeline.walk.rules
    rules.openingAllowanceScale = openingAllowanceScale
    return PathPipeline(
      scenario: scenario, simulator: pipeline.simulator,
      lossRates: drawsModelError
        ? pipeline.lossRates
        : try Self.projection(of: pipeline.lossRates.model, scenario, drawsResiduals: false),
      revenue: pipeline.revenue, mapping: pipeline.mapping,
      walk: CapitalWalk(banks: banks.banks, rules: rules, quarterCount: scenario.capitalHorizon),
      bankEffects: drawsModelError ? pipeline.bankEffects : nil, networks: pipeline.networks)
  }
}
