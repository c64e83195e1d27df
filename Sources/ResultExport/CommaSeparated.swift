/// Text in comma-separated values (RFC 4180), UTF-8, lines ending with `\n`.
///
/// A text cell that a spreadsheet would take for a formula gets an apostrophe in front, which spreadsheets hide. Numbers
/// are written by us and stay as they are: the shortest text that reads back to the same bits. What is missing is empty.
struct CommaSeparated {
  private(set) var bytes: [UInt8] = []

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func append(_ row: some Sequence<Cell>) {
    var isFirst = true
    for cell in row {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(cell)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  mutating func append(header columns: [Table.Column]) { append(columns.map { .text($0.name) }) }

  private mutating func append(_ cell: Cell) {
    switch cell {
    case .text(let text): append(text)
    case .integer(let number): bytes.append(contentsOf: "\(number)".utf8)
    case .real(let number): append(number)
    case .missing: break
    }
  }

  /// Such as `12`, `-0.5`, `1e-07`: no decimals where there are none.
  mutating func append(_ number: Double) {
    let whole = Int32(truncatingIfNeeded: Int64(exactly: number) ?? .max)
    if Double(whole) == number, number != 0 || number.sign == .plus {
      bytes.append(contentsOf: "\(whole)".utf8)
    } else {
      var text = number.description
      if text.hasSuffix(".0") { text.removeLast(2) }
      bytes.append(contentsOf: text.utf8)
    }
  }

  mutating func appendComma() { bytes.append(UInt8(ascii: ",")) }
  mutating func endRow() { bytes.append(UInt8(ascii: "\n")) }

  private static let quote = UInt8(ascii: "\"")
  /// What begins a formula in one spreadsheet or another.
  private static let formulaStarts: Set<UInt8> = Set("=+-@\t\r\n".utf8)
  private static let needingQuotes: Set<UInt8> = Set(",\"\r\n".utf8)

  private mutating func append(_ text: String) {
    let isFormula = text.utf8.first.map(Self.formulaStarts.contains) ?? false
    let cell = (isFormula ? "'" : "") + text.withVisibleNUL
    // What is empty but there is told from what is missing by its quotes.
    let isQuoted = cell.isEmpty || cell.utf8.contains(where: Self.needingQuotes.contains) || cell.first == " "
    if isQuoted { bytes.append(Self.quote) }
    for byte in cell.utf8 {
      if byte == Self.quote { bytes.append(Self.quote) }
      bytes.append(byte)
    }
    if isQuoted { bytes.append(Self.quote) }
  }
}
