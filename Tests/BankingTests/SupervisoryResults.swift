public import MacroScenarios

/// The Federal Reserve's published stress test results: what each exercise said of each bank, and in total.
public struct SupervisoryResults: Sendable {
  public struct Row: Sendable {
    public let exercise: String
    /// `severely_adverse` or `adverse`.
    public let scenario: String
    public let jumpOff: Quarter
    /// The quarter in which the results became known.
    public let published: Quarter
    /// `nil` for the total of the exercise.
    public let bankId: String?
    public let bank: String
    fileprivate let values: [String: Double]

    /// A column's value: money in millions, rates as fractions over nine quarters; `nil` where none was published.
    public func value(_ column: String) -> Double? { values[column] }
  }

  public let file: String
  /// In the order of publication.
  public let rows: [Row]

  /// Reads the table, without anything published after `jumpOff`.
  /// - Throws: everything found wrong, with file and row.
  public init(contentsOf path: String, knownAt jumpOff: Quarter) throws(InvalidInput) {
    let csv = try CommaSeparatedValues(contentsOf: path)
    var table = try EntityTable(csv, columns: Self.columns, jumpOff: nil)
    var rows: [Row] = []
    for row in table.rows {
      var values: [String: Double] = [:]
      for column in Self.columns where column.kind != .text { values[column.name] = table.number(column.name, row) }
      let dates = ["jump_off", "published"].map { Quarter(table.text($0, row)) }
      guard let start = dates[0], let published = dates[1] else {
        table.problem("T045", "jump_off or published is not a quarter such as 2023Q4", line: row.line)
        continue
      }
      let id = table.text("id_rssd", row)
      rows.append(
        Row(
          exercise: table.text("exercise", row), scenario: table.text("scenario", row), jumpOff: start,
          published: published, bankId: id.isEmpty ? nil : id, bank: table.text("bank", row), values: values))
    }
    try table.refuse()
    file = path
    self.rows = rows.filter { $0.published <= jumpOff }
  }

  static let columns: [EntityTable.Column] =
    ["exercise", "scenario", "jump_off", "published", "id_rssd", "bank"].map {
      .init(name: $0, kind: .text, isRequired: true)
    }
    + ["cet1_ratio_start", "cet1_ratio_end", "cet1_ratio_minimum"].map { .init(name: $0, kind: .fraction) }
    + ["risk_weighted_assets", "loan_losses"].map { .init(name: $0, kind: .money) }
    + [.init(name: "loan_loss_rate", kind: .fraction)]
    + LoanType.allCases.flatMap {
      [
        EntityTable.Column(name: $0.id + "_losses", kind: .money),
        EntityTable.Column(name: $0.id + "_loss_rate", kind: .fraction),
      ]
    }
    + [
      .init(name: "pre_provision_net_revenue", kind: .money),
      .init(name: "pre_provision_net_revenue_rate", kind: .fraction),
    ]
    + [
      "provisions", "securities_losses", "trading_and_counterparty_losses", "other_losses", "pre_tax_net_income",
      "other_comprehensive_income", "aoci_in_cet1_start", "aoci_in_cet1_end",
    ].map { .init(name: $0, kind: .money) }
}
