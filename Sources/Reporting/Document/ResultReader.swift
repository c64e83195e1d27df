import MacroScenarios
import StressTesting

/// A result with its rows found by name, and how its figures are put into words.
struct ResultReader {
  let result: StressTestResult
  let system: StressTestResult.Entity?
  let banks: [StressTestResult.Entity]
  let loanTypes: [StressTestResult.Entity]
  let factors: [StressTestResult.Entity]
  /// Quarters of capital, first to last, as `2026Q1`.
  let capitalQuarters: [String]
  let money: Measure
  private let rows: [Key: StressTestResult.Row]
  /// The first row of an entity, item and statistic, whatever its quarter.
  private let firstRows: [Key: StressTestResult.Row]

  private struct Key: Hashable {
    var entity: String
    var item: String
    var statistic: String
    var quarter: String?
    var variant: String?
  }

  /// The CET1 ratio below which a bank counts as failed: the minimum requirement (Basel III; 12 CFR 217.10).
  static let hurdle = 0.045
  /// A run has converged when the 95 % interval of its headline figure is at most so far from it, as a share.
  static let convergenceTarget = 0.02

  init(_ result: StressTestResult) {
    self.result = result
    system = result.entities.first { $0.kind == .system }
    banks = result.entities.filter { $0.kind == .bank }
    loanTypes = result.entities.filter { $0.kind == .loanType }
    factors = result.entities.filter { $0.kind == .factor }
    let jumpOff = Quarter(result.scenario.jumpOff)
    capitalQuarters = (0..<max(0, result.scenario.capitalHorizon)).compactMap {
      jumpOff?.advanced(by: $0 + 1).description
    }
    money = .billions(of: result.scenario.currency)
    var rows: [Key: StressTestResult.Row] = [:]
    var firstRows: [Key: StressTestResult.Row] = [:]
    for row in result.rows {
      var key = Key(
        entity: row.entity, item: row.item, statistic: row.statistic, quarter: row.quarter, variant: row.variant)
      if rows[key] == nil { rows[key] = row }
      key.quarter = nil
      if firstRows[key] == nil { firstRows[key] = row }
    }
    self.rows = rows
    self.firstRows = firstRows
  }

  /// The capital horizon in words, `nine quarters`, for what is cumulative over it.
  var capitalHorizon: String {
    switch result.scenario.capitalHorizon {
    case 1: "one quarter"
    case 9: "nine quarters"
    case let count: "\(count) quarters"
    }
  }

  /// Whether a bank's breach is counted against a requirement of its own, above the hurdle.
  var hasOwnRequirements: Bool { banks.contains { (value($0, "requirement", "level") ?? 0) > Self.hurdle } }

  /// Below what CET1 ratio a bank fails in the network, as the author wrote it.
  var failureLevel: String {
    let setting = result.scenario.resolved.first { $0.key == "network.default_below" }?.value ?? "4.5%"
    return setting.replacing(" ", with: "").replacing("%", with: " %")
  }

  var paths: Int { result.scenario.paths }
  var currency: String { result.scenario.currency }

  func row(
    _ entity: StressTestResult.Entity?, _ item: String, _ statistic: String, quarter: String? = nil,
    variant: String? = nil
  ) -> StressTestResult.Row? {
    guard let entity else { return nil }
    return rows[Key(entity: entity.id, item: item, statistic: statistic, quarter: quarter, variant: variant)]
  }

  /// The row of any quarter: for figures that name the quarter in which they were reached.
  func rowOfAnyQuarter(
    _ entity: StressTestResult.Entity?, _ item: String, _ statistic: String, variant: String? = nil
  ) -> StressTestResult.Row? {
    guard let entity else { return nil }
    return firstRows[Key(entity: entity.id, item: item, statistic: statistic, quarter: nil, variant: variant)]
  }

  /// The CET1 ratio at the jump-off, which the row names as its quarter.
  func startRatio(_ entity: StressTestResult.Entity?) -> StressTestResult.Row? {
    rowOfAnyQuarter(entity, "cet1_ratio", "start")
  }

  func value(
    _ entity: StressTestResult.Entity?, _ item: String, _ statistic: String, quarter: String? = nil,
    variant: String? = nil
  ) -> Double? {
    row(entity, item, statistic, quarter: quarter, variant: variant)?.value
  }

  func series(
    _ entity: StressTestResult.Entity?, _ item: String, _ statistic: String, over quarters: [String]
  ) -> [Double?] {
    quarters.map { value(entity, item, statistic, quarter: $0) }
  }

  /// Quarters for which the entity has the figure, in order.
  func quarters(of entity: StressTestResult.Entity?, _ item: String, _ statistic: String) -> [String] {
    guard let entity else { return [] }
    return result.rows
      .filter { $0.entity == entity.id && $0.item == item && $0.statistic == statistic && $0.variant == nil }
      .compactMap { $0.quarter.flatMap { Quarter($0) } }.sorted().map(\.description)
  }

  /// The choices under which figures of an item hold, in the order of the rows.
  func variants(of item: String, _ statistic: String) -> [String] {
    var variants: [String] = []
    for row in result.rows where row.item == item && row.statistic == statistic {
      if let variant = row.variant, !variants.contains(variant) { variants.append(variant) }
    }
    return variants
  }

  // MARK: Words

  /// A cell: the figure to the digits its error allows; what is not there is said.
  func cell(_ row: StressTestResult.Row?, _ measure: Measure, error: Double? = nil) -> String {
    guard let row else { return Self.notComputed }
    guard let value = row.value else { return Self.notEstimable }
    return measure.number(value, error: error ?? row.error)
  }

  func intervalCell(_ row: StressTestResult.Row?, _ measure: Measure) -> String {
    guard let row, let lower = row.lower, let upper = row.upper else { return Self.notComputed }
    return measure.interval(lower, upper, error: row.error)
  }

  static let notEstimable = "not estimable"
  /// A figure that the run did not compute.
  static let notComputed = "–"

  /// `12 of 1,000 simulated futures`; for an event that never happened also the bound 3/N (95 %).
  func frequency(_ probability: Double) -> String {
    let count = (probability * Double(paths)).rounded()
    let futures = "\(Measure.count.number(Double(paths))) simulated futures"
    guard count > 0 else { return "none of \(futures) (probability at most \(zeroEventBound))" }
    return "\(Measure.count.number(count)) of \(futures)"
  }

  /// Upper 95 % bound of the probability of an event seen in none of N paths: 3/N (Hanley & Lippman-Hand 1983); of
  /// antithetic pairs, N is their number.
  var zeroEventBound: String {
    let isPaired = result.scenario.resolved.contains { $0.key == "simulation.sampling" && $0.value == "antithetic" }
    let trials = Double(max(isPaired ? paths / 2 : paths, 1))
    return Measure.probability.text(min(1, 3 / trials), error: 1 / trials)
  }

  /// The 95 % interval of a probability; of an event that never happened, the bound 3/N.
  func probabilityIntervalCell(_ row: StressTestResult.Row?) -> String {
    row?.value == 0 ? "at most \(zeroEventBound.dropLast(2))" : intervalCell(row, .probability)
  }

  func probabilityCell(_ row: StressTestResult.Row?) -> String {
    guard let row else { return Self.notComputed }
    guard let value = row.value else { return Self.notEstimable }
    if value == 0 { return "0 (at most \(zeroEventBound))" }
    return Measure.probability.number(value, error: row.error)
  }
}

extension StressTestResult.Row {
  /// Standard error; where only a 95 % interval is given, its half-width over 1.96.
  var error: Double? {
    if let standardError { return standardError }
    guard let lower, let upper, upper > lower else { return nil }
    return (upper - lower) / (2 * 1.96)
  }
}
