import Foundation
import Testing

@testable import MacroScenarios

@Suite("Loading scenarios")
struct ScenarioLoaderTests {
  private func load(_ text: String, overrides: ScenarioLoader.Overrides = .init()) throws -> Scenario {
    let folder = try ScenarioFolder()
    try folder.write(text, to: "scenario.yaml")
    return try folder.load(overrides: overrides)
  }

  private func path(_ id: String, _ scenario: Scenario) throws -> [Double] {
    let column = try #require(scenario.factors.firstIndex { $0.id == id })
    return (0..<scenario.horizon).map { scenario.central[$0 * scenario.factors.count + column] }
  }

  @Test("a sound file arrives value by value")
  func values() throws {
    let scenario = try load(ScenarioFolder.sound)
    #expect(scenario.id == "test-scenario" && scenario.description == "What it is about.")
    #expect(scenario.severity == .adverse && scenario.currency == "USD")
    #expect(scenario.jumpOff == Quarter(year: 2025, number: 4))
    #expect(scenario.horizon == 13 && scenario.capitalHorizon == 9)
    #expect(scenario.quarter(0) == Quarter(year: 2026, number: 1))
    #expect(scenario.factors == RiskFactor.catalogue && scenario.central.count == 13 * 16)
    #expect(scenario.history.lastQuarter == scenario.jumpOff)
    #expect(scenario.uncertainty.calibrateFrom == Quarter(year: 1991, number: 1))
    #expect(scenario.uncertainty.copula == .studentT(degreesOfFreedom: .estimate))
    #expect(scenario.uncertainty.margins == Array(repeating: .studentT, count: 15) + [.logNormal])
    #expect(scenario.uncertainty.scale == 1)
    #expect(scenario.simulation == Simulation(paths: 100_000, seed: 20_260_630, sampling: .plain))
    #expect(scenario.network.insideShare == [0.1, 0.4] && scenario.network.defaultBelow == 0.045)
    #expect(scenario.models.residuals && !scenario.models.bankEffects)
    #expect(scenario.capital == Capital(taxRate: 0.21, payout: 0.35, balanceSheet: .constant))
    #expect(scenario.report == Report(audience: .internal, formats: [.html, .md, .json]))
    #expect(scenario.banks.asOf == "2025Q4")
    #expect(
      scenario.inputs.map(\.name) == [
        "scenario.yaml", "data/us-macro-history.csv", "data/us-scenarios-domestic.csv", "banks.csv",
        "weights.safetensors",
      ])
  }

  @Test("import, set and shocks build the central path")
  func central() throws {
    let scenario = try load(ScenarioFolder.sound)
    // The published 2026 baseline, first and last quarter.
    #expect(try path("unemployment_rate", scenario).first == 0.046)
    #expect(try path("house_price_index", scenario).last == 329.7)
    // Explicit values.
    #expect(try path("treasury_3m", scenario)[12] == 2.3 / 100)
    // The BBB yield of the baseline is 5.2, 5.3, 5.3, 5.4, 5.4, 5.5 %; +50bp for four quarters, then halving every two.
    let bbb = try path("bbb_yield", scenario)
    #expect(abs(bbb[0] - 0.057) < 1e-12 && abs(bbb[3] - 0.059) < 1e-12)
    #expect(abs(bbb[5] - (0.055 + 0.0025)) < 1e-12, "two quarters after the end half is left")
    // The VIX peaks at 45 in the second quarter and is back at its jump-off level (26.4) six quarters later.
    let vix = try path("vix", scenario)
    #expect(abs(vix[1] - 45) < 1e-9 && abs(vix[7] - 26.4) < 1e-9 && abs(vix[12] - 26.4) < 1e-9)
  }

  @Test("what a file leaves out has its stated default, recorded as such")
  func defaults() throws {
    let scenario = try load(
      """
      schema: kentledge/1
      id: short
      title: Short
      currency: USD
      severity: baseline
      jump_off: 2025 Q4
      history: data/us-macro-history.csv
      central:
        import: {csv: data/us-scenarios-domestic.csv, vintage: 2026_final, scenario: baseline}
      simulation: {seed: 1}
      banks: {csv: banks.csv}
      models: {loss_rates: weights.safetensors}
      """)
    #expect(scenario.horizon == 13 && scenario.simulation.paths == 100_000 && scenario.capital.payout == 0)
    let origins = Dictionary(uniqueKeysWithValues: scenario.settings.map { ($0.key, $0.origin) })
    #expect(origins["horizon"] == "default" && origins["network.recovery"] == "default")
    #expect(origins["simulation.seed"] == "scenario.yaml:10")
    #expect(scenario.settings.first { $0.key == "uncertainty.calibrate.to" }?.value == "2025 Q4")
  }

  @Test("flags replace the file's values and say so")
  func overrides() throws {
    let scenario = try load(ScenarioFolder.sound, overrides: .init(paths: 7, seed: .max))
    #expect(scenario.simulation.paths == 7 && scenario.simulation.seed == .max)
    #expect(throws: InvalidInput.self) { try load(ScenarioFolder.sound, overrides: .init(paths: 0)) }
    #expect(scenario.settings.filter { $0.origin == "flag" }.map(\.value) == ["7", "\(UInt64.max)"])
  }

  @Test("a number of paths is one setting, however it is spelt", arguments: ["100k", "100000", "0.1M"])
  func pathCountSpellings(spelling: String) throws {
    let spelt = try load(ScenarioFolder.sound(replacing: "paths: 100k", with: "paths: \(spelling)"))
    let flagged = try load(ScenarioFolder.sound, overrides: .init(paths: 100_000))
    for scenario in [spelt, flagged] {
      #expect(scenario.settings.filter { $0.key == "simulation.paths" }.map(\.value) == ["100000"])
    }
  }

  @Test("a stopping rule names its figure as a check does, and is part of the settings")
  func stopWhen() throws {
    #expect(try load(ScenarioFolder.sound).simulation.stopWhen == nil)
    func rule(_ text: String) throws -> Scenario {
      try load(ScenarioFolder.sound(replacing: "  sampling: plain", with: "  stop_when: \(text)"))
    }
    let scenario = try rule("{metric: system.loan_loss, measure: var_99.9, half_width: 1%}")
    #expect(
      scenario.simulation.stopWhen
        == StopRule(
          metric: Metric(entity: .system, item: .loanLoss), measure: .valueAtRisk999, halfWidth: 0.01, level: 0.95))
    let settings = scenario.settings.filter { $0.key.hasPrefix("simulation.stop_when") }
    #expect(settings.map(\.value) == ["system.loan_loss", "var_99.9", "1%", "95%"])
    #expect(settings.last?.origin == "default")
    let other = try rule("{metric: min(1073757.cet1_ratio), measure: p05, half_width: 0.5%, level: 99%}")
    let metric = Metric(aggregation: .min, entity: .bank(rssd: 1_073_757), item: .cet1Ratio)
    #expect(other.simulation.stopWhen == StopRule(metric: metric, measure: .p05, halfWidth: 0.005, level: 0.99))
    #expect("\(metric)" == "min(1073757.cet1_ratio)")
  }

  @Test("settings stand in the order of the schema, one a key, free of any machine's paths")
  func settings() throws {
    let scenario = try load(ScenarioFolder.sound)
    let keys = scenario.settings.map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(keys.first == "schema" && keys.last == "report.formats")
    let sections = keys.map { String($0.split(separator: ".")[0]) }.unique
    #expect(sections == ScenarioSchema.root.filter { sections.contains($0) })
    #expect(scenario.settings.allSatisfy { !$0.origin.contains("/") && !$0.value.contains("/tmp") })
  }

  @Test("shocks add up whatever their order")
  func shockOrder() throws {
    func scenario(_ ids: [String]) throws -> Scenario {
      let shocks = ids.map {
        "  - {id: \($0), factor: house_price_index, size: -\($0.count)0%, at: 2q, why: A reason}\n"
      }
      return try load(
        ScenarioFolder.sound(
          replacing: "    why: Investors reprice\n", with: "    why: Investors reprice\n" + shocks.joined()))
    }
    let (one, other) = (try scenario(["a", "bb"]), try scenario(["bb", "a"]))
    #expect(one.central == other.central)
    // The published baseline of the second quarter, 325.8, less 10 % and 20 % of it.
    #expect(abs(try path("house_price_index", one)[1] - 0.7 * 325.8) < 1e-9)
    #expect(try path("house_price_index", one)[0] == 324.7)
  }

  @Test("nothing later than the jump-off is seen")
  func noLookingAhead() throws {
    let folder = try ScenarioFolder()
    // Known at the end of 2025, so it may not serve a scenario that starts earlier, even when cut.
    let text = ScenarioFolder.sound.replacingOccurrences(of: "2025 Q4", with: "2023 Q4")
    try folder.write(text, to: "scenario.yaml")
    let codes = folder.problems().diagnostics.map(\.code)
    #expect(codes.filter { $0 == "S042" }.count == 2, "history and bank table: \(codes)")

    let early = text.replacingOccurrences(of: "us-macro-history.csv", with: "us-macro-history-2023q4.csv")
    try folder.write(early, to: "scenario.yaml")
    let found = folder.problems()
    #expect(found.diagnostics.map(\.code) == ["S042", "S042"], "import and bank table: \(found.text())")
  }

  @Test("an index on another base is scaled at the jump-off, aloud")
  func rebase() throws {
    let folder = try ScenarioFolder()
    let table = try String(contentsOfFile: "\(folder.path)/data/us-scenarios-domestic.csv", encoding: .utf8)
    // The same path on a base twice as high.
    let doubled = table.split(separator: "\n").map { line -> String in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if cells[0] == "2026_final", let level = Double(cells[17]) { cells[17] = "\(level * 2)" }
      return cells.joined(separator: ",")
    }
    try folder.write(doubled.joined(separator: "\n"), to: "paths.csv")
    let text = ScenarioFolder.sound(replacing: "csv: data/us-scenarios-domestic.csv", with: "csv: paths.csv")
    try folder.write(text, to: "scenario.yaml")
    let scenario = try folder.load()
    #expect(abs(try path("house_price_index", scenario)[0] - 324.7) < 1e-9)
    let warning = try #require(scenario.warnings.first { $0.code == "S053" })
    #expect(warning.severity == .warning && warning.message.contains("scaled by 0.5"))
  }

  @Test("gaps in the calibration window are told, not filled")
  func gaps() throws {
    let scenario = try load(ScenarioFolder.sound(replacing: "from: 1991 Q1", with: "from: 1985 Q1"))
    let gaps = scenario.warnings.filter { $0.code == "S052" }.map(\.message)
    #expect(
      gaps.count == 3 && gaps.contains { $0.hasPrefix("'vix' lacks 20 of 164 calibration quarters (1985Q1–1989Q4)") })
    #expect(scenario.history.value("vix", in: Quarter(year: 1986, number: 1)) == nil)
  }

  @Test("an author's correlation table arrives in the order of the factors")
  func correlation() throws {
    let folder = try ScenarioFolder()
    let ids = RiskFactor.catalogue.map(\.id)
    let shuffled = Array(ids.reversed())
    let rows = shuffled.map { row in
      row + ","
        + shuffled.map { row == $0 ? "1" : "\(Double(ids.firstIndex(of: row)! + ids.firstIndex(of: $0)!) / 100)" }
        .joined(separator: ",")
    }
    try folder.write("factor," + shuffled.joined(separator: ",") + "\n" + rows.joined(separator: "\n"), to: "corr.csv")
    try folder.write(
      ScenarioFolder.sound(replacing: "correlation: estimate", with: "correlation: {csv: corr.csv, repair: higham}"),
      to: "scenario.yaml")
    guard case .table(let matrix, let repair) = try folder.load().uncertainty.correlation else {
      Issue.record("no table")
      return
    }
    #expect(
      repair == .higham && matrix[0][15] == 0.15 && matrix[15][0] == 0.15 && matrix[3][3] == 1 && matrix[1][2] == 0.03)
  }
}

@Suite("Extending scenarios")
struct ExtendsTests {
  @Test("maps merge, lists of ids merge by id, the rest replaces")
  func merge() throws {
    let folder = try ScenarioFolder()
    try folder.write(ScenarioFolder.sound, to: "base.yaml")
    try folder.write(
      """
      schema: kentledge/1
      extends: base.yaml
      id: child
      title: Child
      central:
        set:
          vix: {shape: step, change: +50%}
          house_price_index: {shape: ramp, at: 4q, change: -20%}
      shocks:
        - {id: spread, size: +80bp}
        - {id: second, factor: mortgage_rate, size: +0.5pp, why: More}
      network: {inside_share: 25%}
      uncertainty: {copula: {family: gaussian}}
      """, to: "scenario.yaml")
    let scenario = try folder.load()
    #expect(scenario.id == "child" && scenario.severity == .adverse)
    #expect(scenario.shocks.map(\.id) == ["spread", "second"])
    #expect(abs(scenario.shocks[0].size - 0.008) < 1e-15 && scenario.shocks[0].duration == 4)
    #expect(abs(scenario.shocks[1].size - 0.005) < 1e-15)
    #expect(scenario.network.insideShare == [0.25] && scenario.network.recovery == 0.6)
    #expect(scenario.uncertainty.copula == .gaussian)
    #expect(abs(scenario.central[15] - 26.4 * 1.5) < 1e-9, "a form replaces the base's form")
    let origins = Dictionary(uniqueKeysWithValues: scenario.settings.map { ($0.key, $0.origin) })
    #expect(origins["shocks.spread.size"] == "scenario.yaml:10" && origins["shocks.spread.why"] == "base.yaml:25")
    #expect(scenario.inputs.prefix(2).map(\.name) == ["scenario.yaml", "base.yaml"])
  }

  @Test("an error in the base points into the base, after those of the file itself")
  func places() throws {
    let folder = try ScenarioFolder()
    try folder.write(ScenarioFolder.sound(replacing: "dynamics: var1", with: "dynamics: var2"), to: "base.yaml")
    try folder.write(
      "schema: kentledge/1\nextends: base.yaml\nid: child\ntitle: C\nhorizon: 12q\n", to: "scenario.yaml")
    let found = folder.problems().diagnostics
    #expect(found.map(\.code) == ["S035", "S032", "S016"])
    let short = try #require(found.first { $0.code == "S032" })
    #expect(short.place.file.hasSuffix("base.yaml") && short.place.line == 17)
    #expect(short.notes.contains("horizon comes from scenario.yaml:5"))
  }

  @Test("files are found relative to the file that names them")
  func folders() throws {
    let folder = try ScenarioFolder()
    try FileManager.default.createDirectory(atPath: "\(folder.path)/own", withIntermediateDirectories: false)
    try folder.write(ScenarioFolder.sound, to: "base.yaml")
    try folder.write("schema: kentledge/1\nextends: ../base.yaml\nid: child\ntitle: C\n", to: "own/scenario.yaml")
    let scenario = try folder.load("own/scenario.yaml")
    #expect(scenario.banks.name == "../banks.csv")
    #expect(scenario.inputs.map(\.name).contains("../data/us-macro-history.csv"))
  }

  @Test("circles and long chains are errors, five levels are not")
  func chains() throws {
    let folder = try ScenarioFolder()
    let head = "schema: kentledge/1\nid: child\ntitle: C\nextends: "
    try folder.write(head + "b.yaml\n", to: "a.yaml")
    try folder.write(head + "a.yaml\n", to: "b.yaml")
    let circle = try #require(folder.problems("a.yaml").diagnostics.first { $0.code == "S007" })
    #expect(circle.notes == ["circle: a.yaml → b.yaml → a.yaml"])
    #expect(circle.place.line == 4 && circle.place.column == 10)

    try folder.write(ScenarioFolder.sound, to: "level0.yaml")
    for level in 1...6 { try folder.write(head + "level\(level - 1).yaml\n", to: "level\(level).yaml") }
    #expect(throws: Never.self) { try folder.load("level5.yaml") }
    #expect(folder.problems("level6.yaml").diagnostics.contains { $0.code == "S008" })

    try folder.write(head + "none.yaml\n", to: "lost.yaml")
    #expect(folder.problems("lost.yaml").diagnostics.map(\.code) == ["S045"], "what the lost file holds is not missed")
    #expect(folder.problems("lost.yaml").kind == .missing)
    try folder.write("a: [", to: "bad.yaml")
    try folder.write(head + "bad.yaml\n", to: "above.yaml")
    #expect(folder.problems("above.yaml").diagnostics.map { $0.place.file.hasSuffix("bad.yaml") } == [true])
  }

  @Test("a scenario that extends another has its own id and title")
  func ownName() throws {
    let folder = try ScenarioFolder()
    try folder.write(ScenarioFolder.sound, to: "base.yaml")
    try folder.write("schema: kentledge/1\nextends: base.yaml\n", to: "scenario.yaml")
    #expect(folder.problems().diagnostics.map(\.code) == ["S015", "S015"])
  }
}
