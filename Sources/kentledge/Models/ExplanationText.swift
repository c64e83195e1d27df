import Foundation
import NeuralNetworks

/// An attribution as a table of plain text, rows by columns, with its sums and its gap.
struct ExplanationText {
  private let table: AttributionTable

  init(_ table: AttributionTable) { self.table = table }

  private var isShare: Bool { table.unit == "fraction" }

  private func cell(_ value: Double) -> String {
    isShare ? String(format: "%+.3f", 100 * value) : String(format: abs(value) >= 100 ? "%+.0f" : "%+.2f", value)
  }

  private func level(_ value: Double) -> String {
    isShare ? String(format: "%.3f %%", 100 * value) : String(format: "%.2f %@", value, table.unit)
  }

  var text: String {
    let change = table.value - table.baselineValue
    let nameWidth = (table.rows.map(\.name.count).max() ?? 0) + 2
    func line(_ name: String, _ cells: [String]) -> String {
      name + String(repeating: " ", count: nameWidth - name.count)
        + cells.map { String(repeating: " ", count: max(1, 9 - $0.count)) + $0 }.joined()
    }
    let sums = table.columns.indices.map { column in table.rows.reduce(0) { $0 + $1.values[column] } }
    let unit = isShare ? "percentage points" : table.unit
    var lines = [
      table.title,
      "  \(level(table.value)), against \(level(table.baselineValue)) of \(table.baseline); what each adds, in \(unit):",
      line("", table.columns + ["all"]),
    ]
    lines += table.rows.map { row in line(row.name, (row.values + [row.total]).map(cell)) }
    lines.append(line("all", (sums + [sums.reduce(0, +)]).map(cell)))
    lines.append(
      String(
        format: "  completeness gap %@ of a change of %@: %.3f %% (%d points)\n", cell(table.completenessGap),
        cell(change),
        100 * table.relativeGap, table.pointCount))
    return lines.joined(separator: "\n")
  }
}
