import Foundation
import MacroScenarios
public import StressTesting

/// `paths.csv`: the totals of every path of a run, one path a line.
public enum PathTable {
  /// Writes the table file by file of the run's paths, so that memory does not grow with their number.
  /// - Throws: `OutputFailure`, `NumericalFailure`, `Interrupted`.
  public static func write(_ totals: PathTotals, threadCount: Int, to path: String) throws {
    let places = PathTotal.catalogue.map { wanted in totals.totals.firstIndex { $0.name == wanted.name } }
    let file = try WholeFile(path)
    var header = CommaSeparated()
    header.append(header: Schema.pathColumns)
    try file.append(header.bytes)
    try totals.forEachChunk(threadCount: threadCount) {
      text(of: $0, places)
    } use: {
      try file.append($0)
    }
    try file.complete(isSynchronised: true)
  }

  private static func text(of chunk: PathTotals.Chunk, _ places: [Int?]) -> [UInt8] {
    var text = CommaSeparated()
    for path in 0..<chunk.pathCount {
      text.append(Double(chunk.firstPath + path))
      text.appendComma()
      text.append(chunk.weights[path])
      text.appendComma()
      text.append(Double(chunk.members[path]))
      for place in places {
        text.appendComma()
        // Columns are kept in single precision; what is written is exactly that value, as every other figure has it.
        if let place { text.append(Double(chunk.values[place][path])) }
      }
      text.endRow()
    }
    return text.bytes
  }

  /// Calls `use` with the cells of each path, in order.
  /// - Throws: `.missing` (X001) where there is no file, `.invalid` (X002) where it is not as `write` left it.
  static func forEachPath(in path: String, expecting pathCount: Int, _ use: ([Cell]) throws -> Void) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw InvalidInput(.missing, [Diagnostic("X001", "cannot read this table of paths", at: .init(file: path))])
    }
    defer { try? file.close() }
    var header = CommaSeparated()
    header.append(header: Schema.pathColumns)
    var number = 0
    func refuse(_ reason: String) -> InvalidInput {
      InvalidInput(.invalid, [Diagnostic("X002", reason, at: .init(file: path, line: number))])
    }
    func take(_ line: ArraySlice<UInt8>) throws {
      number += 1
      if number == 1 {
        guard line == header.bytes.dropLast() else { throw refuse("this is not a table of paths") }
        return
      }
      guard let cells = cells(of: line), case .integer(number - 2) = cells[0] else {
        throw refuse("expected path \(number - 2) with \(Schema.pathColumns.count) numbers")
      }
      try use(cells)
    }
    var rest: [UInt8] = []
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      rest.append(contentsOf: piece)
      var start = 0
      while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
        try take(rest[start..<end])
        start = end + 1
      }
      rest.removeFirst(start)
      // No line of ours is longer; a file without line ends must not fill the memory.
      guard rest.count < 1 << 16 else { throw refuse("this is not a table of paths") }
    }
    guard rest.isEmpty, number == pathCount + 1 else {
      throw refuse("the table has \(max(0, number - 1)) whole paths, expected \(pathCount)")
    }
  }

  /// `nil` where a cell is not what its column holds.
  private static func cells(of line: ArraySlice<UInt8>) -> [Cell]? {
    let texts = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard texts.count == Schema.pathColumns.count else { return nil }
    var cells: [Cell] = []
    cells.reserveCapacity(texts.count)
    for (text, column) in zip(texts, Schema.pathColumns) {
      let text = String(decoding: text, as: UTF8.self)
      if text.isEmpty, column.isOptional {
        cells.append(.missing)
      } else if column.storage == .integer, let value = Int(text), value >= 0 {
        cells.append(.integer(value))
      } else if column.storage == .real, let value = Double(text), value.isFinite {
        cells.append(.real(value))
      } else {
        return nil
      }
    }
    return cells
  }
}
