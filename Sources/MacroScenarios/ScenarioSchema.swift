/// Every key of schema `kentledge/1`, by the section in which it is valid.
enum ScenarioSchema {
  static let version = "kentledge/1"

  static let root = [
    "schema", "extends", "id", "title", "description", "source", "currency", "severity", "jump_off", "horizon",
    "capital_horizon", "history", "central", "shocks", "uncertainty", "simulation", "banks", "network", "models",
    "card_portfolio", "capital", "checks", "report",
  ]
  static let central = ["import", "set"]
  static let importKeys = ["csv", "vintage", "scenario"]
  static let path = ["values", "shape", "at", "change", "to", "revert_over"]
  static let shock = ["id", "factor", "size", "at", "duration", "decay", "why"]
  static let uncertainty = ["calibrate", "dynamics", "copula", "correlation", "margins", "shock_limit", "scale"]
  static let calibrate = ["from", "to", "pandemic"]
  static let copula = ["family", "degrees_of_freedom"]
  static let correlation = ["csv", "repair"]
  static let margin = ["family"]
  static let simulation = ["paths", "seed", "sampling", "tail_paths", "stop_when"]
  static let stopWhen = ["metric", "measure", "half_width", "level"]
  static let banks = ["csv"]
  static let network = ["reconstruct", "inside_share", "recovery", "default_below"]
  static let models = ["set", "loss_rates", "early_warning", "plausibility", "accounts", "error"]
  static let modelError = ["residuals", "bank_effects"]
  static let cardPortfolio = ["accounts", "loss_given_default", "segments", "spread"]
  static let capital = ["tax_rate", "distributions", "balance_sheet"]
  static let distributions = ["payout"]
  static let check = ["id", "assert", "severity"]
  static let report = ["audience", "formats", "path_totals"]

  /// Section and keys, in the order of the file; the root's name is empty.
  private static let all: [(section: String, keys: [String])] = [
    ("", root), ("central", central), ("central.import", importKeys), ("shocks", shock),
    ("uncertainty", uncertainty), ("uncertainty.calibrate", calibrate), ("uncertainty.copula", copula),
    ("simulation", simulation), ("simulation.stop_when", stopWhen), ("network", network), ("models", models),
    ("models.error", modelError),
    ("card_portfolio", cardPortfolio),
    ("capital", capital), ("capital.distributions", distributions), ("checks", check), ("report", report),
  ]

  /// Sections in which that key is valid, first of the file first.
  static func sections(with key: String) -> [String] {
    all.filter { $0.keys.contains(key) }.map(\.section)
  }
}
