import StressTesting

extension Schema {
  private static let run = Table.Column.text("run", "identity of the run")
  private static let path = Table.Column.integer("path", "number of the path, from 0")
  private static let weight = Table.Column.real(
    "weight", "what the path counts for in an estimate; 1 where all count alike")
  private static let member = Table.Column.integer("member", "member of the loss-rate model's ensemble, from 0")

  /// Single paths: the worst of every run, and all of them where they were asked for.
  static let tail: [Table] = [tailPaths, tailValues, paths]

  static let tailPaths = Table(
    name: "tail_paths", meaning: "the paths on which the system loses most",
    columns: [run, .integer("rank", "1 is the largest loan loss of the system"), path, weight, member],
    key: ["run", "rank"], references: [.init(["run"], in: "runs")])

  static let tailValues = Table(
    name: "tail_values", meaning: "what happens on those paths, in long form",
    columns: [
      run, .integer("rank", "of the path"), .integer("position", "place in results.json, from 0"),
      .text("entity", "what the value is of"), .text("item", "what was measured; see data_dictionary"),
      .text("statistic", "value, or lowest and highest over the quarters of the economy"),
      .text("variant", "a choice under which the value holds; missing where there is none", optional: true),
      .real("value", "the value"), .text("unit", "of the value"),
    ], key: ["run", "rank", "position"],
    references: [.init(["run", "rank"], in: "tail_paths"), .init(["run", "entity"], in: "entities")])

  /// Columns of a table of all paths, as they stand in `paths.csv`.
  static let pathColumns =
    [path, weight, member]
    + PathTotal.catalogue.map { total in
      Table.Column.real(total.name, meaning(of: total), optional: total.name.hasPrefix("network_"))
    }

  static let paths = Table(
    name: "paths", meaning: "totals of every path; empty unless asked for with --path-totals",
    columns: [run] + pathColumns, key: ["run", "path"], references: [.init(["run"], in: "runs")])

  private static func meaning(of total: PathTotal) -> String {
    let item = DataDictionary.items.first { $0.name == total.item }?.meaning ?? total.item
    let subject = total.entity == "system" ? item : "\(item), \(total.entity)"
    return subject + (total.variant.map { ", \($0)" } ?? "") + ", \(total.unit)"
  }

  /// Rows of `results.csv`: the statistics with their entity in words.
  static let longStatistics =
    [
      run, Table.Column.text("scenario", "id of the scenario"), .text("entity", "what the figure is of"),
      .text("entity_kind", "system, bank, loan_type, factor or segment"), .text("entity_name", "in words"),
    ]
    + statistics.columns.filter { !["run", "position", "entity"].contains($0.name) }

  /// Rows of `tail-paths.csv`.
  static let longTail =
    [run, .text("scenario", "id of the scenario"), .integer("rank", "1 is the largest loan loss of the system")]
    + [path, weight, member] + tailValues.columns.filter { !["run", "rank", "position"].contains($0.name) }

  /// Views, for those who would join by hand.
  static let views = [
    """
    CREATE VIEW long_statistics AS -- the rows of results.csv
    SELECT s.run, r.scenario, s.entity, e.kind AS entity_kind, e.name AS entity_name, s.quarter, s.item, s.statistic,
      s.variant, s.value, s.unit, s.standard_error, s.lower, s.upper, s.parameter_error, s.model_error
    FROM statistics s JOIN runs r USING (run) JOIN entities e USING (run, entity) ORDER BY s.run, s.position
    """,
    """
    CREATE VIEW worst_paths AS -- the tail paths, one row each, with the system's totals
    SELECT t.run, t.rank, t.path, t.weight, t.member,
      max(v.value) FILTER (WHERE v.item = 'loan_loss') AS loan_loss,
      max(v.value) FILTER (WHERE v.item = 'capital_depletion') AS capital_depletion,
      max(v.value) FILTER (WHERE v.item = 'minimum_cet1_ratio') AS minimum_cet1_ratio,
      max(v.value) FILTER (WHERE v.item = 'end_cet1_ratio') AS end_cet1_ratio,
      max(v.value) FILTER (WHERE v.item = 'banks_breaching') AS banks_breaching
    FROM tail_paths t JOIN tail_values v ON v.run = t.run AND v.rank = t.rank AND v.entity = 'system'
      AND v.variant IS NULL
    GROUP BY t.run, t.rank
    """,
  ]

  static let indices = ["CREATE INDEX statistics_by_item ON statistics (item, statistic, entity, quarter)"]
}
