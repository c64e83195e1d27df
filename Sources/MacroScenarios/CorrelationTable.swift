/// An author's correlation matrix: a header `factor,<id>,…` and one row `<id>,…` for each factor, in any order.
enum CorrelationTable {
  /// Published and hand-written matrices are rounded: a smaller asymmetry than this is rounding.
  private static let roundingTolerance = 1e-6

  /// The matrix in the order of `factors`: square, symmetric, unit diagonal, entries in [−1, 1]. Whether it is positive
  /// semi-definite is for the one who factorises it.
  static func read(_ csv: CommaSeparatedValues, factors: [RiskFactor]) throws(InvalidInput) -> [[Double]] {
    var problems: [Diagnostic] = []
    func problem(_ message: String, _ line: Int) {
      problems.append(Diagnostic("S044", message, at: .init(file: csv.file, line: line)))
    }
    let ids = factors.map(\.id)
    let columns = Array(csv.header.cells.dropFirst())
    func check(_ names: [String], _ what: String, _ line: (Int) -> Int) {
      for (index, name) in names.enumerated() {
        if !ids.contains(name) {
          let near = Spelling.nearest(to: name, among: ids).map { ", did you mean '\($0)'?" } ?? ""
          problem("\(what) '\(name)' is no factor of this scenario\(near)", line(index))
        } else if names.prefix(index).contains(name) {
          problem("\(what) '\(name)' stands twice", line(index))
        }
      }
      let missing = ids.filter { !names.contains($0) }
      if !missing.isEmpty { problem("no \(what) for \(missing.joined(separator: ", "))", csv.header.line) }
    }
    check(columns, "column") { _ in csv.header.line }
    check(csv.rows.map { $0.cells[0] }, "row") { csv.rows[$0].line }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }

    var matrix = [[Double]](repeating: .init(repeating: 0, count: ids.count), count: ids.count)
    var lines = [Int](repeating: 0, count: ids.count)
    for row in csv.rows {
      guard let i = ids.firstIndex(of: row.cells[0]) else { continue }
      lines[i] = row.line
      for (column, text) in zip(columns, row.cells.dropFirst()) {
        guard let j = ids.firstIndex(of: column) else { continue }
        if let number = TableNumber.decimal(text), abs(number) <= 1 {
          matrix[i][j] = number
        } else {
          problem("correlation of \(ids[i]) with \(column) is '\(text)', expected a number from -1 to 1", row.line)
        }
      }
    }
    for i in ids.indices where problems.isEmpty {
      if abs(matrix[i][i] - 1) > roundingTolerance {
        problem("correlation of \(ids[i]) with itself is \(matrix[i][i]), expected 1", lines[i])
      }
      for j in 0..<i where abs(matrix[i][j] - matrix[j][i]) > roundingTolerance {
        problem(
          "correlation of \(ids[i]) with \(ids[j]) is \(matrix[i][j]) here and \(matrix[j][i]) in row '\(ids[j])'",
          lines[i])
      }
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    for i in ids.indices {
      matrix[i][i] = 1
      for j in 0..<i { matrix[j][i] = matrix[i][j] }
    }
    return matrix
  }
}
