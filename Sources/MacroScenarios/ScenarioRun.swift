/// Reading how a scenario is run and judged: simulation, banks, network, models, capital, checks, report.
extension ScenarioReading {
  func simulation(_ root: Fields, overrides: ScenarioLoader.Overrides) -> Simulation? {
    let fields = section(root, "simulation", ScenarioSchema.simulation)
    let paths =
      overrides.paths.map { override("simulation.paths", $0) }
      ?? pathCount(fields, "paths", in: Self.possiblePaths, default: 100_000)
    let seed = overrides.seed.map { override("simulation.seed", $0) } ?? seed(fields)
    let sampling = fields.word("sampling", Simulation.Sampling.self, default: .plain)
    if let paths, let sampling { checkWhole(paths, sampling, fields) }
    let tailPaths = tailPaths(fields, sampling)
    let stopWhen = stopRule(fields, sampling)
    guard let paths, let seed, let sampling, let tailPaths else { return nil }
    return Simulation(paths: paths, seed: seed, sampling: sampling, tailPaths: tailPaths, stopWhen: stopWhen)
  }

  /// Reports a number of paths that are not whole pairs or nets: half a net would have lost the balance that it is for.
  private func checkWhole(_ paths: Int, _ sampling: Simulation.Sampling, _ fields: Fields) {
    guard let node = fields.raw("sampling") else { return }
    let fewest = Simulation.fewestNetPaths
    if sampling == .antithetic, paths % 2 != 0 {
      report("S060", "\(paths) paths cannot be pairs: sampling: antithetic needs an even number", at: node)
    }
    guard sampling == .sobol else { return }
    let below = sequence(first: fewest) { $0 * 2 <= paths ? $0 * 2 : nil }.reduce(fewest) { $1 }
    guard below != paths else { return }
    let possible = paths < fewest ? "\(fewest)" : "\(below) or \(2 * below)"
    report(
      "S061", "\(paths) paths cannot be nets: sampling: sobol needs \(fewest) paths, or twice, four times … as many",
      at: node, notes: ["fix: paths: \(possible)"])
  }

  private func override<Value>(_ key: String, _ value: Value) -> Value {
    record(key, "\(value)", "flag")
    return value
  }

  static let possiblePaths = 1...100_000_000

  /// Enough for an error to be told, and whole tiles.
  private static let possibleTailPaths = 1_024...100_000_000

  /// Paths in the tail: a key of those samplings alone that have any.
  private func tailPaths(_ fields: Fields, _ sampling: Simulation.Sampling?) -> Int? {
    guard let sampling, sampling.hasTail else {
      if let node = fields.raw("tail_paths"), sampling != nil {
        report("S055", "'\(fields.name("tail_paths"))' is only for sampling: importance, two-phase or auto", at: node)
        return nil
      }
      return 0
    }
    let count = pathCount(
      fields, "tail_paths", in: Self.possibleTailPaths, default: sampling == .importance ? 16_000 : 4_096)
    if let count, count % 64 != 0, let node = fields.raw("tail_paths") {
      report("S056", "'\(fields.name("tail_paths"))' is \(count), expected a multiple of 64", at: node)
      return nil
    }
    return count
  }

  /// `100k`, `1M` or a plain whole number; recorded as the number, so that two spellings are one run.
  private func pathCount(_ fields: Fields, _ key: String, in possible: ClosedRange<Int>, default standard: Int)
    -> Int?
  {
    let example = standard % 1_000 == 0 ? "\(standard / 1_000)k" : "\(standard)"
    guard let (text, node) = fields.text(key, default: "\(standard)") else { return nil }
    let name = fields.name(key)
    guard let node else { return standard }
    guard let measure = measure(text, name, at: node, units: [.none, .thousands, .millions], example: example) else {
      return nil
    }
    let factor = measure.unit == .millions ? 1e6 : measure.unit == .thousands ? 1e3 : 1
    guard let count = Int(exactly: measure.number * factor), possible.contains(count) else {
      report(
        "S024", "'\(name)' is \(text), expected a whole number from \(possible.lowerBound) to 100M", at: node)
      return nil
    }
    restate("\(count)")
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

  /// The bank table as far as a scenario must know it: its dates, and which banks are in it. What else is in it is read
  /// by those who compute with it.
  func banks(_ root: Fields, jumpOff: Quarter?) -> BankTableOutline? {
    guard root.raw("banks") != nil else {
      _ = root.node("banks")
      return nil
    }
    let fields = section(root, "banks", ScenarioSchema.banks)
    guard let file = fields.file("csv") else { return nil }
    let outline: BankTableOutline
    do {
      outline = try BankTableOutline(file)
    } catch {
      report(error)
      return nil
    }
    addInput(file, asOf: outline.input.asOf)
    if let jumpOff, let late = outline.dates.max(), late > jumpOff, let node = fields.raw("csv") {
      report("S042", "the bank table was known at \(late), later than the jump-off \(jumpOff)", at: node)
      return nil
    }
    return outline
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
      _ = root.node("models")
      return nil
    }
    let fields = section(root, "models", ScenarioSchema.models)
    let set = fields.word("set", Models.ModelSet.self, default: .historical)
    let file = fields.file("loss_rates")
    let earlyWarning = fields.raw("early_warning") == nil ? nil : fields.file("early_warning")
    let plausibility = fields.raw("plausibility") == nil ? nil : fields.file("plausibility")
    let accounts = fields.raw("accounts") == nil ? nil : fields.file("accounts")
    let error = section(fields, "error", ScenarioSchema.modelError)
    let residuals = error.onOrOff("residuals")
    let bankEffects = error.onOrOff("bank_effects")
    guard let set, let file, let residuals, let bankEffects else { return nil }
    func input(_ file: FileReference) -> InputFile {
      addInput(file, asOf: "")
      return InputFile(name: file.name, path: file.path, asOf: "")
    }
    return Models(
      set: set, lossRates: input(file), earlyWarning: earlyWarning.map(input),
      plausibility: plausibility.map(input), accounts: accounts.map(input),
      residuals: residuals,
      bankEffects: bankEffects)
  }

  func capital(_ root: Fields) -> Capital? {
    let fields = section(root, "capital", ScenarioSchema.capital)
    let taxRate = fields.share("tax_rate", default: 0.21, in: 0...0.99)
    let payout = payout(fields)
    let balanceSheet = fields.word("balance_sheet", Capital.BalanceSheet.self, default: .constant)
    guard let taxRate, let payout, let balanceSheet else { return nil }
    return Capital(taxRate: taxRate, payout: payout, balanceSheet: balanceSheet)
  }

  /// `none`, or `{payout: 35%}`.
  private func payout(_ fields: Fields) -> Double? {
    if let node = fields.raw("distributions"), node.entries != nil {
      return section(fields, "distributions", ScenarioSchema.distributions).share("payout", required: "35%", in: 0...1)
    }
    guard let (text, node) = fields.text("distributions", default: "none") else { return nil }
    if text == "none" { return 0 }
    if let node {
      report(
        "S016", "'\(fields.name("distributions"))' is '\(text)'", at: node, notes: ["allowed: none, or {payout: 35%}"])
    }
    return nil
  }

  func checks(_ root: Fields, banks: BankTableOutline?) -> [Check] {
    guard let list = root.raw("checks") else { return [] }
    return identifiedItems(list, "checks", "check", allowed: ScenarioSchema.check) { fields, id in
      check(fields, id: id, banks: banks)
    }
  }

  private func check(_ fields: Fields, id: String?, banks: BankTableOutline?) -> Check? {
    let text = fields.text("assert")
    let severity = fields.word("severity", Check.Severity.self, default: .error)
    guard let text, let node = text.node else { return nil }
    do {
      let assertion = try Assertion(text.text)
      if case .bank(let rssd) = assertion.metric.entity, let banks, !banks.ids.isEmpty, !banks.ids.contains("\(rssd)") {
        report("S047", "no bank \(rssd) in \(banks.input.name)", at: node)
        return nil
      }
      guard let id, let severity else { return nil }
      return Check(
        id: id, assertion: text.text, statistic: assertion.statistic, metric: assertion.metric,
        comparison: assertion.comparison, limit: assertion.limit, severity: severity)
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
    // Read only where it stands: a table of paths changes no figure, so its absence is no setting.
    let pathTotals = fields.raw("path_totals") == nil ? false : fields.onOrOff("path_totals")
    guard let node = fields.node("formats", default: "[html, md, json]") else {
      guard fields.raw("formats") == nil, let audience, let pathTotals else { return nil }
      return Report(audience: audience, formats: Report.Format.standard, pathTotals: pathTotals)
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
    guard formats.count == items.count, let audience, let pathTotals else { return nil }
    return Report(audience: audience, formats: formats.unique, pathTotals: pathTotals)
  }
}
