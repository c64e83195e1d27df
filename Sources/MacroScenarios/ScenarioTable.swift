/// Published paths of the risk factors, several vintages and scenarios in one table.
///
/// The file has a header `vintage,scenario,as_of,quarter,<factor>,…`, a row `unit,,,,percent,…` and then the rows of each
/// path in the order of the calendar. `as_of` is the last quarter that was known when the path was drawn; the same in
/// all rows of a path. A row whose quarter is its `as_of` holds history there and ties the index bases.
public struct ScenarioTable: Sendable {
  public struct Path: Sendable {
    public let vintage, scenario: String
    public let asOf: Quarter
    public let firstQuarter: Quarter
    /// `[quarter][column]`; `nil` is missing. Fractions for percent, levels for an index.
    public fileprivate(set) var values: [[Double?]]

    public var lastQuarter: Quarter { firstQuarter.advanced(by: values.count - 1) }

    /// The row of that quarter, `nil` outside the path.
    public subscript(quarter: Quarter) -> [Double?]? {
      let row = firstQuarter.distance(to: quarter)
      return values.indices.contains(row) ? values[row] : nil
    }
  }

  public let file: String
  public let notes: [String]
  /// Names of the columns, each a factor of the catalogue.
  public let factors: [RiskFactor]
  public private(set) var paths: [Path]

  public func path(vintage: String, scenario: String) -> Path? {
    paths.first { $0.vintage == vintage && $0.scenario == scenario }
  }

  public init(contentsOf path: String) throws(InvalidInput) {
    try self.init(CommaSeparatedValues(contentsOf: path))
  }

  private static let leading = ["vintage", "scenario", "as_of", "quarter"]

  init(_ csv: CommaSeparatedValues) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func problem(_ code: String, _ message: String, _ line: Int) {
      problems.append(Diagnostic(code, message, at: .init(file: csv.file, line: line)))
    }
    guard csv.header.cells.starts(with: Self.leading) else {
      problem(
        "T010",
        "the header starts with '\(csv.header.cells.prefix(4).joined(separator: ","))', "
          + "expected '\(Self.leading.joined(separator: ","))'",
        csv.header.line)
      throw InvalidInput(.invalid, problems)
    }
    let ids = Array(csv.header.cells.dropFirst(4))
    var factors: [RiskFactor] = []
    for (index, id) in ids.enumerated() {
      if ids.prefix(index).contains(id) {
        problem("T011", "column '\(id)' stands twice in the header", csv.header.line)
      }
      guard let factor = RiskFactor.named(id) else {
        let near =
          Spelling.nearest(to: id, among: RiskFactor.catalogue.map(\.id)).map { ", did you mean '\($0)'?" } ?? ""
        problem("T019", "column '\(id)' is no risk factor\(near)", csv.header.line)
        continue
      }
      factors.append(factor)
    }
    guard let unitRow = csv.rows.first, unitRow.cells[0] == "unit", csv.rows.count >= 2 else {
      problem("T012", "expected a row 'unit,,,,…' and then quarters after the header", csv.header.line)
      throw InvalidInput(.invalid, problems)
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, problems) }
    for (factor, text) in zip(factors, unitRow.cells.dropFirst(4)) where factor.unit.rawValue != text {
      problem("T013", "unit of '\(factor.id)' is '\(text)', expected '\(factor.unit.rawValue)'", unitRow.line)
    }

    var paths: [Path] = []
    for row in csv.rows.dropFirst() {
      let (vintage, scenario) = (row.cells[0], row.cells[1])
      guard let asOf = Quarter(row.cells[2]) else {
        problem("T014", "as_of is '\(row.cells[2])', expected a quarter such as 2025Q4", row.line)
        continue
      }
      guard let quarter = Quarter(row.cells[3]) else {
        problem("T015", "'\(row.cells[3])' is not a quarter such as 2026Q1", row.line)
        continue
      }
      var values: [Double?] = []
      for (factor, text) in zip(factors, row.cells.dropFirst(4)) {
        do {
          values.append(try TableNumber.read(text, factor.id, factor.unit))
        } catch {
          problem(error.code, error.message, row.line)
          values.append(nil)
        }
      }
      if let index = paths.firstIndex(where: { $0.vintage == vintage && $0.scenario == scenario }) {
        let expected = paths[index].lastQuarter.advanced(by: 1)
        if quarter != expected {
          problem(
            "T016", "the quarter is \(quarter), expected \(expected): rows are in order, none twice, none left out",
            row.line)
        }
        if asOf != paths[index].asOf {
          problem("T014", "as_of is \(asOf), but \(paths[index].asOf) in the first row of this path", row.line)
        }
        paths[index].values.append(values)
      } else {
        if asOf.distance(to: quarter) < 0 {
          problem("T016", "the path starts at \(quarter), before its as_of \(asOf)", row.line)
        }
        paths.append(Path(vintage: vintage, scenario: scenario, asOf: asOf, firstQuarter: quarter, values: [values]))
      }
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    file = csv.file
    notes = csv.notes
    self.factors = factors
    self.paths = paths
  }
}
