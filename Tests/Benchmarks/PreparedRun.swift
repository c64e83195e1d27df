import Banking
import Contagion
import Foundation
import MacroScenarios
import NeuralNetworks
import PathSimulation
import SatelliteModels
import Stochastics
import StressTesting

/// Everything fitted that the paths of one scenario are drawn from, as named tensors in one safetensors file: what a
/// program needs to do the same work another way. The loss-rate models stand in their own weights file, which is named.
struct PreparedRun {
  /// Margins are tabulated on −64 … 64, the mixing on −8 … 8: a straight line between nodes is then exact to 1e-4.
  private static let marginReach = 64.0, marginNodesPerUnit = 64.0
  private static let mixingReach = 8.0, mixingNodesPerUnit = 128.0

  private(set) var file: WeightFile

  init(_ test: StressTest) {
    let scenario = test.scenario, pipeline = test.pipeline
    let simulator = pipeline.simulator, shocks = simulator.model
    file = WeightFile(metadata: [
      "factors": scenario.factors.map(\.id).joined(separator: ","),
      "scales": shocks.scales.map(\.name).joined(separator: ","),
      "banks": pipeline.walk.banks.map(\.id).joined(separator: ","),
      "loss_rates": scenario.models.lossRates.path,
      "inside_shares": pipeline.networks.map { "\($0.network.insideShare)" }.joined(separator: ","),
      "paths": "\(scenario.simulation.paths)", "capital_horizon": "\(scenario.capitalHorizon)",
    ])
    insert("shocks.transition", shocks.transition)
    insert("shocks.cholesky", shocks.correlation.choleskyFactor)
    insert("shocks.innovation_scales", shocks.deviations.map { $0 * scenario.uncertainty.scale })
    insert("shocks.bases", shocks.scales.map { Double($0.base ?? -1) })
    insert("shocks.values", simulator.rows.flatMap(\.values))
    insert("shocks.anchors", simulator.rows.flatMap(\.anchors))
    insert(
      "shocks.margins",
      shocks.margins.flatMap { margin in Self.table(Self.marginReach, Self.marginNodesPerUnit) { margin($0) } })
    if let mixing = shocks.mixing?.table {
      insert("shocks.mixing", Self.table(Self.mixingReach, Self.mixingNodesPerUnit) { mixing($0) })
    }
    insert("macro.history", pipeline.lossRates.history)
    insert("macro.lead", pipeline.lossRates.lead.map(Double.init))
    let state = pipeline.revenue.jumpOffState
    insert("revenue.state", [state.margin, state.fees, state.expense, state.spread, state.index])
    insertBanks(pipeline.walk, pipeline.bankEffects)
    for (index, network) in pipeline.networks.enumerated() {
      insert("network\(index).liabilities", network.network.liabilities.flatMap { $0 })
    }
    insert("network.rules", [scenario.network.recovery, scenario.network.defaultBelow])
  }

  private mutating func insertBanks(_ walk: CapitalWalk, _ effects: BankEffects?) {
    let banks = walk.banks, rules = walk.rules
    func addOn(_ rate: KeyPath<Bank.SupervisoryRecord, Double>) -> [Double] {
      banks.map { rules.addOnScale * $0.riskWeightedAssets * $0.record[keyPath: rate] }
    }
    insert("banks.cet1", banks.map(\.cet1))
    insert("banks.risk_weighted_assets", banks.map(\.riskWeightedAssets))
    insert("banks.requirements", walk.requirements)
    insert("banks.assets", banks.map(\.averageAssets))
    insert("banks.opening_allowances", banks.map(\.openingAllowance))
    insert("banks.balances", banks.flatMap { $0.balances.map { $0 ?? 0 } })
    insert(
      "banks.revenue",
      banks.map { $0.averageAssets * ($0.record.revenueRate / 9 - $0.record.referenceRevenueResponse / 4) })
    insert("banks.trading_losses", addOn(\.tradingAndCounterpartyLossRate))
    insert("banks.other_losses", zip(addOn(\.securitiesLossRate), addOn(\.otherLossRate)).map { $0 + $1 })
    insert(
      "banks.other_comprehensive_income",
      zip(banks, addOn(\.otherComprehensiveIncomeRate)).map { $0.includesOtherComprehensiveIncome ? $1 : 0 })
    insert("banks.effect_levels", effects?.levels ?? [Double](repeating: 1, count: banks.count * LoanType.count))
    insert(
      "banks.effect_deviations",
      effects?.standardDeviations ?? [Double](repeating: 0, count: banks.count * LoanType.count))
    insert("capital.rules", [rules.taxRate, rules.deferredTaxLimit, rules.payout])
  }

  private mutating func insert(_ name: String, _ values: [Double]) {
    file.insert(name, shape: [values.count], .float64(values))
  }

  private static func table(_ reach: Double, _ nodesPerUnit: Double, _ value: (Double) -> Double) -> [Double] {
    (0...Int(2 * reach * nodesPerUnit)).map { value(Double($0) / nodesPerUnit - reach) }
  }
}

extension Benchmarks {
  /// - Parameter weights: of the loss-rate models, in place of the scenario's.
  static func export(_ scenario: String, to path: String, weights: String?) throws {
    var loaded = try ScenarioLoader.load(path: scenario)
    if let weights { loaded = loaded.reading(lossRatesFrom: weights) }
    try PreparedRun(StressTest(loaded)).file.write(to: path)
  }
}
