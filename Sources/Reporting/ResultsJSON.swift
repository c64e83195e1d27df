import Foundation
public import MacroScenarios
public import StressTesting

/// `results.json`: a result in one form only, so that equal results are equal bytes.
///
/// Keys are sorted and spelt `like_this`; a list has one element a line, for reading and for comparing; a figure is the
/// shortest text that reads back to the same bits; what is `nil` is left out.
public enum ResultsJSON {
  /// - Throws: `.invalid` (J001) when a figure is infinite or not a number.
  public static func encode(_ result: StressTestResult) throws(InvalidInput) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do {
      let rows = result.rows.compactMap { RowText($0)?.bytes }
      guard rows.count == result.rows.count else { return laidOut(try encoder.encode(result), rows: []) }
      var rest = result
      rest.rows = []
      return laidOut(try encoder.encode(rest), rows: rows)
    } catch {
      let reason =
        if case EncodingError.invalidValue(let value, let context) = error {
          "\(place(context.codingPath)) is \(value), expected a finite number"
        } else {
          "\(error)"
        }
      throw InvalidInput(.invalid, [Diagnostic("J001", reason, at: .init(file: "results.json"))])
    }
  }

  /// Reads what `encode` wrote, from a file that may have been damaged or made by someone else.
  /// - Parameter file: names the file in messages.
  /// - Throws: `.invalid`: not such JSON (J002), another schema (J003), a value that cannot be (J004), or not the one
  ///   form that `encode` writes (J005), which also finds unknown and doubled keys.
  public static func decode(_ bytes: [UInt8], file: String = "results.json") throws(InvalidInput) -> StressTestResult {
    func invalid(_ code: String, _ message: String, line: Int? = nil) -> InvalidInput {
      InvalidInput(.invalid, [Diagnostic(code, message, at: .init(file: file, line: line))])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw invalid("J002", "the file is not UTF-8 text")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = Data(bytes)
    if let schema = try? decoder.decode(SchemaAlone.self, from: data).schema,
      schema != StressTestResult.currentSchema
    {
      throw invalid("J003", "the schema is '\(excerpt(schema))', expected '\(StressTestResult.currentSchema)'")
    }
    let result: StressTestResult
    do {
      result = try decoder.decode(StressTestResult.self, from: data)
    } catch {
      throw invalid("J002", reason(error))
    }
    let problems = ResultsCheck.problems(of: result)
    guard problems.isEmpty else {
      throw InvalidInput(.invalid, problems.prefix(20).map { Diagnostic("J004", $0, at: .init(file: file)) })
    }
    let canonical = try encode(result)
    if canonical != text {
      let lines = zip(
        canonical.split(separator: "\n", omittingEmptySubsequences: false),
        text.split(separator: "\n", omittingEmptySubsequences: false))
      let line = (lines.enumerated().first { $0.element.0 != $0.element.1 }?.offset).map { $0 + 1 }
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "J005", "the file is not as kentledge wrote it: a key is unknown or stands twice, or the text was changed",
            at: .init(file: file, line: line), notes: ["fix: run the scenario again; results are not edited by hand"])
        ])
    }
    return result
  }

  private struct SchemaAlone: Decodable {
    var schema: String
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "the file cannot be read: \(excerpt("\(error)"))" }
    return switch error {
    case .keyNotFound(let key, let context):
      "\(place(context.codingPath)) has no '\(snakeCase(key.stringValue))'"
    case .valueNotFound(_, let context): "\(place(context.codingPath)) is null, expected a value"
    case .typeMismatch(let type, let context): "\(place(context.codingPath)) is not \(name(of: type))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "the file is not JSON: \(excerpt(context.underlyingError.map { "\($0)" } ?? context.debugDescription))"
        : "\(place(context.codingPath)): \(excerpt(context.debugDescription))"
    @unknown default: "the file cannot be read"
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch "\(type)" {
    case "Double", "Int", "UInt64": "a number that fits"
    case "String": "text"
    case "Bool": "true or false"
    case let name where name.hasPrefix("Array"): "a list"
    default: "an object"
    }
  }

  /// `rows[12].standard_error`.
  private static func place(_ path: [any CodingKey]) -> String {
    let text = path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + snakeCase(key.stringValue)
      }
    }
    return text.isEmpty ? "the file" : "'\(excerpt(text))'"
  }

  private static func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
  }

  private static func excerpt(_ text: String) -> String { text.count > 120 ? "\(text.prefix(119))…" : text }

  /// Breaks compact JSON into lines: one per key of the whole, one per element of its lists.
  /// - Parameter rows: stand in the list of that name, which is empty in `compact`.
  private static func laidOut(_ compact: Data, rows: [[UInt8]]) -> String {
    var lines: [UInt8] = []
    lines.reserveCapacity(compact.count + compact.count / 16 + rows.reduce(0) { $0 + $1.count + 4 })
    var depth = 0
    var isInString = false
    var isEscaped = false
    func newLine() {
      lines.append(UInt8(ascii: "\n"))
      lines.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth))
    }
    func appendRows() {
      for (index, row) in rows.enumerated() {
        if index > 0 {
          lines.append(UInt8(ascii: ","))
          newLine()
        }
        lines += row
      }
    }
    for byte in compact {
      if isInString {
        lines.append(byte)
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInString = true
        lines.append(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isRows = depth == 1 && lines.suffix(7).elementsEqual("\"rows\":".utf8)
        depth += 1
        lines.append(byte)
        if depth <= 2 { newLine() }
        if isRows { appendRows() }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 2 { newLine() }
        lines.append(byte)
      case UInt8(ascii: ","):
        lines.append(byte)
        if depth <= 2 { newLine() }
      default: lines.append(byte)
      }
    }
    lines.append(UInt8(ascii: "\n"))
    return String(decoding: lines, as: UTF8.self)
  }
}
