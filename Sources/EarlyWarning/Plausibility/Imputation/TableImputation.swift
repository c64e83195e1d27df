import Foundation
public import MacroScenarios

/// A quarterly table with its missing values filled and its doubtful ones named; the values that were there are not
/// touched.
public struct TableImputation: Sendable {
  /// A value that was missing.
  public struct Filled: Sendable, Equatable {
    public let line: Int
    public let quarter: Quarter
    public let factor: RiskFactor
    /// Fractions for rates, levels for indices.
    public let value: Double
    /// 90 % interval, from the error on hidden values of the same kind of gap.
    public let lower, upper: Double
    public let gap: HidingPattern
  }

  /// A value that is far from what the others say it should be.
  public struct Suspect: Sendable, Equatable {
    public let line: Int
    public let quarter: Quarter
    public let factor: RiskFactor
    public let observed: Double
    /// What the value would be filled with if it were missing; `nil` where the scales cannot hold what is observed.
    public let expected: Double?
    /// Their difference in root mean square errors of hidden values; `nil` likewise.
    public let multiple: Double?
  }

  public let method: ImputationMethod
  public let filled: [Filled]
  public let suspects: [Suspect]
  /// What could not be filled: too little is known around it, or the gap is too long.
  public let left: [(quarter: Quarter, factor: RiskFactor)]
  public let warnings: [Diagnostic]
  private let csv: CommaSeparatedValues
  /// `[quarter][factor]`, filled.
  private let rows: [[Double]]
  private let factors: [RiskFactor]

  /// Longer gaps are left empty: nothing like them was tested. Inside a series, and before its first or after its last value.
  private static let longestInnerGap = 8
  private static let longestOuterGap = 4
  /// 90 % of a normal law lie within so many standard deviations.
  private static let intervalFactor = 1.645

  /// - Parameters:
  ///   - path: a table as `QuarterlyTable` reads it.
  ///   - multiple: how many root mean square errors a value must lie off to be suspect.
  /// - Throws: what the table is refused for; see `TableChecks`.
  public init(of path: String, model: PlausibilityModel, multiple: Double) throws(InvalidInput) {
    csv = try CommaSeparatedValues(contentsOf: path)
    let table = try QuarterlyTable(contentsOf: path)
    factors = model.scale.factors
    method = model.imputationMethod
    let rows = HistorySample.rows(
      of: table, factors: model.scale.factors, from: table.firstQuarter, count: table.quarterCount)
    warnings = try TableChecks(table, header: csv.header.line, rows: rows, scale: model.scale).warnings
    let search = SuspectSearch(model: model, rows: rows, multiple: multiple)
    let lines = csv.rows.dropFirst(2).map(\.line)
    suspects = search.found.map { found in
      Suspect(
        line: lines[found.quarter], quarter: table.firstQuarter.advanced(by: found.quarter),
        factor: model.scale.factors[found.factor], observed: rows[found.quarter][found.factor],
        expected: found.expected, multiple: found.multiple)
    }
    // What is doubtful stays in the table but is not let speak for its neighbours.
    let complete = model.complete([search.trusted])[0]
    var filled: [Filled] = [], left: [(quarter: Quarter, factor: RiskFactor)] = [], result = rows
    for quarter in rows.indices {
      for (k, factor) in model.scale.factors.enumerated()
      where !rows[quarter][k].isFinite && table.column(factor.id) != nil {
        let date = table.firstQuarter.advanced(by: quarter), value = complete[quarter][k]
        let gap = Self.gap(rows, quarter, k)
        guard value.isFinite, let gap else {
          left.append((date, factor))
          continue
        }
        let reach = Self.intervalFactor * model.imputationError(gap, factor: k)
        let isIndex = factor.unit == .index
        filled.append(
          Filled(
            line: lines[quarter], quarter: date, factor: factor, value: value,
            lower: isIndex ? value * exp(-reach) : value - reach, upper: isIndex ? value * exp(reach) : value + reach,
            gap: gap))
        result[quarter][k] = value
      }
    }
    self.filled = filled
    self.left = left
    self.rows = result
  }

  /// The pattern of hidden values that a gap is most like, whose error it is given; `nil` for one too long.
  private static func gap(_ rows: [[Double]], _ quarter: Int, _ factor: Int) -> HidingPattern? {
    let before = rows[..<quarter].lastIndex { $0[factor].isFinite }
    let after = rows[quarter...].firstIndex { $0[factor].isFinite }
    let length = (after ?? rows.count) - (before ?? -1) - 1
    if before == nil || after == nil { return length <= longestOuterGap ? .lastQuarters : nil }
    if length > longestInnerGap { return nil }
    if rows[quarter].allSatisfy({ !$0.isFinite }) { return .wholeQuarters }
    return length == 1 ? .singleValues : .runs
  }

  /// The table as it was, with what was filled in place of empty cells; notes, header, units and dates included.
  public var completedTable: String {
    var lines = csv.notes.map { "# \($0)" }
    lines.append(
      "# \(filled.count) missing values filled by kentledge (\(method.rawValue)); each is named, with its error, in the "
        + "list beside this table.")
    lines += [csv.header, csv.rows[0], csv.rows[1]].map { $0.cells.map(Self.quoted).joined(separator: ",") }
    let columns = csv.header.cells.map { name in factors.firstIndex { $0.id == name } }
    for (quarter, row) in csv.rows.dropFirst(2).enumerated() {
      let cells = zip(row.cells, columns).map { cell, factor -> String in
        guard cell.isEmpty, let factor, rows[quarter][factor].isFinite else { return Self.quoted(cell) }
        return Self.text(rows[quarter][factor], factors[factor])
      }
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One row for each filled cell and each suspect value, in the units of the table.
  public var listing: String {
    var lines = ["line,quarter,factor,flag,value,lower,upper,expected,multiple,gap"]
    var rows: [(line: Int, order: Int, text: String)] = []
    for cell in filled {
      let f = cell.factor
      rows.append(
        (
          cell.line, factors.firstIndex(of: f) ?? 0,
          "\(cell.line),\(cell.quarter),\(f.id),filled,\(Self.text(cell.value, f)),\(Self.text(cell.lower, f)),"
            + "\(Self.text(cell.upper, f)),,,\(cell.gap.rawValue)"
        ))
    }
    for cell in suspects {
      let f = cell.factor
      rows.append(
        (
          cell.line, factors.firstIndex(of: f) ?? 0,
          "\(cell.line),\(cell.quarter),\(f.id),suspect,\(Self.text(cell.observed, f)),,,"
            + "\(cell.expected.map { Self.text($0, f) } ?? ""),\(cell.multiple.map { String(format: "%.1f", $0) } ?? ""),"
        ))
    }
    lines += rows.sorted { ($0.line, $0.order) < ($1.line, $1.order) }.map(\.text)
    return lines.joined(separator: "\n") + "\n"
  }

  /// In the units of a table: percent with two decimals, indices with five significant digits.
  static func text(_ value: Double, _ factor: RiskFactor) -> String {
    factor.unit == .percent ? String(format: "%.2f", 100 * value) : String(format: "%.5g", value)
  }

  private static func quoted(_ cell: String) -> String {
    cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
      ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }
}

extension PlausibilityModel {
  /// Fills tables by the model's own method.
  func complete(_ tables: [[[Double]]]) -> [[[Double]]] {
    let bridge = imputationMethod.isBridged ? self.bridge : nil
    return switch imputationMethod.kind {
    case nil: tables.map { Interpolation.complete($0, factors: scale.factors) }
    case .pca: TableCompletion(scale: scale, model: pca.whole, bridge: bridge).complete(tables)
    case .autoencoder: TableCompletion(scale: scale, model: autoencoder.whole, bridge: bridge).complete(tables)
    }
  }

  /// RMSE on hidden values of that pattern: a fraction, or of the logarithm of an index.
  func imputationError(_ pattern: HidingPattern, factor: Int) -> Double {
    imputationErrors[HidingPattern.allCases.firstIndex(of: pattern)! * scale.factors.count + factor]
  }
}
