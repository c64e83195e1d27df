/// Reading how a scenario is run: uncertainty, simulation, banks, network, models, capital, checks, report.
extension ScenarioReading {
  func uncertainty(_ root: Fields, jumpOff: Quarter?, history: QuarterlyTable?) -> Uncertainty? {
    let fields = section(root, "uncertainty", ScenarioSchema.uncertainty)
    let calibrate = section(fields, "calibrate", ScenarioSchema.calibrate)
    let from = calibrate.quarter("from", default: Quarter(year: 1991, number: 1))
    let to = jumpOff.flatMap { calibrate.quarter("to", default: $0) }
    let pandemic = calibrate.word("pandemic", Uncertainty.Pandemic.self, default: .downweight)
    let windowIsSound = checkWindow(calibrate, from, to, jumpOff: jumpOff, history: history)
    let dynamics = fields.word("dynamics", Uncertainty.Dynamics.self, default: .var1)
    let copula = copula(fields)
    let correlation = correlation(fields)
    let margins = margins(fields)
    let scale = fields.number("scale", default: 1, in: 0...10)
    guard let from, let to, windowIsSound, let pandemic, let dynamics, let copula, let correlation, let margins, let scale
    else { return nil }
    return Uncertainty(
      calibrateFrom: from, calibrateTo: to, pandemic: pandemic, dynamics: dynamics, copula: copula,
      correlation: correlation, margins: margins, scale: scale)
  }

  private func section(_ parent: Fields, _ key: String, _ allowed: [String]) -> Fields {
    let name = parent.name(key)
    return Fields(parent.raw(key), name, allowed: allowed, place: parent.place, noun: "'\(name)'", in: self)
  }

  /// Fewer quarters than this say nothing about sixteen factors.
  private static let fewestCalibrationQuarters = 40

  private func checkWindow(
    _ fields: Fields, _ from: Quarter?, _ to: Quarter?, jumpOff: Quarter?, history: QuarterlyTable?
  ) -> Bool {
    guard let from, let to, let jumpOff else { return false }
    let fromNode = fields.raw("from") ?? fields.place, toNode = fields.raw("to") ?? fields.place
    guard to <= jumpOff else {
      report("S040", "calibration to \(to) looks past the jump-off \(jumpOff)", at: toNode)
      return false
    }
    let count = from.distance(to: to) + 1
    guard count >= Self.fewestCalibrationQuarters else {
      report(
        "S040", "calibration from \(from) to \(to) has \(max(0, count)) quarters, at least \(Self.fewestCalibrationQuarters) are needed",
        at: count < 1 ? toNode : fromNode)
      return false
    }
    guard let history else { return true }
    guard from >= history.firstQuarter else {
      report("S040", "calibration starts at \(from), the history at \(history.firstQuarter)", at: fromNode)
      return false
    }
    for factor in RiskFactor.catalogue {
      let missing = (0..<count).map { from.advanced(by: $0) }.filter { history.value(factor.id, in: $0) == nil }
      if let first = missing.first, let last = missing.last {
        report(
          "S052", "'\(factor.id)' lacks \(missing.count) of \(count) calibration quarters (\(first)–\(last))",
          at: fromNode, severity: .warning, notes: ["they stay missing, nothing is filled in"])
      }
    }
    return true
  }

  private func copula(_ parent: Fields) -> Uncertainty.Copula? {
    enum Family: String, CaseIterable { case gaussian, studentT = "student-t" }
    let fields = section(parent, "copula", ScenarioSchema.copula)
    guard let family = fields.word("family", Family.self, default: .studentT) else { return nil }
    guard family == .studentT else {
      if let node = fields.raw("degrees_of_freedom") {
        report("S019", "a gaussian copula has no degrees of freedom", at: node)
        return nil
      }
      return .gaussian
    }
    guard let (text, node) = fields.text("degrees_of_freedom", default: "estimate") else { return nil }
    guard text != "estimate", let node else { return .studentT(degreesOfFreedom: .estimate) }
    // Above 2 the variance exists; beyond 1,000 it is the Gaussian copula to every digit shown.
    guard let degrees = number(text, fields.name("degrees_of_freedom"), at: node, in: 2...1000, example: "5, or estimate")
    else { return nil }
    guard degrees > 2 else {
      report("S024", "'\(fields.name("degrees_of_freedom"))' is \(text): above 2, or the variance is infinite", at: node)
      return nil
    }
    return .studentT(degreesOfFreedom: .fixed(degrees))
  }

  private func correlation(_ parent: Fields) -> Uncertainty.Correlation? {
    guard let node = parent.raw("correlation"), node.entries != nil else {
      guard let (text, node) = parent.text("correlation", default: "estimate") else { return nil }
      if text == "estimate" { return .estimate }
      if let node {
        report(
          "S016", "'\(parent.name("correlation"))' is '\(text)'", at: node,
          notes: ["allowed: estimate, or {csv: a table, repair: refuse | higham}"])
      }
      return nil
    }
    let fields = section(parent, "correlation", ScenarioSchema.correlation)
    let file = fields.file("csv")
    let repair = fields.word("repair", Uncertainty.Repair.self, default: .refuse)
    guard let file else { return nil }
    addInput(file, asOf: "")
    do {
      let matrix = try CorrelationTable.read(
        CommaSeparatedValues(contentsOf: file.path), factors: RiskFactor.catalogue)
      return repair.map { .table(matrix: matrix, repair: $0) }
    } catch {
      report(error)
      return nil
    }
  }

  private func margins(_ parent: Fields) -> [Uncertainty.MarginFamily]? {
    let name = parent.name("margins")
    let node = parent.raw("margins")
    let fields = Fields(
      node, name, allowed: ["default"] + RiskFactor.catalogue.map(\.id), place: parent.place, noun: "'\(name)'", in: self)
    let known = errorCount
    let standard = fields.word("default", Uncertainty.MarginFamily.self, default: .studentT)
    var margins = [Uncertainty.MarginFamily](repeating: standard ?? .studentT, count: RiskFactor.catalogue.count)
    if fields.isThere {
      for (index, factor) in RiskFactor.catalogue.enumerated() {
        guard let entry = fields.raw(factor.id) else { continue }
        let margin = Fields(
          entry, "\(name).\(factor.id)", allowed: ScenarioSchema.margin, place: entry,
          noun: "the margin of '\(factor.id)'", in: self)
        if let family = margin.word("family", Uncertainty.MarginFamily.self) { margins[index] = family }
      }
    }
    return errorCount == known ? margins : nil
  }

  func simulation(_ root: Fields, overrides: ScenarioLoader.Overrides) -> Simulation? {
    let fields = section(root, "simulation", ScenarioSchema.simulation)
    let paths = overrides.paths.map { override("simulation.paths", $0) } ?? pathCount(fields)
    let seed = overrides.seed.map { override("simulation.seed", $0) } ?? seed(fields)
    let sampling = fields.word("sampling", Simulation.Sampling.self, default: .plain)
    guard let paths, let seed, let sampling else { return nil }
    return Simulation(paths: paths, seed: seed, sampling: sampling)
  }

  private func override<Value>(_ key: String, _ value: Value) -> Value {
    record(key, "\(value)", "flag")
    return value
  }

  /// `100k`, `1M` or a plain whole number.
  private func pathCount(_ fields: Fields) -> Int? {
    guard let (text, node) = fields.text("paths", default: "100k") else { return nil }
    guard let node else { return 100_000 }
    let name = fields.name("paths")
    guard let measure = measure(text, name, at: node, units: [.none, .thousands, .millions], example: "100k") else { return nil }
    let factor = measure.unit == .millions ? 1e6 : measure.unit == .thousands ? 1e3 : 1
    guard let count = Int(exactly: measure.number * factor), (1...100_000_000).contains(count) else {
      report("S024", "'\(name)' is \(text), expected a whole number from 1 to 100M", at: node)
      return nil
    }
    return count
  }

  private func seed(_ fields: Fields) -> UInt64? {
    guard let (text, node) = fields.text("seed"), let node else { return nil }
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let seed = UInt64(text) else {
      report("S023", "'\(fields.name("seed"))' is '\(text)', expected a whole number from 0 to \(UInt64.max)", at: node)
      return nil
    }
    return seed
  }

  func banks(_ root: Fields) -> InputFile? {
    guard root.raw("banks") != nil else {
      report("S015", "'banks' is missing", at: root.place)
      return nil
    }
    return section(root, "banks", ScenarioSchema.banks).file("csv").map { file in
      addInput(file, asOf: "")
      return InputFile(name: file.name, path: file.path, asOf: "")
    }
  }

  func network(_ root: Fields) -> Network? {
    let fields = section(root, "network", ScenarioSchema.network)
    let reconstruct = fields.word("reconstruct", Network.Reconstruction.self, default: .maximumEntropy)
    let insideShare = insideShare(fields)
    let recovery = fields.share("recovery", default: 0.6)
    let defaultBelow = fields.share("default_below", default: 0.045, in: 0...0.5)
    guard let reconstruct, let insideShare, let recovery, let defaultBelow else { return nil }
    return Network(
      reconstruct: reconstruct, insideShare: insideShare, recovery: recovery, defaultBelow: defaultBelow)
  }

  /// One share, or `[lower, upper]`.
  private func insideShare(_ fields: Fields) -> [Double]? {
    let name = fields.name("inside_share")
    guard let node = fields.node("inside_share", default: "[10%, 40%]") else {
      return fields.raw("inside_share") == nil ? [0.1, 0.4] : nil
    }
    let items = node.items ?? [node]
    let shares = items.compactMap { item -> Double? in
      guard let text = item.scalar else {
        report("S010", "'\(name)' holds \(item.kind), expected a share such as 10%", at: item)
        return nil
      }
      return share(text, name, at: item, in: 0...1, example: "10%")
    }
    guard shares.count == items.count else { return nil }
    guard (1...2).contains(shares.count), shares.count == 1 || shares[0] < shares[1] else {
      report("S024", "'\(name)' is \(node.flowText), expected one share, or two in rising order", at: node)
      return nil
    }
    return shares
  }

  func models(_ root: Fields) -> Models? {
    guard root.raw("models") != nil else {
      report("S015", "'models' is missing", at: root.place)
      return nil
    }
    let fields = section(root, "models", ScenarioSchema.models)
    let set = fields.word("set", Models.ModelSet.self, default: .historical)
    let file = fields.file("loss_rates")
    let error = section(fields, "error", ScenarioSchema.modelError)
    let residuals = error.onOrOff("residuals"), bankEffects = error.onOrOff("bank_effects")
    guard let set, let file, let residuals, let bankEffects else { return nil }
    addInput(file, asOf: "")
    return Models(
      set: set, lossRates: InputFile(name: file.name, path: file.path, asOf: ""), residuals: residuals,
      bankEffects: bankEffects)
  }

  func capital(_ root: Fields) -> Capital? {
    let fields = section(root, "capital", ScenarioSchema.capital)
    let taxRate = fields.share("tax_rate", default: 0.21)
    let payout = payout(fields)
    let balanceSheet = fields.word("balance_sheet", Capital.BalanceSheet.self, default: .constant)
    guard let taxRate, let payout, let balanceSheet else { return nil }
    return Capital(taxRate: taxRate, payout: payout, balanceSheet: balanceSheet)
  }

  /// `none`, or `{payout: 35%}`.
  private func payout(_ fields: Fields) -> Double? {
    if let node = fields.raw("distributions"), node.entries != nil {
      return section(fields, "distributions", ScenarioSchema.distributions).share("payout", required: "35%", in: 0...2)
    }
    guard let (text, node) = fields.text("distributions", default: "none") else { return nil }
    if text == "none" { return 0 }
    if let node {
      report(
        "S016", "'\(fields.name("distributions"))' is '\(text)'", at: node, notes: ["allowed: none, or {payout: 35%}"])
    }
    return nil
  }

  func checks(_ root: Fields) -> [Check] {
    guard let list = root.raw("checks") else { return [] }
    return identifiedItems(list, "checks", "check", allowed: ScenarioSchema.check, read: check)
  }

  private func check(_ fields: Fields, id: String?) -> Check? {
    let text = fields.text("assert")
    let severity = fields.word("severity", Check.Severity.self, default: .error)
    guard let text, let node = text.node else { return nil }
    do {
      let assertion = try Assertion(text.text)
      guard let id, let severity else { return nil }
      return Check(
        id: id, assertion: text.text, statistic: assertion.statistic, aggregation: assertion.aggregation,
        entity: assertion.entity, item: assertion.item, comparison: assertion.comparison, limit: assertion.limit,
        severity: severity)
    } catch {
      report(
        "S043", error.message, at: node, offset: error.offset, width: error.width,
        label: error.suggestion.map { "did you mean '\($0)'?" } ?? "",
        notes: ["example: p05(min(system.cet1_ratio)) >= 7.0%"])
      return nil
    }
  }

  func reportSection(_ root: Fields) -> Report? {
    let fields = section(root, "report", ScenarioSchema.report)
    let audience = fields.word("audience", Report.Audience.self, default: .internal)
    guard let node = fields.node("formats", default: "[html, md, json]") else {
      return fields.raw("formats") == nil ? audience.map { Report(audience: $0, formats: Report.Format.allCases) } : nil
    }
    guard let items = node.items, !items.isEmpty else {
      report("S010", "'\(fields.name("formats"))' is \(node.kind), expected a list", at: node)
      return nil
    }
    let formats = items.compactMap { item -> Report.Format? in
      if let format = item.scalar.flatMap(Report.Format.init(rawValue:)) { return format }
      reportWord(item.flowText, fields.name("formats"), Report.Format.allCases.map(\.rawValue), at: item)
      return nil
    }
    guard formats.count == items.count, let audience else { return nil }
    return Report(audience: audience, formats: formats.unique)
  }
}
