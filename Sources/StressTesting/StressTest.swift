import Banking
import Contagion
import EarlyWarning
import Foundation
public import MacroScenarios
import PathSimulation
import SatelliteModels
import Stochastics

/// A scenario with everything that it needs, read, checked and calibrated; ready to run.
///
/// Making one does all that can fail for an author's reason, so it is also what `kentledge validate` does.
public struct StressTest: Sendable {
  public static let engineVersion = "0.1.0"

  public let scenario: Scenario
  /// What is doubtful but not wrong, in the scenario and in the tables that it names.
  public let warnings: [Diagnostic]

  package private(set) var pipeline: PathPipeline
  let shocks: ShockModel
  let banks: BankTable
  /// `nil` when the scenario names none.
  let earlyWarning: EarlyWarningModel?
  /// `nil` when the scenario names none.
  let plausibility: PlausibilityModel?
  /// `nil` where the scenario has no card portfolio.
  let cards: SegmentedCards?
  /// `nil` where no further paths are drawn in the tail of the system's losses.
  private(set) var tail: TailSampling?
  /// How it was chosen, where the scenario leaves that open.
  private(set) var tailChoice: TailChoice?
  /// Of the files as they stood before the first path was drawn.
  let identity: Identity
  /// Paths of the scenario's own law; with a stopping rule the most, until a run's own paths have settled it.
  var pathCount: Int

  public init(_ scenario: Scenario) throws(InvalidInput) {
    self.scenario = scenario
    pathCount = scenario.simulation.paths
    var inputs = try Self.hashedInputs(of: scenario)
    banks = try BankTable(contentsOf: scenario.banks.path, jumpOff: scenario.jumpOff)
    try Self.check(scenario, against: banks)
    shocks = try Self.shockModel(of: scenario)
    let simulator = try PathSimulator(
      model: shocks, central: scenario.central, seed: scenario.simulation.seed, scale: scenario.uncertainty.scale)
    let lossRates = try Self.lossRateModel(of: scenario)
    cards = try SegmentedCards(scenario)
    cards?.date(&inputs)
    var rules = CapitalRules(
      taxRate: scenario.capital.taxRate, payout: scenario.capital.payout,
      addOnScale: CapitalRules.addOnScale(severity: scenario.severity.rawValue))
    var walks: [CapitalWalk] = []
    for scale in [1] + ColumnLayout.allowanceScales {
      rules.openingAllowanceScale = scale
      walks.append(CapitalWalk(banks: banks.banks, rules: rules, quarterCount: scenario.capitalHorizon))
    }
    pipeline = PathPipeline(
      scenario: scenario, simulator: simulator,
      lossRates: try Self.projection(of: lossRates, scenario, drawsResiduals: scenario.models.residuals),
      revenue: try RevenueModel(history: scenario.history, factors: scenario.factors.map(\.id)),
      mapping: try LoanTypeMapping(series: LoanSeries.allCases.map(\.id), file: scenario.models.lossRates.name),
      walk: walks[0],
      bankEffects: scenario.models.bankEffects ? Self.bankEffects(of: banks.banks, lossRates, scenario) : nil,
      networks: try Self.networks(of: banks.banks, scenario), allowanceWalks: Array(walks[1...]))
    warnings = scenario.warnings + Self.repairs(of: shocks, scenario) + banks.warnings
    let earlyWarning = try Self.earlyWarningModel(of: scenario)
    self.earlyWarning = earlyWarning
    let plausibility = try Self.plausibilityModel(of: scenario)
    self.plausibility = plausibility
    let optional = [
      (plausibility?.card, scenario.models.plausibility), (cards?.card, cards?.model),
      (earlyWarning?.card, scenario.models.earlyWarning),
    ]
    identity = Self.identity(
      of: scenario, inputs: inputs,
      cards: [(lossRates.card, scenario.models.lossRates)]
        + optional.compactMap { card, file in card.flatMap { card in file.map { (card, $0) } } })
    (tail, tailChoice) = try tailSampling()
    pipeline = try arrangedPipeline()
  }

  /// What only the whole bank table tells of the rest of a scenario: its currency, and which checks have a figure.
  private static func check(_ scenario: Scenario, against table: BankTable) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    if table.currency != scenario.currency {
      problems.append(
        Diagnostic(
          "T063", "the money of \(scenario.banks.name) is \(table.currency), the scenario's is \(scenario.currency)",
          at: place(of: "currency", in: scenario)))
    }
    for check in scenario.checks {
      problems += self.problems(
        of: check.metric, "check '\(check.id)'", at: place(of: "checks.\(check.id).", in: scenario), scenario, table)
    }
    if let rule = scenario.simulation.stopWhen {
      let key = "simulation.stop_when"
      problems += self.problems(
        of: rule.metric, "'\(key)'", at: place(of: key + ".metric", in: scenario), scenario, table)
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
  }

  /// Why a metric has no figure, as far as the bank table tells.
  private static func problems(
    of metric: Metric, _ asker: String, at place: Diagnostic.Place, _ scenario: Scenario, _ table: BankTable
  ) -> [Diagnostic] {
    var banks = table.banks
    if case .bank(let rssd) = metric.entity {
      banks = banks.filter { $0.id == String(rssd) }
      if banks.isEmpty { return [Diagnostic("S047", "no bank \(rssd) in \(scenario.banks.name)", at: place)] }
    }
    guard metric.item == .loanLossRate, !banks.contains(where: { balance(of: $0) > 0 }) else { return [] }
    return [
      Diagnostic(
        "T064", "\(asker) asks for a loan loss rate, but no loan balance is known that it could be of", at: place)
    ]
  }

  /// A correlation that is none is the author's when a table gave it: the error then names the line that names the table.
  private static func shockModel(of scenario: Scenario) throws(InvalidInput) -> ShockModel {
    do throws(InvalidInput) {
      return try ShockModel(
        history: scenario.history, factors: scenario.factors, assumptions: ShockAssumptions(scenario))
    } catch {
      guard case .table = scenario.uncertainty.correlation else { throw error }
      let place = place(of: "uncertainty.correlation", in: scenario)
      throw InvalidInput(
        error.kind,
        error.diagnostics.map { found in
          found.code == "P008" ? Diagnostic(found.code, found.message, at: place, notes: found.notes) : found
        })
    }
  }

  /// A correlation that was changed to be one.
  private static func repairs(of shocks: ShockModel, _ scenario: Scenario) -> [Diagnostic] {
    guard let change = shocks.diagnostics.correlationRepair else { return [] }
    let text = String(
      format:
        "the correlation was not positive definite; the nearest one was taken (Higham 2002), largest change of an "
        + "entry %.3f", change)
    return [
      Diagnostic("P009", text, at: place(of: "uncertainty.correlation", in: scenario), severity: .warning)
    ]
  }

  /// The line of the first value under that key, as far as the scenario gives one.
  private static func place(of key: String, in scenario: Scenario) -> Diagnostic.Place {
    let origin = scenario.settings.first { $0.key.hasPrefix(key) && $0.origin.contains(":") }?.origin
    let parts = origin?.split(separator: ":") ?? []
    let file = scenario.inputs.first?.name ?? scenario.id
    return parts.count == 2 ? .init(file: String(parts[0]), line: Int(parts[1])) : .init(file: file)
  }

  private static func projection(
    of model: LossRateModel, _ scenario: Scenario, drawsResiduals: Bool, seed: UInt64? = nil
  ) throws(InvalidInput) -> LossRateProjection {
    try LossRateProjection(
      model, history: scenario.history, factors: scenario.factors, horizon: scenario.horizon,
      seed: seed ?? scenario.simulation.seed, drawsResiduals: drawsResiduals)
  }

  /// Effects around each bank's own shrunken level.
  private static func bankEffects(
    of banks: [Bank], _ model: LossRateModel, _ scenario: Scenario, seed: UInt64? = nil
  ) -> BankEffects {
    BankEffects(
      model.bankEffects, banks: banks.map { Int($0.id) ?? 0 },
      balances: banks.flatMap { $0.balances.map { $0 ?? 0 } }, seed: seed ?? scenario.simulation.seed)
  }

  private static func networks(of banks: [Bank], _ scenario: Scenario) throws(InvalidInput) -> [ContagionModel] {
    var networks: [ContagionModel] = []
    for share in scenario.network.insideShare {
      networks.append(
        ContagionModel(
          banks: banks, network: try InterbankNetwork(banks: banks, insideShare: share, file: scenario.banks.name),
          recovery: scenario.network.recovery, defaultBelow: scenario.network.defaultBelow))
    }
    return networks
  }

  /// The paths as the scenario wants them to depend on one another.
  private func arrangedPipeline() throws(InvalidInput) -> PathPipeline {
    switch scenario.simulation.sampling {
    case .plain, .importance, .twoPhase, .auto: return pipeline
    case .antithetic: return pipeline.mirrored()
    case .sobol:
      return try losingDirection().map {
        pipeline.spread(
          ScrambledNet(seed: scenario.simulation.seed, dimensionCount: 1 + PathPipeline.netDimensionCount), along: $0)
      } ?? pipeline
    }
  }

  /// Along which the system's losses change most in their tail, by the linear challenger; `nil` when nothing is random.
  func losingDirection() throws(InvalidInput) -> [Double]? {
    var seeds = RandomStream(seed: scenario.simulation.seed, stream: .pilot, path: 1)
    let pilot = TailPilot(
      pipeline: try pipeline(seed: seeds.bits(), networks: [], runsNetwork: false), seed: seeds.bits())
    return pilot.run()?.direction
  }

  /// The same row with numbers of its own: a run beside the run.
  func pipeline(
    seed: UInt64, networks: [ContagionModel], runsNetwork: Bool, hasWeights: Bool = false
  ) throws(InvalidInput) -> PathPipeline {
    var lossRates = try Self.projection(
      of: pipeline.lossRates.model, scenario, drawsResiduals: pipeline.lossRates.drawsResiduals, seed: seed)
    lossRates.runsNetwork = runsNetwork
    return PathPipeline(
      scenario: scenario,
      simulator: try PathSimulator(
        model: shocks, central: scenario.central, seed: seed, scale: scenario.uncertainty.scale),
      lossRates: lossRates, revenue: pipeline.revenue, mapping: pipeline.mapping, walk: pipeline.walk,
      bankEffects: pipeline.bankEffects.map { _ in
        Self.bankEffects(of: banks.banks, pipeline.lossRates.model, scenario, seed: seed)
      },
      networks: networks, hasWeights: hasWeights)
  }
}
