import Banking
import Contagion
import MacroScenarios
import PathSimulation
import SatelliteModels

/// The whole row that every block of paths goes through, made ready once and shared by all workers.
struct PathPipeline: Sendable {
  let scenario: Scenario
  let simulator: PathSimulator
  /// With or without a model error drawn for each path.
  let lossRates: LossRateProjection
  let revenue: RevenueModel
  let mapping: LoanTypeMapping
  let walk: CapitalWalk
  /// `nil` when every bank's loss rates are those of its loan types.
  let bankEffects: BankEffects?
  /// One for each end of the interval of shares that stay inside the network.
  let networks: [ContagionModel]

  let layout: ColumnLayout
  let sums: SumLayout

  init(
    scenario: Scenario, simulator: PathSimulator, lossRates: LossRateProjection, revenue: RevenueModel,
    mapping: LoanTypeMapping, walk: CapitalWalk, bankEffects: BankEffects?, networks: [ContagionModel]
  ) {
    self.scenario = scenario
    self.simulator = simulator
    self.lossRates = lossRates
    self.revenue = revenue
    self.mapping = mapping
    self.walk = walk
    self.bankEffects = bankEffects
    self.networks = networks
    layout = ColumnLayout(
      capitalQuarterCount: scenario.capitalHorizon, bankCount: walk.banks.count, loanTypeCount: LoanType.count,
      networkCount: networks.count, factorCount: scenario.factors.count, horizon: scenario.horizon)
    sums = SumLayout(bankCount: walk.banks.count, networkCount: networks.count)
  }

  func makeWorker() -> any PathWorker { PipelineWorker(self) }
}

/// Which sum over the paths stands where. Each is followed by the sum of squares, which its error needs.
struct SumLayout: Sendable {
  let bankCount: Int
  let networkCount: Int

  /// Change of CET1 over the capital horizon by cause; the bank after the last is the system.
  func contribution(_ component: Int, bank: Int) -> Int { 2 * (bank * CapitalComponent.count + component) }

  /// Share of a bank's CET1 that distress elsewhere takes.
  func distress(network: Int, bank: Int) -> Int {
    contribution(0, bank: bankCount + 1) + 2 * (network * bankCount + bank)
  }

  /// What banks do not receive from each other on a path, millions.
  func clearingShortfall(network: Int) -> Int { distress(network: networkCount, bank: 0) + 2 * network }

  var count: Int { clearingShortfall(network: networkCount) }
}
