/// Quarterly series side by side: one row a quarter, without a gap in the calendar; a value may be missing.
///
/// The file has a header `quarter,<id>,…`, a row `unit,…` (`percent` or `index`), a row `as_of,…` (the quarter at whose
/// end the column was known as it stands) and then the quarters in order. Percent is read into fractions.
public struct QuarterlyTable: Sendable, Equatable {
  public struct Column: Sendable, Equatable {
    public let id: String
    public let unit: RiskFactor.Unit
    /// The quarter at whose end these values were known; revisions made later are not in them.
    public let asOf: Quarter
    /// One value a quarter; `nil` is missing and stays so. Fractions for percent, levels for an index.
    public fileprivate(set) var values: [Double?]
  }

  public let file: String
  /// What the file says of its source.
  public let notes: [String]
  public let firstQuarter: Quarter
  public private(set) var quarterCount: Int
  public private(set) var columns: [Column]

  public var lastQuarter: Quarter { firstQuarter.advanced(by: quarterCount - 1) }

  public func column(_ id: String) -> Column? { columns.first { $0.id == id } }

  /// The value of column `id` in that quarter; `nil` when missing or outside the table.
  public func value(_ id: String, in quarter: Quarter) -> Double? {
    let row = firstQuarter.distance(to: quarter)
    guard row >= 0, row < quarterCount else { return nil }
    return column(id)?.values[row]
  }

  /// The table as it ends at `quarter`: nothing later is in it.
  public func cut(after quarter: Quarter) -> QuarterlyTable {
    var table = self
    table.quarterCount = min(quarterCount, max(0, firstQuarter.distance(to: quarter) + 1))
    for index in columns.indices { table.columns[index].values.removeLast(quarterCount - table.quarterCount) }
    return table
  }

  /// Reads and checks the file: header, units, dates, order, gaps in the calendar, duplicates, numbers.
  public init(contentsOf path: String) throws(InvalidInput) {
    try self.init(CommaSeparatedValues(contentsOf: path))
  }

  init(_ csv: CommaSeparatedValues) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func problem(_ code: String, _ message: String, _ line: Int) {
      problems.append(Diagnostic(code, message, at: .init(file: csv.file, line: line)))
    }
    let ids = csv.header.cells.dropFirst()
    if csv.header.cells[0] != "quarter" {
      problem("T010", "the first column is '\(csv.header.cells[0])', expected 'quarter'", csv.header.line)
    }
    for (index, id) in ids.enumerated() where ids.prefix(index).contains(id) {
      problem("T011", "column '\(id)' stands twice in the header", csv.header.line)
    }
    guard csv.rows.count >= 3, csv.rows[0].cells[0] == "unit", csv.rows[1].cells[0] == "as_of" else {
      problem("T012", "expected a row 'unit,…', a row 'as_of,…' and then quarters after the header", csv.header.line)
      throw InvalidInput(.invalid, problems)
    }
    let units = csv.rows[0].cells.dropFirst().map { RiskFactor.Unit(rawValue: $0) }
    for (id, (unit, text)) in zip(ids, zip(units, csv.rows[0].cells.dropFirst())) where unit == nil {
      problem("T013", "unit of '\(id)' is '\(text)', expected 'percent' or 'index'", csv.rows[0].line)
    }
    let dates = csv.rows[1].cells.dropFirst().map { Quarter($0) }
    for (id, (date, text)) in zip(ids, zip(dates, csv.rows[1].cells.dropFirst())) where date == nil {
      problem("T014", "as_of of '\(id)' is '\(text)', expected a quarter such as 2025Q4", csv.rows[1].line)
    }

    var first: Quarter?
    var previous: Quarter?
    var values = [[Double?]](repeating: [], count: ids.count)
    for row in csv.rows.dropFirst(2) {
      guard let quarter = Quarter(row.cells[0]) else {
        problem("T015", "'\(row.cells[0])' is not a quarter such as 2025Q4", row.line)
        previous = previous?.advanced(by: 1)
        continue
      }
      let expected = previous?.advanced(by: 1) ?? quarter
      first = first ?? quarter
      previous = quarter
      if quarter != expected {
        problem(
          "T016", "the quarter is \(quarter), expected \(expected): rows are in order, none twice, none left out",
          row.line)
      }
      for (columnIndex, text) in row.cells.dropFirst().enumerated() {
        let id = csv.header.cells[columnIndex + 1]
        do {
          values[columnIndex].append(try TableNumber.read(text, id, units[columnIndex] ?? .percent))
        } catch {
          problem(error.code, error.message, row.line)
          values[columnIndex].append(nil)
        }
      }
    }
    guard problems.isEmpty, let first else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    file = csv.file
    notes = csv.notes
    firstQuarter = first
    quarterCount = csv.rows.count - 2
    columns = ids.enumerated().map { index, id in
      Column(id: id, unit: units[index]!, asOf: dates[index]!, values: values[index])
    }
  }
}
