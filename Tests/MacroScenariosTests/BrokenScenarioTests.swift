import Foundation
import Testing

@testable import MacroScenarios

/// One mistake in an otherwise sound file. `with` carries the mark `«` where the diagnostic must point.
struct BrokenScenario: Sendable, CustomTestStringConvertible {
  let code: String
  let replacing: String
  let with: String
  /// Must stand in the rendered diagnostic.
  let says: String

  init(_ code: String, _ replacing: String, _ with: String, _ says: String) {
    self.code = code
    self.replacing = replacing
    self.with = with
    self.says = says
  }

  var testDescription: String { "\(code) \(with.prefix(60))" }

  static let corpus: [BrokenScenario] = [
    // Keys
    .init("S014", "  dynamics: var1", "  «dynamic: var1", "did you mean 'dynamics'?"),
    .init("S014", "    duration: 4q", "    «durration: 4q", "unknown key 'durration' in shock 'spread'"),
    .init(
      "S014", "    at: 1q\n", "    at: 1q\n    «variable: bbb_yield\n",
      "allowed: id, factor, size, at, duration, decay, why"),
    .init("S014", "title: A test", "«titel: A test", "did you mean 'title'?"),
    .init("S014", "models:", "«model:", "did you mean 'models'?"),
    .init("S014", "to: 45, revert_over: 6q", "to: 45, «revert_ovr: 6q", "did you mean 'revert_over'?"),
    .init("S014", "currency: USD", "currency: USD\n«paths: 10k", "valid, but under `simulation:`"),
    .init("S014", "currency: USD", "currency: USD\n«payout: 35%", "valid, but under `capital.distributions:`"),
    .init("S014", "  scale: 1.0", "  scale: 1.0\n  «horizon: 9q", "valid, but at the top of the file"),
    .init("S014", "{csv: banks.csv}", "{csv: banks.csv, «sheet: 1}", "allowed: csv"),
    .init("S014", "currency: USD", "currency: USD\n«zzzzzzzz: 1", "allowed: schema, extends, id"),
    .init("S014", "currency: USD", "currency: USD\n«<<: {a: 1}", "unknown key '<<'"),
    .init("S014", "currency: USD", "currency: USD\n«NO: 1", "unknown key 'NO'"),
    .init("S009", "  sampling: plain", "  «seed: 3", "(first defined at 35:3)"),
    .init("S009", "residuals: on, bank_effects: off", "residuals: on, «residuals: off", "duplicate key 'residuals'"),
    .init("S009", "source: a test", "source: a test\n«\"id\": other", "duplicate key 'id'"),
    .init("S015", "  seed: 20260630\n", "", "'simulation.seed' is missing"),
    .init("S015", "    why: Investors reprice\n", "", "'shocks.spread.why' is missing"),
    .init("S015", "severity: adverse\n", "", "'severity' is missing"),
    .init("S015", "banks: {csv: banks.csv}\n", "", "'banks' is missing"),
    .init("S015", ", revert_over: 6q}", "}", "'central.set.vix.revert_over' is missing"),
    .init("S006", "schema: kentledge/1", "schema: «kentledge/2", "fix: schema: kentledge/1"),
    // Sampling
    .init(
      "S055", "  sampling: plain", "  sampling: plain\n  tail_paths: «16k",
      "is only for sampling: importance, two-phase or auto"),
    .init("S056", "  sampling: plain", "  sampling: importance\n  tail_paths: «1500", "expected a multiple of 64"),
    .init(
      "S024", "  sampling: plain", "  sampling: importance\n  tail_paths: «100", "a whole number from 1024 to 100M"),
    .init(
      "S060", "  paths: 100k\n  seed: 20260630\n  sampling: plain",
      "  paths: 1001\n  seed: 20260630\n  sampling: «antithetic", "1001 paths cannot be pairs"),
    .init("S061", "  sampling: plain", "  sampling: «sobol", "fix: paths: 65536 or 131072"),
    .init("S016", "  sampling: plain", "  sampling: «importence", "did you mean 'importance'?"),
    .init(
      "S014", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.loan_loss, measure: var_99, half_width: 1%, «levle: 95%}",
      "did you mean 'level'?"),
    .init(
      "S015", "  sampling: plain", "  sampling: plain\n  stop_when: {metric: system.loan_loss, measure: var_99}",
      "'simulation.stop_when.half_width' is missing"),
    .init(
      "S016", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.loan_loss, measure: «var_98, half_width: 1%}",
      "did you mean 'var_95'?"),
    .init(
      "S021", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.loan_loss, measure: var_99, half_width: «1}",
      "needs a unit"),
    .init(
      "S024", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.loan_loss, measure: var_99, half_width: «80%}",
      "0.01% to 50%"),
    .init(
      "S024", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.loan_loss, measure: var_99, half_width: 1%, level: «100%}",
      "50% to 99.9%"),
    .init(
      "S062", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.«loan_los, measure: var_99, half_width: 1%}",
      "did you mean 'loan_loss'?"),
    .init(
      "S062", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.«cet1_ratio, measure: p05, half_width: 1%}",
      "say min(…) or end(…)"),
    .init(
      "S062", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: system.loan_loss «twice, measure: var_99, half_width: 1%}",
      "expected nothing more here"),
    .init(
      "S064", "  sampling: plain",
      "  sampling: plain\n  stop_when: {metric: min(system.cet1_ratio), measure: «var_99, half_width: 1%}",
      "allowed: mean, p01, p05, p50, p95"),
    .init(
      "S063", "  sampling: plain",
      "  sampling: importance\n  stop_when: «{metric: system.loan_loss, measure: var_99, half_width: 1%}",
      "only for sampling: plain"),
    // Kinds and words
    .init("S010", "banks: {csv: banks.csv}", "banks: «banks.csv", "'banks' is a single value, expected a map"),
    .init("S010", "formats: [html, md, json]", "formats: «html", "expected a list"),
    .init("S010", "title: A test", "title: «[A, test]", "is a list, expected a single value"),
    .init("S016", "severity: adverse", "severity: «advers", "did you mean 'adverse'?"),
    .init("S016", "dynamics: var1", "dynamics: «var2", "did you mean 'var1'?"),
    .init("S016", "pandemic: downweight", "pandemic: «drop", "allowed: keep, exclude, downweight"),
    .init("S016", "residuals: on", "residuals: «yes", "allowed: on, off"),
    .init("S016", "family: student-t,", "family: «student,", "did you mean 'student-t'?"),
    .init("S016", "correlation: estimate", "correlation: «estimated", "or {csv: a table"),
    .init("S016", "formats: [html, md, json]", "formats: [html, «pdf]", "allowed: html, md, json"),
    .init("S016", "currency: USD", "currency: «dollars", "ISO 4217"),
    .init("S016", "{payout: 35%}", "«some", "allowed: none, or {payout: 35%}"),
    .init("S018", "id: test-scenario", "id: «Test_Scenario", "lower-case letters"),
    .init(
      "S017", "    why: Investors reprice\n",
      "    why: Investors reprice\n  - {id: «spread, factor: vix, size: +10%, why: Again}\n", "(first at 19:9)"),
    // Quantities
    .init("S021", "size: +50bp", "size: «350", "is 350 bp or percentage points?"),
    .init("S022", "size: +50bp", "size: «+3%", "expected it in bp or pp"),
    .init("S022", "size: +50bp", "size: «50bps", "'bps' is no unit, expected bp or pp"),
    .init("S023", "size: +50bp", "size: «lots", "expected a number such as +350bp"),
    .init("S021", "horizon: 13q\n", "horizon: «13\n", "needs a unit"),
    .init("S022", "tax_rate: 21%", "tax_rate: «21bp", "expected it in %"),
    .init("S024", "tax_rate: 21%", "tax_rate: «100%", "0% to 99%"),
    .init("S024", "{payout: 35%}", "{payout: «150%}", "0% to 100%"),
    .init("S021", "recovery: 60%", "recovery: «0.6", "fix: write it like 60%"),
    .init("S024", "recovery: 60%", "recovery: «160%", "expected 0% to 100%"),
    .init("S024", "inside_share: [10%, 40%]", "inside_share: «[40%, 10%]", "two in rising order"),
    .init("S022", "scale: 1.0", "scale: «100%", "it has no unit"),
    .init("S024", "  scale: 1.0", "  shock_limit: «0.5", "expected 1 to 100"),
    .init("S023", "  scale: 1.0", "  shock_limit: «never", "2, or none"),
    .init("S024", "paths: 100k", "paths: «1.5", "a whole number"),
    .init("S022", "paths: 100k", "paths: «100K", "'K' is no unit"),
    .init("S023", "seed: 20260630", "seed: «-1", "a whole number from 0"),
    .init("S020", "jump_off: 2025 Q4", "jump_off: «2025-12-31", "expected a quarter such as 2025 Q4"),
    .init("S024", "degrees_of_freedom: estimate", "degrees_of_freedom: «1", "expected 2 to 1000"),
    .init("S022", "to: 45,", "to: «45%,", "it has no unit"),
    .init("S021", "[3.5%, 3.4%", "[«3.5, 3.4%", "is 3.5 percent?"),
    // Paths, shapes and shocks
    .init("S030", "    vix: {shape", "    «vxi: {shape", "did you mean 'vix'?"),
    .init("S030", "factor: bbb_yield", "factor: «bbb_yeild", "did you mean 'bbb_yield'?"),
    .init("S032", "values: [3.5%, ", "values: «[", "path has 12 values, horizon is 13q"),
    .init(
      "S032", "vintage: 2026_final, scenario: baseline", "vintage: 2025, scenario: baseline",
      "the table gives 2024Q4–2028Q1"),
    .init("S031", "vintage: 2026_final", "vintage: «2026_fnal", "did you mean '2026_final'?"),
    .init("S031", "scenario: baseline", "scenario: «adverse", "there are: baseline, severely_adverse"),
    .init("S033", "    duration: 4q\n    decay: 2q", "    decay: «2q", "fix: duration: 1q"),
    .init("S036", "to: 45,", "to: «10,", "did you mean 'shape: trough'?"),
    .init(
      "S036", "shape: peak, at: 2q, to: 45, revert_over: 6q", "shape: ramp, at: 2q, to: 45, revert_over: «6q",
      "a ramp stays"),
    .init("S019", "vix: {shape: peak, at: 2q, to: 45,", "vix: «{shape: peak, at: 2q,", "neither 'change' nor 'to'"),
    .init("S019", "vix: {shape: peak,", "vix: «{values: [1], shape: peak,", "both 'values' and 'shape'"),
    .init("S037", "size: +50bp", "size: -900bp", "possible is -2% to 100%"),
    .init("S024", "to: 45, revert", "change: «-100%, revert", "cannot lose all of its level"),
    .init(
      "S034", "  import: {csv: data/us-scenarios-domestic.csv, vintage: 2026_final, scenario: baseline}\n", "",
      "no central path for real_gdp_growth"),
    // Time
    .init("S035", "capital_horizon: 9q", "capital_horizon: «10q", "fix: horizon: 14q"),
    .init("S040", "to: 2025 Q4, pandemic", "to: «2026 Q1, pandemic", "looks past the jump-off 2025Q4"),
    .init("S040", "from: 1991 Q1", "from: «2020 Q1", "24 quarters, at least 40"),
    .init(
      "S041", "history: data/us-macro-history.csv", "history: «data/us-macro-history-2023q4.csv",
      "the jump-off is 2025Q4"),
    // Files
    // Card portfolio
    .init(
      "S019", "capital:\n", "card_portfolio: «{accounts: banks.csv, loss_given_default: 90%}\ncapital:\n",
      "needs 'models.accounts'"),
    .init(
      "S019", "loss_rates: weights.safetensors", "loss_rates: weights.safetensors\n  accounts: «weights.safetensors",
      "but there is none"),
    .init(
      "S015", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: «{accounts: banks.csv}\n",
      "'card_portfolio.loss_given_default' is missing"),
    .init(
      "S021", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: {accounts: banks.csv, loss_given_default: «0.9}\n",
      "fix: write it like 90%"),
    .init(
      "S024", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: {accounts: banks.csv, loss_given_default: «120%}\n",
      "expected 1% to 100%"),
    .init(
      "S045", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: {accounts: «none.csv, loss_given_default: 90%}\n",
      "cannot read 'none.csv'"),
    .init(
      "S024", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: {accounts: banks.csv, loss_given_default: 90%, segments: «2.5}\n",
      "a whole number from 2 to 20"),
    .init(
      "S024", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: {accounts: banks.csv, loss_given_default: 90%, spread: «4}\n",
      "expected 0 to 3"),
    .init(
      "S014", "  loss_rates: weights.safetensors\n  error: {residuals: on, bank_effects: off}\n",
      "  loss_rates: weights.safetensors\n  accounts: weights.safetensors\ncard_portfolio: {accounts: banks.csv, loss_given_default: 90%, «lgd: 1}\n",
      "allowed: accounts, loss_given_default"),
    .init("S045", "csv: banks.csv", "csv: «bank.csv", "cannot read 'bank.csv'"),
    .init("S046", "loss_rates: weights.safetensors", "loss_rates: «/etc/hostname", "relative to this one"),
    .init("S045", "loss_rates: weights.safetensors", "loss_rates: «data", "cannot read 'data'"),
    .init(
      "S045", "loss_rates: weights.safetensors",
      "loss_rates: weights.safetensors\n  plausibility: «none.safetensors", "cannot read 'none.safetensors'"),
    .init(
      "S014", "loss_rates: weights.safetensors",
      "loss_rates: weights.safetensors\n  «plausibilty: weights.safetensors", "did you mean 'plausibility'?"),
    // Checks
    .init("S043", "p05(min(system.cet1_ratio))", "«q05(min(system.cet1_ratio))", "did you mean 'p05'?"),
    .init("S043", "p05(min(system.cet1_ratio))", "p05(min(system.«cet_ratio))", "did you mean 'cet1_ratio'?"),
    .init("S043", "p05(min(system.cet1_ratio))", "p05(system.«cet1_ratio)", "say min(…) or end(…)"),
    .init("S043", "p05(min(system.cet1_ratio))", "p05(system.«loan_loss)", "did you mean 'loan_loss_rate'?"),
    .init("S043", ">= 7.0%", ">= «7.0", "did you mean '7%'?"),
    .init("S043", ">= 7.0%", "«= 7.0%", "expected >=, <=, > or <"),
    .init("S047", "min(system.", "min(42.", "no bank 42 in banks.csv"),
    // YAML
    .init("S005", "title: A test", "title: «&t A test", "anchors and aliases"),
    .init("S003", "currency: USD", "«\tcurrency: USD", "a tab cannot indent YAML"),
    .init("S003", "title: A test", "title: «\u{1}", "U+0001"),
    .init(
      "S003", "\nreport: {audience: internal, formats: [html, md, json]}", "\n«---\nreport: {}", "a second document"),
  ]
}

@Suite("Broken scenario files")
struct BrokenScenarioTests {
  @Test("one mistake, one error, at its place, with its remedy", arguments: BrokenScenario.corpus)
  func place(_ broken: BrokenScenario) throws {
    let folder = try ScenarioFolder()
    let marked = ScenarioFolder.sound(replacing: broken.replacing, with: broken.with)
    let before = marked.components(separatedBy: "«")
    try folder.write(before.joined(), to: "scenario.yaml")
    let found = folder.problems()
    let errors = found.diagnostics.filter { $0.severity == .error }
    try #require(errors.count == 1, "\(found.text())")
    #expect(errors[0].code == broken.code)
    #expect(errors[0].text().contains(broken.says), "\(errors[0].text())")
    #expect(errors[0].place.file == "\(folder.path)/scenario.yaml")
    if before.count == 2 {
      let lines = before[0].components(separatedBy: "\n")
      #expect(errors[0].place.line == lines.count, "\(errors[0].text())")
      #expect(errors[0].place.column == (lines.last ?? "").unicodeScalars.count + 1, "\(errors[0].text())")
    }
  }

  @Test("the corpus is large and its codes are known")
  func corpus() {
    #expect(BrokenScenario.corpus.count >= 40)
    let known = Set(Diagnostic.meanings.map(\.code))
    #expect(BrokenScenario.corpus.allSatisfy { known.contains($0.code) })
  }

  @Test("all mistakes of a file come in one pass, in the order of their places")
  func onePass() throws {
    let folder = try ScenarioFolder()
    var text = ScenarioFolder.sound
    for (old, new) in [
      ("severity: adverse", "severity: advers"), ("size: +50bp", "size: 50"), ("dynamics: var1", "dynamic: var1"),
      ("sampling: plain", "seed: 1"), ("csv: banks.csv", "csv: none.csv"), ("tax_rate: 21%", "tax_rate: 0.21"),
      (">= 7.0%", ">= 7"),
    ] {
      text = text.replacingOccurrences(of: old, with: new)
    }
    try folder.write(text, to: "scenario.yaml")
    let found = folder.problems()
    #expect(found.kind == .invalid)
    #expect(found.diagnostics.map(\.code) == ["S016", "S021", "S014", "S009", "S045", "S021", "S043"])
    let lines = found.diagnostics.compactMap(\.place.line)
    #expect(lines == lines.sorted())
  }

  @Test("at most twenty are listed, the rest is counted")
  func cap() throws {
    let folder = try ScenarioFolder()
    let extra = (0..<30).map { "unknown_key_\($0): 1\n" }.joined()
    try folder.write(ScenarioFolder.sound + extra, to: "scenario.yaml")
    let found = folder.problems()
    #expect(found.diagnostics.count == 20)
    #expect(found.omittedCount == 10)
    #expect(found.text().hasSuffix("… and 10 more"))
  }

  @Test("nothing but missing files is exit code 66, anything else 65")
  func kinds() throws {
    let folder = try ScenarioFolder()
    #expect(folder.problems("none.yaml").kind == .missing)
    try folder.write(ScenarioFolder.sound(replacing: "csv: banks.csv", with: "csv: none.csv"), to: "scenario.yaml")
    #expect(folder.problems().kind == .missing)
    #expect(InvalidInput.Kind.missing.rawValue == 66 && InvalidInput.Kind.invalid.rawValue == 65)
  }

  @Test("a diagnostic reads as the standard shows it")
  func rendering() throws {
    let folder = try ScenarioFolder()
    try folder.write(
      ScenarioFolder.sound(replacing: "    duration: 4q", with: "    durration: 4q"), to: "scenario.yaml")
    let text = folder.problems().text().replacingOccurrences(of: folder.path, with: "scenarios")
    #expect(
      text.components(separatedBy: "\n\n")[0] == """
        error[S014]: unknown key 'durration' in shock 'spread'
          --> scenarios/scenario.yaml:23:5
        23 |     durration: 4q
           |     ^^^^^^^^^ did you mean 'duration'?
           = allowed: id, factor, size, at, duration, decay, why
        """)
  }

  @Test("every code in the sources has a meaning, and every meaning a code in the sources")
  func codes() throws {
    let folder = "\(ScenarioFolder.repository)/Sources/MacroScenarios"
    var used: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file != "DiagnosticCodes.swift" {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for match in text.matches(of: /"([ST]\d{3})"/) { used.insert(String(match.1)) }
    }
    #expect(used.sorted() == Diagnostic.meanings.map(\.code).sorted())
  }
}
