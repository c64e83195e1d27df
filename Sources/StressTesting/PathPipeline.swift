package import Banking
package import Contagion
package import MacroScenarios
package import PathSimulation
import RiskMeasures
package import SatelliteModels
import Stochastics

/// The whole row that every block of paths goes through, made ready once and shared by all workers.
package struct PathPipeline: Sendable {
  package let scenario: Scenario
  package let simulator: PathSimulator
  /// With or without a model error drawn for each path.
  package let lossRates: LossRateProjection
  package let revenue: RevenueModel
  package let mapping: LoanTypeMapping
  package let walk: CapitalWalk
  /// `nil` when every bank's loss rates are those of its loan types.
  package let bankEffects: BankEffects?
  /// One for each end of the interval of shares that stay inside the network.
  package let networks: [ContagionModel]
  /// The walk with each of `ColumnLayout.allowanceScales`; without them neither fans nor comparisons are wanted.
  let allowanceWalks: [CapitalWalk]
  /// `nil` where nothing moves paths into the tail.
  let tail: TailDraws?
  /// How its paths depend on one another.
  let dependence: Dependence
  /// Where the first coordinate of a net goes; `nil` where paths are points of none.
  let leading: LeadingDirection?
  /// What moves into the tail, with its part of the way.
  let movedFields: [(field: NormalField, direction: NormalDirection)]

  /// What the same causes do to CET1 on every path, of each bank and then of the system.
  let constantItems: [[(WalkItem, Double)]]
  let layout: ColumnLayout
  let sums: SumLayout

  init(
    scenario: Scenario, simulator: PathSimulator, lossRates: LossRateProjection, revenue: RevenueModel,
    mapping: LoanTypeMapping, walk: CapitalWalk, bankEffects: BankEffects?, networks: [ContagionModel],
    allowanceWalks: [CapitalWalk] = [], tail: TailDraws? = nil, hasWeights: Bool = false,
    dependence: Dependence = .none, leading: LeadingDirection? = nil
  ) {
    self.scenario = scenario
    self.simulator = simulator
    self.lossRates = lossRates
    self.revenue = revenue
    self.mapping = mapping
    self.walk = walk
    self.bankEffects = bankEffects
    self.networks = networks
    self.allowanceWalks = allowanceWalks
    self.tail = tail
    self.dependence = dependence
    self.leading = leading
    movedFields = [
      (simulator.field, simulator.direction), (lossRates.residualField, lossRates.direction),
      (bankEffects?.field, bankEffects?.direction),
    ].compactMap { field, direction in
      field.flatMap { field in direction.map { (field, $0) } }
    }
    constantItems = WalkItem.constant(in: walk)
    layout = ColumnLayout(
      capitalQuarterCount: scenario.capitalHorizon, bankCount: walk.banks.count, loanTypeCount: LoanType.count,
      networkCount: networks.count, factorCount: scenario.factors.count, horizon: scenario.horizon,
      hasWeights: hasWeights, hasIllustrations: !allowanceWalks.isEmpty)
    sums = SumLayout(bankCount: walk.banks.count, networkCount: networks.count)
  }

  /// Sets of sums in a file of paths: one for each block where the blocks are of different replicates.
  var sumSetCount: Int { if case .replicates = dependence { PathFile.pathsPerFile / pathsPerBlock } else { 1 } }

  func makeWorker() -> any PathWorker { PipelineWorker(self) }
}

extension ContagionModel {
  /// The name under which its figures stand in the result, e.g. `inside_share=10%`.
  var variant: String {
    let tenths = Int((1_000 * network.insideShare).rounded())
    return "inside_share=" + (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + "%"
  }
}
