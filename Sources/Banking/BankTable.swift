public import MacroScenarios

/// The banks of a run, read from one table and checked; nothing in it is later than the jump-off.
///
/// What a model needs and the table does not hold is filled by a named rule and said in `warnings`; loan balances and
/// intra-financial totals that are missing stay missing.
public struct BankTable: Sendable {
  public let file: String
  /// What the file says of its sources.
  public let notes: [String]
  /// In the order of the table.
  public let banks: [Bank]
  /// ISO code of the money, e.g. `USD`.
  public let currency: String
  /// Gaps, and how each was filled.
  public let warnings: [Diagnostic]

  /// Reads and checks the table: header, units, dates, duplicates, numbers, signs.
  /// - Throws: everything found wrong, with file and row; a column dated after `jumpOff` is an error.
  public init(contentsOf path: String, jumpOff: Quarter) throws(InvalidInput) {
    try self.init(CommaSeparatedValues(contentsOf: path), jumpOff: jumpOff)
  }

  init(_ csv: CommaSeparatedValues, jumpOff: Quarter) throws(InvalidInput) {
    var table = try EntityTable(csv, columns: Self.columns, jumpOff: jumpOff)
    var drafts: [BankDraft] = []
    for row in table.rows {
      let draft = BankDraft(row, in: &table)
      // An id is a number to those who draw by it: it fits into one, and no two spellings mean the same.
      if !(1...18).contains(draft.id.utf8.count) || draft.id.hasPrefix("0")
        || !draft.id.utf8.allSatisfy({ (48...57).contains($0) })
      {
        table.problem(
          "T050", "id_rssd is '\(draft.id)', expected 1 to 18 digits, the first of them not 0", line: row.line)
      } else if let first = drafts.first(where: { $0.id == draft.id }) {
        table.problem("T051", "bank \(draft.id) stands twice (first in row \(first.line))", line: row.line)
      }
      drafts.append(draft)
    }
    try table.refuse()

    var gaps = BankGaps(file: csv.file, drafts: drafts)
    banks = try gaps.filled()
    for (bank, draft) in zip(banks, drafts) { Self.check(bank, line: draft.line, in: &table) }
    try table.refuse()
    warnings = gaps.warnings
    file = csv.file
    notes = csv.notes
    currency = table.currency ?? ""
  }

  /// What the figures of one bank must be to each other; equality is refused too, as it leaves nothing to owe or to own.
  private static func check(_ bank: Bank, line: Int, in table: inout EntityTable) {
    func isSmaller(_ name: String, _ value: Double?, than limit: Double, _ limitName: String) {
      guard let value, value >= limit else { return }
      table.problem(
        "T058",
        "\(bank.name): \(name) are \(value.rounded()) million, expected less than \(limitName) of \(limit.rounded()) million",
        line: line)
    }
    guard bank.cet1 < bank.averageAssets else {
      table.problem(
        "T058",
        "\(bank.name): CET1 is \(bank.cet1.rounded()) million, expected less than average assets of \(bank.averageAssets.rounded())"
          + " million",
        line: line)
      return
    }
    isSmaller("intra-financial assets", bank.intraFinancialAssets, than: bank.averageAssets, "average assets")
    isSmaller(
      "intra-financial liabilities", bank.intraFinancialLiabilities, than: bank.averageAssets - bank.cet1,
      "average assets less CET1")
  }

  static let columns: [EntityTable.Column] =
    [
      .init(name: "id_rssd", kind: .text, isRequired: true),
      .init(name: "bank", kind: .text, isRequired: true),
      .init(
        name: "risk_weighted_assets", kind: .money, isRequired: true, isNeeded: true, lowest: 1e-6),
      .init(
        name: "cet1_ratio", kind: .fraction, isRequired: true, isNeeded: true, lowest: 0.01, highest: 100),
      .init(name: "cet1_requirement", kind: .fraction, lowest: 0, highest: 100),
      .init(name: "aoci_in_cet1", kind: .money),
    ]
    + LoanType.allCases.flatMap { type in
      [
        EntityTable.Column(name: type.id, kind: .money, isRequired: true, lowest: 0),
        EntityTable.Column(name: type.id + "_quality", kind: .text),
      ]
    }
    + [
      .init(name: "loans", kind: .money, lowest: 0),
      .init(name: "average_assets", kind: .money, isRequired: true, lowest: 1e-6),
      .init(name: "total_exposures", kind: .money, lowest: 0),
      .init(name: "intra_financial_assets", kind: .money, lowest: 0),
      .init(name: "intra_financial_liabilities", kind: .money, lowest: 0),
      .init(name: "exercises", kind: .text),
      .init(name: "revenue_rate", kind: .fraction, isRequired: true),
      .init(name: "reference_revenue_response", kind: .fraction, isRequired: true),
      .init(name: "trading_and_counterparty_losses", kind: .fraction, isRequired: true),
      .init(name: "securities_losses", kind: .fraction, isRequired: true),
      .init(name: "other_losses", kind: .fraction, isRequired: true),
      .init(name: "other_comprehensive_income", kind: .fraction, isRequired: true),
      .init(name: "opening_allowance", kind: .money, isRequired: true, lowest: 0),
    ]
}

/// One row as it stands in the table, gaps and all.
struct BankDraft {
  let line: Int
  let id: String
  let name: String
  let riskWeightedAssets: Double?
  let cet1Ratio: Double?
  let cet1Requirement: Double?
  let accumulatedOtherComprehensiveIncome: Double?
  let balances: [Double?]
  let averageAssets: Double?
  let totalExposures: Double?
  let intraFinancialAssets: Double?
  let intraFinancialLiabilities: Double?
  let exercises: String
  let revenueRate: Double?
  let referenceRevenueResponse: Double?
  let tradingAndCounterpartyLossRate: Double?
  let securitiesLossRate: Double?
  let otherLossRate: Double?
  let otherComprehensiveIncomeRate: Double?
  let openingAllowance: Double?

  init(_ row: CommaSeparatedValues.Row, in table: inout EntityTable) {
    line = row.line
    id = table.text("id_rssd", row)
    name = table.text("bank", row)
    riskWeightedAssets = table.number("risk_weighted_assets", row)
    cet1Ratio = table.number("cet1_ratio", row)
    cet1Requirement = table.number("cet1_requirement", row)
    accumulatedOtherComprehensiveIncome = table.number("aoci_in_cet1", row)
    // A published zero may be a balance too small to print: it is unknown, not a book without losses.
    balances = LoanType.allCases.map { type in table.number(type.id, row).flatMap { $0 == 0 ? nil : $0 } }
    // How close a derived balance is to the unpublished one, within 5 %, within 20 %, worse: for readers of the table.
    for type in LoanType.allCases {
      let grade = table.text(type.id + "_quality", row)
      if !["", "A", "B", "C"].contains(grade) {
        table.problem("T052", "'\(type.id)_quality' is '\(grade)', expected A, B or C", line: row.line)
      }
    }
    averageAssets = table.number("average_assets", row)
    totalExposures = table.number("total_exposures", row)
    intraFinancialAssets = table.number("intra_financial_assets", row)
    intraFinancialLiabilities = table.number("intra_financial_liabilities", row)
    _ = table.number("loans", row)
    exercises = table.text("exercises", row)
    revenueRate = table.number("revenue_rate", row)
    referenceRevenueResponse = table.number("reference_revenue_response", row)
    tradingAndCounterpartyLossRate = table.number("trading_and_counterparty_losses", row)
    securitiesLossRate = table.number("securities_losses", row)
    otherLossRate = table.number("other_losses", row)
    otherComprehensiveIncomeRate = table.number("other_comprehensive_income", row)
    openingAllowance = table.number("opening_allowance", row)
  }
}
