import MacroScenarios

/// A table with one row per bank: a header, a row `unit,…`, a row `as_of,…`, then the banks.
///
/// Cells are read in the program's units: `…_bn` and `…_m` become millions, `percent` becomes a fraction. What is
/// wrong is collected in `problems`, with file and row, so that one pass reports it all.
struct EntityTable {
  enum Kind { case money, fraction, text }

  struct Column {
    let name: String
    let kind: Kind
    /// The header must have it.
    var isRequired = false
    /// Every row must have a value.
    var isNeeded = false
    /// The smallest and the largest value allowed, as written; `nil`: any that `largest` allows.
    var lowest: Double?
    var highest: Double?

    /// No bank has as much money, and no ratio is as far from nothing: beyond, sums and products overflow.
    var largest: Double { kind == .money ? 1e9 : 1e4 }
  }

  let csv: CommaSeparatedValues
  let rows: ArraySlice<CommaSeparatedValues.Row>
  /// The currency of the money columns, upper case; `nil` when there are none.
  private(set) var currency: String?
  private(set) var problems: [Diagnostic] = []
  private var positions: [String: Int] = [:]
  private var scales: [String: Double] = [:]
  private let columns: [Column]

  /// - Parameter jumpOff: no column's date may be later.
  init(_ csv: CommaSeparatedValues, columns: [Column], jumpOff: Quarter) throws(InvalidInput) {
    self.csv = csv
    self.columns = columns
    guard csv.rows.count > 2, csv.rows[0].cells[0] == "unit", csv.rows[1].cells[0] == "as_of" else {
      let found = csv.rows.prefix(2).map { $0.cells[0] }.joined(separator: ", ")
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "T040", "rows after the header begin '\(found)', expected unit, as_of and then banks",
            at: .init(file: csv.file, line: csv.header.line))
        ])
    }
    rows = csv.rows.dropFirst(2)
    readHeader()
    readUnits(csv.rows[0])
    checkDates(csv.rows[1], jumpOff: jumpOff)
    try refuse()
  }

  /// Ends here when anything is wrong so far.
  func refuse() throws(InvalidInput) {
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
  }

  mutating func problem(_ code: String, _ message: String, line: Int, notes: [String] = []) {
    problems.append(Diagnostic(code, message, at: .init(file: csv.file, line: line), notes: notes))
  }

  /// The cell as text; empty when the table has no such column.
  func text(_ name: String, _ row: CommaSeparatedValues.Row) -> String {
    positions[name].map { row.cells[$0] } ?? ""
  }

  /// The cell as a number in the program's units; `nil` when it is empty, or wrong (and then reported).
  mutating func number(_ name: String, _ row: CommaSeparatedValues.Row) -> Double? {
    guard let position = positions[name], let column = columns.first(where: { $0.name == name }) else { return nil }
    let text = row.cells[position]
    if text.isEmpty {
      if column.isNeeded { problem("T048", "'\(name)' is empty, expected a number", line: row.line) }
      return nil
    }
    guard let number = Double(text), number.isFinite else {
      problem("T047", "'\(name)' is '\(text)', expected a number, or nothing where it is not known", line: row.line)
      return nil
    }
    if let lowest = column.lowest, number < lowest {
      problem("T049", "'\(name)' is \(text), expected at least \(lowest)", line: row.line)
    } else if case let highest = column.highest ?? column.largest, number > highest {
      problem("T049", "'\(name)' is \(text), expected at most \(highest)", line: row.line)
    } else if number < -column.largest {
      problem("T049", "'\(name)' is \(text), expected at least \(-column.largest)", line: row.line)
    }
    return number * scales[name]!
  }

  private mutating func readHeader() {
    let known = columns.map(\.name)
    for (position, name) in csv.header.cells.enumerated() {
      if !known.contains(name) {
        problem(
          "T041", "unknown column '\(name)'", line: csv.header.line,
          notes: ["allowed: " + known.joined(separator: ", ")])
      } else if positions[name] != nil {
        problem("T042", "column '\(name)' stands twice in the header", line: csv.header.line)
      } else {
        positions[name] = position
      }
    }
    for column in columns where column.isRequired && positions[column.name] == nil {
      problem("T043", "column '\(column.name)' is missing", line: csv.header.line)
    }
  }

  private mutating func readUnits(_ row: CommaSeparatedValues.Row) {
    for column in columns {
      guard let position = positions[column.name] else { continue }
      let unit = row.cells[position]
      switch column.kind {
      case .text: continue
      case .fraction:
        scales[column.name] = 0.01
        if unit != "percent" {
          problem("T044", "unit of '\(column.name)' is '\(unit)', expected 'percent'", line: row.line)
        }
      case .money:
        let parts = unit.split(separator: "_")
        guard parts.count == 2, parts[0].count == 3, let scale = ["bn": 1_000.0, "m": 1.0][String(parts[1])],
          currency == nil || currency == parts[0].uppercased()
        else {
          problem(
            "T044", "unit of '\(column.name)' is '\(unit)', expected billions or millions of one currency, as 'usd_bn'",
            line: row.line)
          continue
        }
        currency = parts[0].uppercased()
        scales[column.name] = scale
      }
    }
  }

  private mutating func checkDates(_ row: CommaSeparatedValues.Row, jumpOff: Quarter) {
    for column in columns {
      guard let position = positions[column.name], position > 1 else { continue }
      let text = row.cells[position]
      guard let date = Quarter(text) else {
        problem("T045", "as_of of '\(column.name)' is '\(text)', expected a quarter such as 2025Q4", line: row.line)
        continue
      }
      if date > jumpOff {
        problem(
          "T046", "'\(column.name)' is as of \(date), after the jump-off \(jumpOff): a run must not know it",
          line: row.line, notes: ["fix: use the table of an earlier date, or a later jump_off"])
      }
    }
  }
}
