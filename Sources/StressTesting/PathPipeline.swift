import Banking
import Contagion
import MacroScenarios
import PathSimulation
import SatelliteModels

/// The whole row that every block of paths goes through, made ready once and shared by all workers.
struct PathPipeline: Sendable {
  let scenario: Scenario
  let simulator: PathSimulator
  let lossRates: LossRateModel
  let revenue: RevenueModel
  let mapping: LoanTypeMapping
  let walk: CapitalWalk
  let bankEffects: BankEffects
  let networks: [SystemicNetwork]
  /// Whether paths draw residuals of the loss-rate model, and effects of single banks.
  var drawsResiduals: Bool
  var drawsBankEffects: Bool

  var layout: ColumnLayout {
    ColumnLayout(
      capitalQuarterCount: scenario.capitalHorizon, bankCount: walk.banks.count, loanTypeCount: LoanType.count,
      networkCount: networks.count)
  }

  var sums: SumLayout { SumLayout(bankCount: walk.banks.count, networkCount: networks.count) }

  func makeWorker() throws -> any PathWorker { try PipelineWorker(self) }
}

/// Which sum over the paths stands where: a mean and its error need the sum and the sum of squares.
struct SumLayout: Sendable {
  let bankCount: Int
  let networkCount: Int

  /// Change of CET1 over the capital horizon by cause; the last bank index, `bankCount`, is the system.
  func contribution(_ component: CapitalComponent, bank: Int) -> Int {
    2 * (bank * CapitalComponent.count + component.rawValue)
  }

  /// Share of a bank's CET1 that distress elsewhere takes.
  func distress(network: Int, bank: Int) -> Int {
    2 * ((bankCount + 1) * CapitalComponent.count + network * bankCount + bank)
  }

  var count: Int { distress(network: networkCount, bank: 0) }
}
