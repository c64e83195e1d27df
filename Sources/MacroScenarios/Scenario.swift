/// A macro-financial narrative in numbers: what one `scenarios/*.yaml` says, resolved and valid.
///
/// `ScenarioLoader.load` makes it. Rates, shares and ratios are fractions; indices are levels.
public struct Scenario: Sendable {
  public enum Severity: String, Sendable, CaseIterable {
    case baseline, adverse
    case severelyAdverse = "severely adverse"
    case exploratory
  }

  public let id, title, description, source, currency: String
  public let severity: Severity
  /// The last quarter that is known: nothing later is ever read.
  public let jumpOff: Quarter
  /// Quarters of the economy after the jump-off.
  public let horizon: Int
  /// Quarters of capital after the jump-off; at least four fewer than `horizon`, which feed the allowance.
  public let capitalHorizon: Int
  /// What was known at the jump-off, and not one quarter more.
  public let history: QuarterlyTable
  /// In the order of the catalogue; every one has a central path and a column of `history`.
  public let factors: [RiskFactor]
  /// `[quarter][factor]`, `horizon` × `factors.count`, first quarter = jump-off + 1; after import, `set` and shocks.
  public let central: [Double]
  /// What explanations compare `central` with: the baseline of the same vintage, else the jump-off held.
  public let reference: ReferencePath
  /// Already part of `central`; kept so that their effects can be told apart.
  public let shocks: [Shock]
  public let uncertainty: Uncertainty
  public let simulation: Simulation
  public let banks: InputFile
  public let network: Network
  public private(set) var models: Models
  public let cardPortfolio: CardPortfolio?
  public let capital: Capital
  public let checks: [Check]
  public let report: Report
  /// Every value that the scenario uses with where it came from, in the order of the schema.
  public let settings: [Setting]
  /// Every file that the scenario names, itself first.
  public let inputs: [InputFile]
  /// What is doubtful but not wrong.
  public let warnings: [Diagnostic]

  /// The quarter `index` of the horizon, counted from 0.
  public func quarter(_ index: Int) -> Quarter { jumpOff.advanced(by: index + 1) }

  /// The same scenario with another file of loss-rate weights.
  public func reading(lossRatesFrom path: String) -> Scenario {
    var scenario = self
    scenario.models = Models(
      set: models.set, lossRates: InputFile(name: path, path: path, asOf: ""), earlyWarning: models.earlyWarning,
      plausibility: models.plausibility, accounts: models.accounts, residuals: models.residuals,
      bankEffects: models.bankEffects)
    return scenario
  }
}

/// A file that a scenario names.
public struct InputFile: Sendable, Equatable {
  /// Relative to the scenario file.
  public let name: String
  /// On disk.
  public let path: String
  /// What date its content has: `2025Q4`, `2024Q4–2025Q4`, or empty when the file itself does not say.
  public let asOf: String

  public init(name: String, path: String, asOf: String) {
    self.name = name
    self.path = path
    self.asOf = asOf
  }
}

/// One resolved value, e.g. `uncertainty.copula.family` = `student-t`.
public struct Setting: Sendable, Equatable {
  public let key: String
  public let value: String
  /// `file:line` with the file relative to the scenario, `default`, or `flag`.
  public let origin: String

  public init(key: String, value: String, origin: String) {
    self.key = key
    self.value = value
    self.origin = origin
  }
}
