import MacroScenarios

/// The windows of history that the models learn from, and nothing dated after the jump-off.
struct HistorySample: Sendable {
  /// Quarters of a window: those of a supervisory scenario.
  static let windowLength = 13
  /// The first quarter of the first window. The VIX begins in 1990 and the BBB yield in 1988: their early cells are masked.
  static let firstQuarter = Quarter(year: 1988, number: 1)
  /// Fewer windows than this hold fewer than six that do not overlap.
  static let fewestWindows = 78

  let jumpOff: Quarter
  let scale: StationaryScale
  /// Natural values, `[quarter][factor]`, NaN where missing, from the quarter before `firstQuarter` on.
  let rows: [[Double]]
  let grid: MaskedGrid
  let windows: [MaskedGrid]

  /// The first quarter of window `index`.
  func quarter(_ index: Int) -> Quarter { Self.firstQuarter.advanced(by: index) }

  /// - Throws: a vintage later than the jump-off, a factor that is absent, too few quarters, a factor that never changes.
  init(history: QuarterlyTable, jumpOff: Quarter) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func problem(_ code: String, _ message: String, fix: String) {
      problems.append(Diagnostic(code, message, at: .init(file: history.file), notes: ["fix: \(fix)"]))
    }
    let factors = RiskFactor.catalogue
    for factor in factors {
      guard let column = history.column(factor.id) else {
        problem("M050", "there is no column '\(factor.id)'", fix: "give every factor of the catalogue a column")
        continue
      }
      if column.asOf > jumpOff {
        problem(
          "M016",
          "'\(factor.id)' is as known in \(column.asOf), after the jump-off \(jumpOff): revisions would be seen",
          fix: "give the history of the vintage of the jump-off")
      }
    }
    let known = history.cut(after: jumpOff)
    let before = Self.firstQuarter.advanced(by: -1)
    let count = before.distance(to: jumpOff)
    let windowCount = count - Self.windowLength + 1
    if known.firstQuarter > before || known.lastQuarter < jumpOff || windowCount < Self.fewestWindows {
      problem(
        "M051",
        "the history runs from \(known.firstQuarter) to \(known.lastQuarter), needed are \(before) to the jump-off "
          + "\(jumpOff) and at least \(Self.fewestWindows) windows of \(Self.windowLength) quarters (\(max(0, windowCount)))",
        fix: "give a longer history, or a jump-off from "
          + "\(before.advanced(by: Self.fewestWindows + Self.windowLength - 1)) on")
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, problems) }
    rows = Self.rows(of: known, factors: factors, from: before, count: count + 1)
    scale = try StationaryScale(fittedTo: rows, factors: factors, file: history.file)
    self.jumpOff = jumpOff
    grid = scale.grid(of: rows)
    windows = grid.windows(ofQuarters: Self.windowLength)
  }

  /// Natural values, `[quarter][factor]`; NaN where the table has none.
  static func rows(of table: QuarterlyTable, factors: [RiskFactor], from first: Quarter, count: Int) -> [[Double]] {
    let start = table.firstQuarter.distance(to: first)
    let columns = factors.map { table.column($0.id)?.values ?? [] }
    return (start..<start + count).map { row in
      columns.map { $0.indices.contains(row) ? $0[row] ?? .nan : .nan }
    }
  }
}
