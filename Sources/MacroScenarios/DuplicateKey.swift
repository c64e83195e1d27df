import Yams

/// Finds the second of two equal keys in the text and makes it unique without moving anything.
enum DuplicateKey {
  struct Masked {
    let text: String
    let line, column: Int
  }

  /// Private characters that no scenario file holds.
  static let masks: ClosedRange<UInt32> = 0xE000...0xE8FF

  static func isMasked(_ name: String) -> Bool {
    (name.unicodeScalars.first?.value).map { masks.contains($0) } ?? false
  }

  /// The next key `name` of the map whose first key `name` stands at `mark`, replaced by as many private characters.
  static func maskNext(_ name: String, after mark: Mark, in text: String, mask: UInt32) -> Masked? {
    var scalars = Array(text.unicodeScalars)
    let wanted = Array(name.unicodeScalars)
    guard !wanted.isEmpty, mask < 0x800 else { return nil }
    var lineStarts = [0]
    for (index, scalar) in scalars.enumerated() where scalar == "\n" { lineStarts.append(index + 1) }
    guard lineStarts.indices.contains(mark.line - 1) else { return nil }
    let start = lineStarts[mark.line - 1] + mark.column - 1
    guard start < scalars.count else { return nil }

    let before = scalars[lineStarts[mark.line - 1]..<start]
    let isBlock = before.allSatisfy { $0 == " " || $0 == "-" }
    let position =
      isBlock
      ? nextInBlock(wanted, scalars, lineStarts, mark) : nextInFlow(wanted, scalars, start + wanted.count)
    guard let position else { return nil }
    for offset in wanted.indices {
      let value = offset == 0 ? masks.lowerBound + mask : masks.upperBound
      guard let scalar = Unicode.Scalar(value) else { return nil }
      scalars[position + offset] = scalar
    }
    var masked = String.UnicodeScalarView()
    masked.append(contentsOf: scalars)
    let isQuoted = position > 0 && (scalars[position - 1] == "\"" || scalars[position - 1] == "'")
    let line = (lineStarts.lastIndex { $0 <= position } ?? 0) + 1
    return Masked(text: String(masked), line: line, column: position - lineStarts[line - 1] + 1 - (isQuoted ? 1 : 0))
  }

  /// Where the text `wanted` stands as a key at `index`, perhaps in quotes; the position inside the quotes.
  private static func key(_ wanted: [Unicode.Scalar], _ scalars: [Unicode.Scalar], at index: Int) -> Int? {
    var start = index
    var quote: Unicode.Scalar?
    if start < scalars.count, scalars[start] == "\"" || scalars[start] == "'" {
      quote = scalars[start]
      start += 1
    }
    var end = start + wanted.count
    guard end <= scalars.count, scalars[start..<end].elementsEqual(wanted) else { return nil }
    if let quote {
      guard end < scalars.count, scalars[end] == quote else { return nil }
      end += 1
    }
    while end < scalars.count, scalars[end] == " " { end += 1 }
    return end < scalars.count && scalars[end] == ":" ? start : nil
  }

  private static func nextInBlock(
    _ wanted: [Unicode.Scalar], _ scalars: [Unicode.Scalar], _ lineStarts: [Int], _ mark: Mark
  ) -> Int? {
    for start in lineStarts.dropFirst(mark.line) {
      var index = start
      while index < scalars.count, scalars[index] == " " { index += 1 }
      guard index < scalars.count else { return nil }
      if scalars[index] == "\n" || scalars[index] == "\r" || scalars[index] == "#" { continue }
      if index - start < mark.column - 1 { return nil }
      if index - start == mark.column - 1, let position = key(wanted, scalars, at: index) { return position }
    }
    return nil
  }

  private static func nextInFlow(_ wanted: [Unicode.Scalar], _ scalars: [Unicode.Scalar], _ from: Int) -> Int? {
    var depth = 0
    var index = from
    var previous: Unicode.Scalar = " "
    while index < scalars.count {
      let scalar = scalars[index]
      switch scalar {
      case "{", "[": depth += 1
      case "}", "]":
        depth -= 1
        if depth < 0 { return nil }
      case "\"", "'":
        if " :,[{".unicodeScalars.contains(previous) {
          index += 1
          while index < scalars.count, scalars[index] != scalar { index += 1 }
        }
      case ",":
        var next = index + 1
        while next < scalars.count, scalars[next] == " " || scalars[next] == "\n" || scalars[next] == "\r" { next += 1 }
        if depth == 0, let position = key(wanted, scalars, at: next) { return position }
      default: break
      }
      previous = scalar
      index += 1
    }
    return nil
  }
}
