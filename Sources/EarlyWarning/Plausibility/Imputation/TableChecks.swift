import Foundation
import MacroScenarios
import PathSimulation

/// What a table must be before anything is said of its values; all that is wrong is named at once.
///
/// | code | what | then |
/// |---|---|---|
/// | T010–T018 | header, units, dates; a quarter twice, out of order or left out; a cell that is no number | refused, by line |
/// | T070 | fewer quarters than a window | refused |
/// | T071 | no column is a factor that the models know | refused |
/// | T072 | a column's unit is not that of the factor | refused |
/// | T073 | a column never changes | refused |
/// | T074 | a column lies, or varies, as no history of the factor does: other units? | refused |
/// | T075 | a column is no factor that the models know | passed through |
/// | T076 | a factor has no column, or one without a value | its windows are read without it |
struct TableChecks {
  /// Means this many standard deviations from history's, or spreads so many times narrower or wider, are other units.
  private static let farthestMean = 8.0
  private static let largestSpreadRatio = 20.0
  /// Fewer values than this have no spread to speak of.
  private static let fewestValues = 8

  private(set) var warnings: [Diagnostic] = []

  /// - Throws: everything that the table is refused for.
  init(_ table: QuarterlyTable, header line: Int, rows: [[Double]], scale: StationaryScale) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func place(_ line: Int?) -> Diagnostic.Place { .init(file: table.file, line: line) }
    if table.quarterCount < HistorySample.windowLength {
      problems.append(
        Diagnostic(
          "T070", "the table has \(table.quarterCount) quarters, at least \(HistorySample.windowLength) are needed",
          at: place(nil)))
    }
    let known = scale.factors.filter { table.column($0.id) != nil }
    if known.isEmpty {
      problems.append(
        Diagnostic(
          "T071", "no column is a factor that the models know", at: place(line),
          notes: ["factors: " + scale.factors.map(\.id).joined(separator: ", ")]))
    }
    for column in table.columns where !scale.factors.contains(where: { $0.id == column.id }) {
      warnings.append(
        Diagnostic(
          "T075", "'\(column.id)' is no factor that the models know: passed through as it is", at: place(line),
          severity: .warning))
    }
    for (k, factor) in scale.factors.enumerated() {
      guard let column = table.column(factor.id), column.values.contains(where: { $0 != nil }) else {
        warnings.append(
          Diagnostic(
            "T076",
            "'\(factor.id)' has no \(table.column(factor.id) == nil ? "column" : "value"): nothing is filled in "
              + "for it, and the others are read without it", at: place(line), severity: .warning))
        continue
      }
      if column.unit != factor.unit {
        problems.append(
          Diagnostic(
            "T072", "'\(factor.id)' is in \(column.unit.rawValue), expected \(factor.unit.rawValue)",
            at: place(line + 1)))
      } else if let problem = Self.problem(of: column, k, rows, scale) {
        problems.append(Diagnostic(problem.code, problem.text, at: place(line + 1), notes: [problem.fix]))
      }
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
  }

  private static func problem(
    of column: QuarterlyTable.Column, _ k: Int, _ rows: [[Double]], _ scale: StationaryScale
  ) -> (code: String, text: String, fix: String)? {
    let natural = column.values.compactMap { $0 }
    guard natural.count >= fewestValues else { return nil }
    if natural.allSatisfy({ $0 == natural[0] }) {
      return (
        "T073", "'\(column.id)' has the same value in all \(natural.count) quarters that are known",
        "fix: give the series as published, or leave the column out"
      )
    }
    let unknown = [Double](repeating: .nan, count: scale.factors.count)
    let values = zip([unknown] + rows, rows).compactMap { previous, row -> Double? in
      let value = scale.coordinates(of: row, after: previous)[k]
      return value.isFinite ? value : nil
    }
    let share = Double(values.count) / Double(natural.count)
    let sorted = values.sorted()
    let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
    let isElsewhere = abs(median) > farthestMean || spread > largestSpreadRatio || spread * largestSpreadRatio < 1
    // Where riders have no base, few values can be read, which is no fault of theirs.
    guard values.count >= fewestValues, isElsewhere || share < 0.5 && scale.scales[k].base == nil else { return nil }
    return (
      "T074",
      String(
        format: "'%@' is not in the units of its history: on its scale the median lies %.1f standard deviations from "
          + "history's mean and the spread is %.2f of history's; %d of %d values can be read", column.id, median,
        spread,
        values.count, natural.count),
      "fix: rates in percent (5.5 for 5.5 %), growth as an annualised quarterly rate, indices as levels"
    )
  }
}
