public import MacroScenarios

extension AccountTable {
  /// Reads a table with the columns `account`, `credit_limit`, `age`, and for each of six months in a row
  /// `status_2005_04`, `bill_2005_04`, `paid_2005_04`; perhaps `default_2005_10`, of the month after.
  ///
  /// Rows may stand in any order. Nothing is filled in and nothing left out: a table is taken whole or refused, every
  /// reason with its line. What is odd but possible is counted by `findings`.
  /// - Throws: `.missing` when the file cannot be read, else `.invalid` with codes A001 to A009.
  public init(contentsOf path: String) throws(InvalidInput) {
    let reader = try AccountTableReader(CommaSeparatedValues(contentsOf: path))
    self = try reader.table()
  }

  /// Fewer accounts than this have no deciles worth the name.
  static let fewestAccounts = 100
}

/// One reading of a table: its columns by name, its rows by number.
private struct AccountTableReader {
  private let source: CommaSeparatedValues
  private let first: StatementMonth
  /// Place in a row, by name.
  private let places: [String: Int]
  private let hasDefaults: Bool

  private static let single = ["account", "credit_limit", "age"]
  private static let monthly = ["status", "bill", "paid"]

  init(_ source: CommaSeparatedValues) throws(InvalidInput) {
    self.source = source
    let header = source.header.cells
    let months = header.filter { $0.hasPrefix("status_") }.compactMap { StatementMonth($0.dropFirst(7)) }
    guard let first = months.min(by: { $0.columnSuffix < $1.columnSuffix }) else {
      throw Self.refusal(source, "A001", "there is no column such as 'status_2005_04'", line: source.header.line)
    }
    self.first = first
    let label = "default_" + first.advanced(by: AccountTable.monthCount).columnSuffix
    let wanted =
      Self.single
      + Self.monthly.flatMap { name in
        (0..<AccountTable.monthCount).map { "\(name)_" + first.advanced(by: $0).columnSuffix }
      }
    hasDefaults = header.contains(label)
    var problems: [Diagnostic] = []
    func report(_ code: String, _ message: String) {
      problems.append(Diagnostic(code, message, at: .init(file: source.file, line: source.header.line)))
    }
    for name in wanted where !header.contains(name) { report("A001", "there is no column '\(name)'") }
    var places: [String: Int] = [:]
    for (place, name) in header.enumerated() {
      if !wanted.contains(name), name != label { report("A002", "the column '\(name)' is not known here") }
      if places.updateValue(place, forKey: name) != nil { report("A002", "the column '\(name)' stands twice") }
    }
    try Self.refuse(problems)
    self.places = places
  }

  func table() throws(InvalidInput) -> AccountTable {
    guard source.rows.count >= AccountTable.fewestAccounts else {
      throw Self.refusal(
        source, "A008", "\(source.rows.count) accounts, expected at least \(AccountTable.fewestAccounts)")
    }
    var problems: [Diagnostic] = []
    func column(_ name: String, _ range: ClosedRange<Int>) -> [Int] {
      let place = places[name]!
      return source.rows.map { row in
        let text = row.cells[place]
        if let value = Int(text), range.contains(value) { return value }
        let isNumber = Int(text) != nil
        problems.append(
          Diagnostic(
            isNumber ? "A005" : "A003",
            isNumber
              ? "'\(name)' is \(text), expected \(range.lowerBound) to \(range.upperBound)"
              : "'\(name)' is '\(text.prefix(40))', expected a whole number",
            at: .init(file: source.file, line: row.line)))
        return 0
      }
    }
    let ids = column("account", 0...Int.max / 2)
    let limits = column("credit_limit", 1...1_000_000_000)
    let ages = column("age", 18...110)
    func months(_ name: String, _ range: ClosedRange<Int>) -> [[Int]] {
      (0..<AccountTable.monthCount).map { column("\(name)_" + first.advanced(by: $0).columnSuffix, range) }
    }
    let statuses = months("status", -2...9)
    let bills = months("bill", -1_000_000_000...1_000_000_000)
    let payments = months("paid", 0...1_000_000_000)
    let last = first.advanced(by: AccountTable.monthCount - 1)
    let defaults = hasDefaults ? column("default_" + last.advanced(by: 1).columnSuffix, 0...1) : nil
    try Self.refuse(problems.sorted { ($0.place.line ?? 0) < ($1.place.line ?? 0) })

    let order = ids.indices.sorted { ids[$0] < ids[$1] }
    try refuseDoubles(ids, order)
    func flat(_ columns: [[Int]]) -> [Int] { order.flatMap { row in columns.map { $0[row] } } }
    let table = AccountTable(
      file: source.file, lastMonth: last, ids: order.map { ids[$0] }, lines: order.map { source.rows[$0].line },
      limits: order.map { Double(limits[$0]) }, ages: order.map { Double(ages[$0]) }, statuses: flat(statuses),
      bills: flat(bills).map { Double($0) }, payments: flat(payments).map { Double($0) },
      defaults: defaults.map { all in order.map { all[$0] == 1 } })
    try Self.refuse(constants(table, names: (statuses, bills, payments)) + AccountUnits(table).problems)
    return table
  }

  private func refuseDoubles(_ ids: [Int], _ order: [Int]) throws(InvalidInput) {
    let doubles = zip(order, order.dropFirst()).filter { ids[$0] == ids[$1] }.map { pair in
      let (one, other) = (source.rows[pair.0].line, source.rows[pair.1].line)
      return Diagnostic(
        "A004", "account \(ids[pair.0]) stands twice (first in line \(min(one, other)))",
        at: .init(file: source.file, line: max(one, other)))
    }
    try Self.refuse(doubles)
  }

  /// Columns that tell nothing: every account has the same value.
  private func constants(
    _ table: AccountTable, names: (statuses: [[Int]], bills: [[Int]], payments: [[Int]])
  ) -> [Diagnostic] {
    var constant: [String] = []
    if Set(table.limits).count == 1 { constant.append("credit_limit") }
    if Set(table.ages).count == 1 { constant.append("age") }
    for (name, columns) in zip(Self.monthly, [names.statuses, names.bills, names.payments]) {
      for (month, values) in columns.enumerated() where values.allSatisfy({ $0 == values[0] }) {
        constant.append("\(name)_" + first.advanced(by: month).columnSuffix)
      }
    }
    return constant.map { name in
      Diagnostic(
        "A007", "'\(name)' is the same in all \(table.count) rows", at: .init(file: source.file),
        notes: ["fix: give the real column; one value for all says that it was not exported"])
    }
  }

  static func refusal(
    _ source: CommaSeparatedValues, _ code: String, _ message: String, line: Int? = nil
  ) -> InvalidInput {
    InvalidInput(.invalid, [Diagnostic(code, message, at: .init(file: source.file, line: line))])
  }

  static func refuse(_ problems: [Diagnostic]) throws(InvalidInput) {
    guard problems.isEmpty else {
      throw InvalidInput(.invalid, Array(problems.prefix(20)), omittedCount: max(0, problems.count - 20))
    }
  }
}

/// Whether amounts stand in one unit, and in that of the table the model learned from.
///
/// The typical limit, balance and payment of any bank's cards lie well inside these bounds; thousands in place of units,
/// cents, or another currency's size do not.
private struct AccountUnits {
  let table: AccountTable

  init(_ table: AccountTable) { self.table = table }

  var problems: [Diagnostic] {
    let limit = Self.median(table.limits)
    let owed = zip(table.bills, table.bills.indices).filter { $0.0 > 0 }
      .map { $0.0 / table.limits[$0.1 / AccountTable.monthCount] }
    let paid = zip(table.payments, table.payments.indices).filter { $0.0 > 0 }
      .map { $0.0 / table.limits[$0.1 / AccountTable.monthCount] }
    var found: [Diagnostic] = []
    func demand(_ what: String, _ value: Double?, _ range: ClosedRange<Double>) {
      guard let value, !range.contains(value) else { return }
      found.append(
        Diagnostic(
          "A006", "the middle \(what) is \(value), expected \(range.lowerBound) to \(range.upperBound)",
          at: .init(file: table.file), notes: ["fix: all amounts in whole NT$, none in thousands or cents"]))
    }
    demand("credit limit", limit, 5_000...5_000_000)
    demand("balance as a share of the limit", Self.median(owed), 0.005...5)
    demand("payment as a share of the limit", Self.median(paid), 0.000_5...5)
    for place in table.bills.indices {
      let account = place / AccountTable.monthCount
      guard max(abs(table.bills[place]), table.payments[place]) > 100 * table.limits[account] else { continue }
      found.append(
        Diagnostic(
          "A006", "account \(table.ids[account]): an amount of more than 100 times the credit limit",
          at: .init(file: table.file, line: table.lines[account])))
    }
    return found
  }

  private static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }
}
