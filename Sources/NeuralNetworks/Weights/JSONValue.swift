/// JSON (RFC 8259) as far as a weights file uses it, read strictly and with a bound on its depth.
///
/// Own, because the order of members and a name given twice must be seen, and hostile nesting must not end the program.
enum JSONValue: Equatable {
  case object([(String, JSONValue)])
  case array([JSONValue])
  case string(String)
  /// A whole number of 0 or more that fits; others have no use in a header.
  case natural(Int)
  case other(String)

  struct Malformed: Error {
    let offset: Int
    let found: String
    let expected: String
  }

  static let depthLimit = 8

  init(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
    var scanner = JSONScanner(bytes)
    self = try scanner.value(depth: 0)
    try scanner.expectEnd()
  }

  var kind: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "a string"
    case .natural: "a number"
    case .other(let text): text
    }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }

  var naturalNumbers: [Int]? {
    guard case .array(let items) = self else { return nil }
    let numbers = items.compactMap { if case .natural(let number) = $0 { number } else { nil } }
    return numbers.count == items.count ? numbers : nil
  }

  static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.object(let a), .object(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
    case (.array(let a), .array(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.natural(let a), .natural(let b)): a == b
    case (.other(let a), .other(let b)): a == b
    default: false
    }
  }
}

private struct JSONScanner {
  private static let numberCharacters = Set("0123456789+-.eE".utf8)

  private let bytes: ArraySlice<UInt8>
  private var next: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  private var byte: UInt8? { next < bytes.endIndex ? bytes[next] : nil }

  private func malformed(_ expected: String) -> JSONValue.Malformed {
    let found = byte.map { (0x20..<0x7F).contains($0) ? "'\(Character(UnicodeScalar($0)))'" : "byte \($0)" }
    return JSONValue.Malformed(offset: next, found: found ?? "the end of the header", expected: expected)
  }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { next += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard byte == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  mutating func expectEnd() throws(JSONValue.Malformed) {
    skipSpace()
    guard byte == nil else { throw malformed("the end of the header") }
  }

  mutating func value(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
    skipSpace()
    guard depth < JSONValue.depthLimit else { throw malformed("at most \(JSONValue.depthLimit) levels") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): return number()
    default:
      for word in ["true", "false", "null"] where bytes[next...].starts(with: word.utf8) {
        next += word.utf8.count
        return .other(word)
      }
      throw malformed("a value")
    }
  }

  private mutating func object(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
    next += 1
    var members: [(String, JSONValue)] = []
    var names: Set<String> = []
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard byte == UInt8(ascii: "\"") else { throw malformed("a name in quotes") }
      let start = next
      let name = try string()
      guard names.insert(name).inserted else {
        throw JSONValue.Malformed(offset: start, found: "'\(name.prefix(60))' a second time", expected: "a new name")
      }
      guard take(":") else { throw malformed("':'") }
      members.append((name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw malformed("',' or '}'") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONValue.Malformed) -> JSONValue {
    next += 1
    var items: [JSONValue] = []
    if take("]") { return .array([]) }
    repeat { items.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw malformed("',' or ']'") }
    return .array(items)
  }

  /// Digits only make a natural number; anything else that a number may hold is passed over and kept as text.
  private mutating func number() -> JSONValue {
    let start = next
    while let byte, Self.numberCharacters.contains(byte) { next += 1 }
    let text = String(decoding: bytes[start..<next], as: UTF8.self)
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0"),
      let number = Int(text)
    else { return .other("number \(text.prefix(40))") }
    return .natural(number)
  }

  private mutating func string() throws(JSONValue.Malformed) -> String {
    next += 1
    let start = next
    var content: [UInt8] = []
    while let byte, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw malformed("no control character in a string") }
      next += 1
      if byte == UInt8(ascii: "\\") { content += try escaped() } else { content.append(byte) }
    }
    guard byte != nil else { throw malformed("'\"'") }
    next += 1
    guard let text = String(validating: content, as: UTF8.self) else {
      throw JSONValue.Malformed(offset: start, found: "bytes that are not UTF-8", expected: "text")
    }
    return text
  }

  /// What stands after a backslash, as UTF-8.
  private mutating func escaped() throws(JSONValue.Malformed) -> [UInt8] {
    guard let byte else { throw malformed("an escape") }
    next += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try unicode())).utf8)
    default:
      next -= 1
      throw malformed("an escape of JSON")
    }
  }

  /// Four digits, or a pair of surrogates of four each.
  private mutating func unicode() throws(JSONValue.Malformed) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), bytes[next...].starts(with: "\\u".utf8) else {
      throw malformed("the second half of a surrogate pair")
    }
    next += 2
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw malformed("the second half of a surrogate pair") }
    return scalar
  }

  private mutating func fourDigits() throws(JSONValue.Malformed) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw malformed("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      next += 1
    }
    return value
  }
}
