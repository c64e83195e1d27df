/// The sections of one scenario as far as they could be read; `nil` stands where an error was reported.
struct ScenarioSections {
  private let reading: ScenarioReading
  private var id, title, description, source, currency: String?
  private var severity: Scenario.Severity?
  private var jumpOff: Quarter?
  private var horizon, capitalHorizon: Int?
  private var history: QuarterlyTable?
  private var central: [Double]?
  private var shocks: [Shock] = []
  private var uncertainty: Uncertainty?
  private var simulation: Simulation?
  private var banks: BankTableOutline?
  private var network: Network?
  private var models: Models?
  private var cardPortfolio: CardPortfolio?
  private var capital: Capital?
  private var checks: [Check] = []
  private var report: Report?

  /// - Parameters:
  ///   - root: the merged tree.
  ///   - own: the tree of the first file alone, which must name its schema, id and title itself.
  init(_ root: SourceNode, own: SourceNode, overrides: ScenarioLoader.Overrides, reading: ScenarioReading) {
    self.reading = reading
    let fields = Fields(
      root, "", allowed: ScenarioSchema.root, place: root, noun: "the scenario", in: reading)
    guard fields.isThere else { return }
    guard reading.isKnownSchema(fields) else { return }
    for key in ["id", "title"] where own["extends"] != nil && own[key] == nil {
      reading.reportMissing("S015", "'\(key)' is missing: a scenario that extends another has its own", at: own)
    }
    id = reading.identifier(fields, "id")
    title = fields.text("title")?.text
    description = fields.text("description", default: "")?.text
    source = fields.text("source", default: "")?.text
    currency = reading.currency(fields)
    severity = fields.word("severity", Scenario.Severity.self)
    jumpOff = fields.quarter("jump_off")
    horizon = fields.quarters("horizon", default: 13, in: 5...60)
    capitalHorizon = reading.capitalHorizon(fields, horizon: horizon)
    history = reading.history(fields, jumpOff: jumpOff)
    readCentral(fields)
    uncertainty = reading.uncertainty(fields, jumpOff: jumpOff, history: history)
    simulation = reading.simulation(fields, overrides: overrides)
    banks = reading.banks(fields, jumpOff: jumpOff)
    network = reading.network(fields)
    models = reading.models(fields)
    cardPortfolio = reading.cardPortfolio(fields, models: models)
    capital = reading.capital(fields)
    checks = reading.checks(fields, banks: banks)
    report = reading.reportSection(fields)
  }

  private mutating func readCentral(_ fields: Fields) {
    guard let jumpOff, let horizon, let history else {
      // Keys and units can still be checked against a stand-in; only what depends on quarters waits.
      reading.checkCentralKeys(fields)
      return
    }
    let origin = fields.raw("horizon")?.origin ?? "default"
    var paths = CentralPaths(jumpOff: jumpOff, horizon: horizon, history: history)
    let node = fields.raw("central")
    reading.central(fields, &paths, horizonOrigin: origin)
    shocks = reading.shocks(fields, horizon: horizon)
    paths.add(shocks)
    let place = node ?? fields.place
    reading.checkPlausibility(paths, at: place)
    central = paths.complete(at: place, in: reading)
  }

  func scenario(files: [SourceFile]) -> Scenario? {
    guard let id, let title, let description, let source, let currency, let severity, let jumpOff, let horizon,
      let capitalHorizon, let history, let central, let uncertainty, let simulation, let banks, let network, let models,
      let capital, let report
    else { return nil }
    return Scenario(
      id: id, title: title, description: description, source: source, currency: currency, severity: severity,
      jumpOff: jumpOff, horizon: horizon, capitalHorizon: capitalHorizon, history: history,
      factors: RiskFactor.catalogue, central: central,
      reference: reference(history, jumpOff, central),
      shocks: shocks, uncertainty: uncertainty, simulation: simulation,
      banks: banks.input, network: network, models: models, cardPortfolio: cardPortfolio,
      capital: capital, checks: checks, report: report,
      settings: reading.settings, inputs: reading.inputs,
      warnings: ScenarioLoader.sorted(reading.findings).map(\.diagnostic))
  }

  /// The baseline, unless it is the central path itself.
  private func reference(_ history: QuarterlyTable, _ jumpOff: Quarter, _ central: [Double]) -> ReferencePath {
    if let baseline = reading.baseline, baseline.values != central { return baseline }
    return ReferencePath(heldFrom: history, jumpOff: jumpOff, factors: RiskFactor.catalogue, central: central)
  }
}
