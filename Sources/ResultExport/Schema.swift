import StressTesting

/// The tables of `results.sqlite`. Every key begins with the run's identity, so that rows of several runs can be put
/// together without a clash.
enum Schema {
  private static let run = Table.Column.text("run", "identity of the run: SHA-256 of all that decides its figures")
  private static let ofRun = Table.Reference(["run"], in: "runs")
  private static let position = Table.Column.integer("position", "place in results.json, from 0")
  private static let ofEntity = Table.Reference(["run", "entity"], in: "entities")
  private static let lower = Table.Column.real("lower", "lower end of the 95 % interval", optional: true)
  private static let upper = Table.Column.real("upper", "upper end of the 95 % interval", optional: true)

  static let runs = Table(
    name: "runs", meaning: "one row a run",
    columns: [
      run, .text("schema", "form of the results.json that the rows were made from"),
      .text("engine", "program and version"),
      .text("scenario", "id of the scenario"), .text("title", "title of the scenario"),
      .text("description", "what the scenario tells"), .text("source", "where the scenario comes from"),
      .text("currency", "ISO 4217 code; money is in millions of it"), .text("severity", "as the scenario calls itself"),
      .text("jump_off", "last known quarter, YYYYQn"),
      .integer("horizon", "quarters of the economy after the jump-off"),
      .integer("capital_horizon", "quarters of capital after the jump-off"),
      .text("audience", "internal, supervisor or public"), .integer("paths", "simulated futures"),
      .text("seed", "seed of the random numbers; text, because it may exceed a signed 64-bit integer"),
    ], key: ["run"])

  static let settings = Table(
    name: "settings", meaning: "every value that the scenario used",
    columns: [
      run, position, .text("key", "such as uncertainty.copula.family"), .text("value", "the value as text"),
      .text("origin", "file:line, default or flag"),
    ], key: ["run", "position"], references: [ofRun])

  static let inputs = Table(
    name: "inputs", meaning: "files that the run read",
    columns: [
      run, position, .text("file", "relative to the scenario"), .text("sha256", "of the file"),
      .text("as_of", "date or dates of what it holds; empty where the file does not say"),
    ], key: ["run", "position"], references: [ofRun])

  static let entities = Table(
    name: "entities", meaning: "what a figure can be of",
    columns: [
      run, .text("entity", "id, such as system, 1039502 or credit_card"), position,
      .text("kind", "system, bank, loan_type, factor or segment"), .text("name", "in words"),
      .text("unit", "of a factor: fraction or index; empty for the rest"),
    ], key: ["run", "entity"], references: [ofRun])

  static let banks = Table(
    name: "banks", meaning: "the banks, and where they stood at the jump-off",
    columns: [
      run, .text("bank", "id, an RSSD number"), position, .text("name", "of the bank"),
      .real("cet1_ratio", "CET1 over risk-weighted assets, fraction", optional: true),
      .real("requirement", "CET1 ratio below which the bank is in breach, fraction", optional: true),
      .real("risk_weighted_assets", "millions", optional: true),
      .real("assets", "average assets, millions", optional: true),
    ], key: ["run", "bank"], references: [.init(["run", "bank"], in: "entities", ["run", "entity"])])

  static let quarters = Table(
    name: "quarters", meaning: "the quarters that figures are of",
    columns: [
      run, .text("quarter", "YYYYQn"), .integer("offset", "quarters after the jump-off; 0 is the jump-off itself"),
      .text("first_day", "YYYY-MM-DD"), .text("last_day", "YYYY-MM-DD"),
      .text("phase", "history, jump-off, capital (capital and economy) or economy (economy only)"),
    ], key: ["run", "quarter"], references: [ofRun])

  static let statistics = Table(
    name: "statistics", meaning: "every figure of the run, in long form",
    columns: [
      run, position, .text("entity", "what the figure is of"),
      .text("quarter", "YYYYQn; missing for the whole horizon", optional: true),
      .text("item", "what was measured; see data_dictionary"),
      .text("statistic", "which figure of it; see data_dictionary"),
      .text("variant", "a choice under which the figure holds; missing where there is none", optional: true),
      .real("value", "the figure; missing where it cannot be estimated", optional: true),
      .text("unit", "of value, errors and interval"),
      .real("standard_error", "Monte Carlo standard error", optional: true), lower, upper,
      .real("parameter_error", "standard deviation of the figure over the ensemble members", optional: true),
      .real("model_error", "how much of the figure is owed to drawn residuals and bank effects", optional: true),
    ], key: ["run", "position"],
    references: [ofEntity, .init(["run", "quarter"], in: "quarters")])

  static let histograms = Table(
    name: "histograms", meaning: "distributions over the paths, one row a bin",
    columns: [
      run, .integer("histogram", "place in results.json, from 0"), .text("entity", "what the figure is of"),
      .text("item", "what was measured"), .text("unit", "of the bounds"),
      .integer("bin", "from 0"), .real("lower", "lowest value of the bin"), .real("upper", "first value above the bin"),
      .integer("paths", "how many lie in the bin"),
    ], key: ["run", "histogram", "bin"], references: [ofEntity])

  static let convergence = Table(
    name: "convergence", meaning: "a headline figure after so many paths",
    columns: [
      run, position, .integer("paths", "how many were counted"), .text("item", "what was measured"),
      .text("statistic", "which figure of it"), .real("estimate", "the figure"),
      .real("lower", "lower end of the 95 % interval"), .real("upper", "upper end of the 95 % interval"),
    ], key: ["run", "position"], references: [ofRun])

  static let checks = Table(
    name: "checks", meaning: "the author's assertions, and what came of them",
    columns: [
      run, position, .text("id", "of the check"), .text("assertion", "as the scenario writes it"),
      .text("severity", "error or warning"), .real("value", "what was found"), .real("threshold", "what was allowed"),
      .integer("passed", "1 or 0"),
    ], key: ["run", "position"], references: [ofRun])

  static let notes = Table(
    name: "notes", meaning: "what a reader must know: missing data, proxies, assumptions, warnings",
    columns: [
      run, position, .text("topic", "warning, data_quality, assumption, method or proxy"), .text("text", "the note"),
    ], key: ["run", "position"], references: [ofRun])

  static let all =
    [
      runs, settings, inputs, entities, banks, quarters, statistics, histograms, convergence, checks, notes,
    ] + models + tail + [dictionary]

  static let dictionary = Table(
    name: "data_dictionary", meaning: "what every column, item, statistic, variant and unit means",
    columns: [
      .text("kind", "column, item, statistic, variant or unit"),
      .text("place", "table or file of a column; item of a statistic or variant, * for any"),
      .text("name", "as it stands in the data; N stands for a number, TEXT for a text"),
      .text("unit", "of a column or item; empty where it varies or there is none"), .text("meaning", "in words"),
    ], key: ["kind", "place", "name"])
}
