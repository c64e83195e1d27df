public import MacroScenarios

/// A table of observations in the columns of the macro history, read line by line as it grows.
///
/// Line 1 is the header (lines with `#` before it are notes), then comes `unit,…`, perhaps `as_of,…`, then one quarter a
/// line, in order. What is wrong with a line is told with its number; the rules:
///
/// | found | rule |
/// |---|---|
/// | a column or unit that the models need is missing or another one | refused |
/// | a quarter left out, out of order, or twice with other figures | refused |
/// | a quarter twice with the same figures | the second is passed over, with a warning |
/// | a cell that is no number, an index not above 0, a value that cannot be | refused |
/// | an empty cell | stays missing; the image has the training mean there; told by column |
/// | a column that never moves in nine quarters or more | refused |
/// | a column whose figures are far too small: fractions in place of percent | refused |
/// | a value far outside what the models were fitted on | used as it is, with a warning |
public struct ObservationTable: Sendable {
  private enum Stage: Sendable { case header, units, rows }

  public let file: String
  public private(set) var problems: [Diagnostic] = []
  /// Not taken by `takeWarnings` yet.
  private var warnings: [Diagnostic] = []
  private var stage = Stage.header
  private var columns: [String] = []
  /// Place of each factor of `MacroIndicator.factors` in a row.
  private var places: [Int] = []
  public private(set) var firstQuarter: Quarter?
  /// `[quarter][factor]`
  private(set) var values: [[Double?]] = []
  private(set) var lines: [Int] = []
  private var cells: [[String]] = []
  private var missing: [(count: Int, firstLine: Int)]

  public init(file: String) {
    self.file = file
    missing = MacroIndicator.factors.map { _ in (0, 0) }
  }

  public var quarterCount: Int { values.count }
  public var lastQuarter: Quarter? { firstQuarter.map { $0.advanced(by: values.count - 1) } }

  /// Takes one whole line, without its line end.
  public mutating func read(_ line: String, number: Int) {
    var text = line.hasSuffix("\r") ? String(line.dropLast()) : line
    if number == 1, text.hasPrefix("\u{FEFF}") { text.removeFirst() }
    if text.isEmpty || (stage == .header && text.hasPrefix("#")) { return }
    guard let cells = Self.cells(of: text) else {
      problem("T003", "a quoted cell is never closed, or text follows it", number)
      return
    }
    switch stage {
    case .header: readHeader(cells, number)
    case .units: readUnits(cells, number)
    case .rows: readRow(cells, number)
    }
  }

  public mutating func takeWarnings() -> [Diagnostic] {
    defer { warnings = [] }
    return warnings
  }

  private mutating func problem(_ code: String, _ message: String, _ line: Int?, _ notes: [String] = []) {
    problems.append(Diagnostic(code, message, at: .init(file: file, line: line), notes: notes))
  }

  private mutating func warn(_ code: String, _ message: String, _ line: Int?) {
    warnings.append(Diagnostic(code, message, at: .init(file: file, line: line), severity: .warning))
  }

  private mutating func readHeader(_ cells: [String], _ line: Int) {
    columns = cells
    if columns[0] != "quarter" { problem("T010", "the first column is '\(columns[0])', expected 'quarter'", line) }
    for (index, id) in columns.enumerated() where columns.prefix(index).contains(id) {
      problem("T011", "column '\(id)' stands twice in the header", line)
    }
    let absent = MacroIndicator.factors.filter { !columns.contains($0) }
    if !absent.isEmpty {
      problem(
        "T082", "\(absent.count) columns that the models read are missing: \(absent.joined(separator: ", "))", line)
    }
    places = MacroIndicator.factors.map { columns.firstIndex(of: $0) ?? 0 }
    stage = .units
  }

  private mutating func readUnits(_ cells: [String], _ line: Int) {
    stage = .rows
    guard cells.first == "unit" else {
      problem(
        "T012", "the line after the header starts with '\(cells[0])', expected 'unit' and a unit a column", line,
        ["fix: a line unit,percent,… as in scenarios/data/us-macro-history.csv"])
      return
    }
    guard hasAllCells(cells, line) else { return }
    for (factor, place) in zip(MacroIndicator.factors, places) where place > 0 {
      let expected = RiskFactor.named(factor)?.unit.rawValue ?? ""
      if cells[place] != expected {
        problem("T013", "unit of '\(factor)' is '\(cells[place])', expected '\(expected)'", line)
      }
    }
  }

  private mutating func readRow(_ cells: [String], _ line: Int) {
    if cells[0] == "as_of", values.isEmpty { return }
    guard hasAllCells(cells, line) else { return }
    guard let quarter = Quarter(cells[0]) else {
      problem("T015", "'\(cells[0])' is not a quarter such as 2025Q4", line)
      return
    }
    if let last = lastQuarter, let first = firstQuarter, quarter != last.advanced(by: 1) {
      readStray(cells, quarter, first, last, line)
      return
    }
    firstQuarter = firstQuarter ?? quarter
    values.append(numbers(cells, quarter, line))
    lines.append(line)
    self.cells.append(cells)
  }

  /// A quarter that is not the next one.
  private mutating func readStray(
    _ cells: [String], _ quarter: Quarter, _ first: Quarter, _ last: Quarter, _ line: Int
  ) {
    guard quarter <= last else {
      let gap = last.distance(to: quarter) - 1
      problem(
        "T016", "\(gap) quarters are left out before \(quarter): expected \(last.advanced(by: 1))", line,
        ["fix: give the quarters left out, with empty cells where nothing is known"])
      return
    }
    let place = first.distance(to: quarter)
    guard place >= 0 else {
      problem("T016", "\(quarter) comes after \(last): rows are in order", line)
      return
    }
    if self.cells[place] == cells {
      warn("T083", "\(quarter) stands twice with the same figures (first in line \(lines[place])): passed over", line)
    } else {
      problem(
        "T016", "\(quarter) stands twice with other figures (first in line \(lines[place])), or rows are out of order",
        line)
    }
  }

  private mutating func numbers(_ cells: [String], _ quarter: Quarter, _ line: Int) -> [Double?] {
    var numbers: [Double?] = []
    for (index, factor) in MacroIndicator.factors.enumerated() {
      numbers.append(number(cells[places[index]], index, factor, quarter, line))
    }
    return numbers
  }

  private mutating func number(
    _ text: String, _ index: Int, _ factor: String, _ quarter: Quarter, _ line: Int
  ) -> Double? {
    guard places[index] > 0, let known = RiskFactor.named(factor) else { return nil }
    let value: Double?
    do {
      value = try TableNumber.read(text, factor, known.unit)
    } catch {
      problem(error.code, error.message, line)
      return nil
    }
    guard let value else {
      if missing[index].count == 0 { missing[index].firstLine = line }
      missing[index].count += 1
      return nil
    }
    let possible = known.possibleValues
    guard possible.contains(value) else {
      let (scale, unit) = known.unit == .percent ? (100.0, " percent") : (1, "")
      problem(
        "S037",
        "'\(factor)' is \(text) in \(quarter), possible is \(possible.lowerBound * scale) to "
          + "\(possible.upperBound * scale)\(unit)", line)
      return nil
    }
    return value
  }

  private mutating func hasAllCells(_ cells: [String], _ line: Int) -> Bool {
    guard cells.count == columns.count else {
      problem("T005", "this line has \(cells.count) cells, the header has \(columns.count)", line)
      return false
    }
    return true
  }

  /// Cells of one line; quotes may surround a cell. `nil` when a quote stays open or text follows it.
  private static func cells(of line: String) -> [String]? {
    guard line.contains("\"") else {
      return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var cells: [String] = []
    var rest = line[...]
    while true {
      if rest.first == "\"" {
        guard let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
        cells.append(String(rest[rest.index(after: rest.startIndex)..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        let end = rest.firstIndex(of: ",") ?? rest.endIndex
        cells.append(String(rest[..<end]))
        rest = rest[end...]
      }
      guard let comma = rest.first else { return cells }
      guard comma == "," else { return nil }
      rest = rest.dropFirst()
    }
  }
}

extension ObservationTable {
  /// What only many rows together show; to be asked when all lines at hand are read.
  /// - Parameter quietest: `[factor]`, see `ObservedRange`.
  mutating func checkColumns(quietest: [Double]) {
    let fewest = EarlyWarningModel.leadIn + 1
    for (index, factor) in MacroIndicator.factors.enumerated() {
      let known = values.compactMap { $0[index] }
      if missing[index].count > 0 {
        warn(
          "T084",
          "'\(factor)' has no value in \(missing[index].count) of \(values.count) quarters, first in line "
            + "\(missing[index].firstLine): each stands at its training mean in the windows that hold it",
          missing[index].firstLine)
        missing[index] = (0, 0)
      }
      guard known.count >= fewest, let highest = known.map(abs).max() else { continue }
      if known.allSatisfy({ $0 == known[0] }) {
        problem(
          "T085", "'\(factor)' is the same in all \(known.count) quarters: a column that never moves was not measured",
          lines.first)
      } else if highest < quietest[index] / 10 {
        problem(
          "T086",
          "'\(factor)' is never above \(highest * 100) percent in \(known.count) quarters, history's quietest two years "
            + "reached \(quietest[index] * 100): fractions in place of percent?", lines.first,
          ["fix: write 4.5 for 4.5 %"])
      }
    }
  }

  /// - Returns: the panel of all rows so far; `nil` before the first.
  public var panel: IndicatorPanel? {
    guard let firstQuarter else { return nil }
    let places = Dictionary(uniqueKeysWithValues: MacroIndicator.factors.enumerated().map { ($1, $0) })
    let values = values
    return IndicatorPanel(from: firstQuarter, count: values.count) { factor, quarter in
      let row = firstQuarter.distance(to: quarter)
      guard values.indices.contains(row), let place = places[factor] else { return nil }
      return values[row][place]
    }
  }
}
