import Foundation

/// The rows of a comma-separated file (RFC 4180), each with the line on which it starts.
///
/// Lines that start with `#` before the header are notes on the table's source and are kept as such.
/// LF and CRLF end a line; a byte-order mark is passed over; quoted cells may hold commas, quotes and line ends.
public struct CommaSeparatedValues: Sendable {
  public struct Row: Sendable {
    /// 1-based line of the file.
    public let line: Int
    public let cells: [String]
  }

  public let file: String
  public let notes: [String]
  public let header: Row
  public let rows: [Row]

  /// No quarterly table comes near it; a wrong file is refused before it fills the memory.
  static let largestSize = 64 << 20

  /// Reads the file at `path`.
  /// - Throws: `.missing` when it cannot be read; `.invalid` when it is not UTF-8, has no header, a quote is never
  ///   closed or text follows a closed one, or a row has another number of cells than the header.
  public init(contentsOf path: String) throws(InvalidInput) {
    guard let size = RegularFile.size(path), let bytes = FileManager.default.contents(atPath: path) else {
      throw InvalidInput(.missing, [Diagnostic("T001", "cannot read this table", at: .init(file: path))])
    }
    guard size <= Self.largestSize else {
      throw InvalidInput(
        .invalid,
        [Diagnostic("T007", "the table has \(size) bytes, at most \(Self.largestSize) are read", at: .init(file: path))]
      )
    }
    try self.init(bytes: bytes, file: path)
  }

  init(bytes: some Collection<UInt8>, file: String) throws(InvalidInput) {
    func invalid(_ code: String, _ message: String, line: Int? = nil) -> InvalidInput {
      InvalidInput(.invalid, [Diagnostic(code, message, at: .init(file: file, line: line))])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw invalid("T002", "the table is not UTF-8 text")
    }

    var notes: [String] = []
    var rows: [Row] = []
    var cells: [String] = []
    var cell = ""
    var line = 1
    var rowLine = 1
    var inQuotes = false
    var wasQuoted = false
    var isClosed = false
    var scalars = text.unicodeScalars[...]
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }

    func endRow() {
      cells.append(cell)
      let isBlank = cells.count == 1 && cell.isEmpty && !wasQuoted
      if rows.isEmpty, cells[0].hasPrefix("#") {
        notes.append(cells.joined(separator: ",").dropFirst().trimmingCharacters(in: .whitespaces))
      } else if !isBlank {
        rows.append(Row(line: rowLine, cells: cells))
      }
      cells.removeAll(keepingCapacity: true)
      cell = ""
      wasQuoted = false
    }
    while let scalar = scalars.popFirst() {
      if scalar == "\n" { line += 1 }
      if inQuotes {
        if scalar != "\"" {
          cell.unicodeScalars.append(scalar)
        } else if scalars.first == "\"" {
          cell.append("\"")
          scalars.removeFirst()
        } else {
          inQuotes = false
          isClosed = true
        }
        continue
      }
      if isClosed, scalar != ",", scalar != "\n", scalar != "\r" {
        throw invalid("T006", "text follows a quoted cell", line: line)
      }
      if scalar != "\r" { isClosed = false }
      switch scalar {
      case "\"" where cell.isEmpty && !(rows.isEmpty && cells.first?.hasPrefix("#") == true):
        inQuotes = true
        wasQuoted = true
      case ",":
        cells.append(cell)
        cell = ""
      case "\r" where scalars.first == "\n":
        continue
      case "\n":
        endRow()
        rowLine = line
      default:
        cell.unicodeScalars.append(scalar)
      }
    }
    if inQuotes { throw invalid("T003", "a quoted cell that starts in this row is never closed", line: rowLine) }
    if !cell.isEmpty || !cells.isEmpty { endRow() }

    guard let header = rows.first else { throw invalid("T004", "the table has no header row") }
    let uneven = rows.dropFirst().filter { $0.cells.count != header.cells.count }.prefix(20)
    guard uneven.isEmpty else {
      throw InvalidInput(
        .invalid,
        uneven.map {
          Diagnostic(
            "T005", "this row has \($0.cells.count) cells, the header has \(header.cells.count)",
            at: .init(file: file, line: $0.line))
        })
    }
    self.file = file
    self.notes = notes
    self.header = header
    self.rows = Array(rows.dropFirst())
  }
}
