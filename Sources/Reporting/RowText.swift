import Foundation
import StressTesting

/// Rows of a result as compact JSON, the text that `JSONEncoder` gives them: most of a result is rows, and a general
/// encoder spends its time on looking up each value's type.
struct RowText {
  private(set) var bytes: [UInt8] = []

  /// - Returns: `nil` when a figure is infinite or not a number, which has no text.
  init?(_ row: StressTestResult.Row) {
    bytes.reserveCapacity(320)
    bytes.append(UInt8(ascii: "{"))
    append("entity", row.entity)
    append("item", row.item)
    guard append("lower", row.lower), append("model_error", row.modelError),
      append("parameter_error", row.parameterError)
    else { return nil }
    append("quarter", row.quarter)
    guard append("standard_error", row.standardError) else { return nil }
    append("statistic", row.statistic)
    append("unit", row.unit)
    guard append("upper", row.upper), append("value", row.value) else { return nil }
    append("variant", row.variant)
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func append(key: StaticString) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes += $0 }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func append(_ key: StaticString, _ text: String?) {
    guard let text else { return }
    append(key: key)
    let isPlain = text.utf8.allSatisfy {
      $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain {
      bytes.append(UInt8(ascii: "\""))
      bytes += text.utf8
      bytes.append(UInt8(ascii: "\""))
    } else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      // A string has a text always.
      bytes += (try? encoder.encode(text)) ?? Data()
    }
  }

  private mutating func append(_ key: StaticString, _ figure: Double?) -> Bool {
    guard let figure else { return true }
    guard figure.isFinite else { return false }
    append(key: key)
    let text = figure.description.utf8
    bytes += text.suffix(2).elementsEqual(".0".utf8) ? text.dropLast(2) : text[...]
    return true
  }
}
