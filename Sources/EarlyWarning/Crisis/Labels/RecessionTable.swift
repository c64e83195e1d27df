public import MacroScenarios

/// Recessions as the dating committee published them: months of peak and trough, and when each became known.
public struct RecessionTable: Sendable, Equatable {
  struct Recession: Sendable, Equatable {
    /// Months since year 0.
    let peak: Int
    let trough: Int?
    let peakKnown: Quarter
    let troughKnown: Quarter?
  }

  public let file: String
  let recessions: [Recession]

  /// Reads columns `peak,trough,peak_announced,trough_announced`; months as `1990-07`, days as `1991-04-25`.
  /// - Throws: `.invalid` naming the line, `.missing` when there is no such file.
  public init(contentsOf path: String) throws(InvalidInput) {
    try self.init(CommaSeparatedValues(contentsOf: path))
  }

  init(_ table: CommaSeparatedValues) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func problem(_ message: String, _ line: Int) {
      problems.append(Diagnostic("T080", message, at: .init(file: table.file, line: line)))
    }
    let columns = ["peak", "trough", "peak_announced", "trough_announced"]
    guard table.header.cells == columns else {
      problem(
        "the header is '\(table.header.cells.joined(separator: ","))', expected '\(columns.joined(separator: ","))'",
        table.header.line)
      throw InvalidInput(.invalid, problems)
    }
    var recessions: [Recession] = []
    for row in table.rows {
      guard let peak = Self.month(row.cells[0]), let known = Self.quarter(ofDay: row.cells[2]) else {
        problem("the peak is '\(row.cells[0])', announced '\(row.cells[2])', expected 1990-07 and 1991-04-25", row.line)
        continue
      }
      let isOver = !row.cells[1].isEmpty || !row.cells[3].isEmpty
      let trough = Self.month(row.cells[1])
      let troughKnown = Self.quarter(ofDay: row.cells[3])
      if isOver, trough == nil || troughKnown == nil {
        problem(
          "the trough is '\(row.cells[1])', announced '\(row.cells[3])', expected a month and a day, or both empty",
          row.line)
      }
      let before = recessions.last
      let isInOrder = before.map { $0.trough.map { $0 < peak } ?? false } ?? true
      if !isInOrder || trough.map({ $0 <= peak }) ?? false {
        problem("peaks and troughs take turns, each later than the one before", row.line)
      }
      recessions.append(Recession(peak: peak, trough: trough, peakKnown: known, troughKnown: troughKnown))
    }
    if recessions.isEmpty { problem("the table has no recession", table.header.line) }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    file = table.file
    self.recessions = recessions
  }

  /// What was announced by the end of `quarter`: a recession whose trough was not goes on.
  func known(at quarter: Quarter) -> [(peak: Int, trough: Int?)] {
    recessions.filter { $0.peakKnown <= quarter }
      .map { ($0.peak, $0.troughKnown.map { $0 <= quarter } ?? false ? $0.trough : nil) }
  }

  /// Whether a month of `quarter` lies after a peak and not after its trough, as far as it was known at `date`.
  func isRecession(_ quarter: Quarter, knownAt date: Quarter) -> Bool {
    let months = (quarter.year * 12 + 3 * (quarter.number - 1)...quarter.year * 12 + 3 * quarter.number - 1)
    return known(at: date).contains { recession in
      months.contains { $0 > recession.peak && $0 <= recession.trough ?? .max }
    }
  }

  /// `1990-07` as months since year 0.
  private static func month(_ text: String) -> Int? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let year = digits(parts[0], 4), let month = digits(parts[1], 2), (1...12).contains(month)
    else { return nil }
    return 12 * year + month - 1
  }

  private static func quarter(ofDay text: String) -> Quarter? {
    guard text.utf8.count == 10, let month = month(String(text.prefix(7))), text.dropFirst(7).first == "-",
      let day = digits(text.suffix(2), 2), (1...31).contains(day)
    else { return nil }
    return Quarter(year: month / 12, number: month % 12 / 3 + 1)
  }

  private static func digits(_ text: some StringProtocol, _ count: Int) -> Int? {
    guard text.utf8.count == count, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }
}
