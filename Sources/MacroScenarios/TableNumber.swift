/// One cell of a table of rates and indices.
package enum TableNumber {
  package struct Refusal: Error {
    package let code, message: String
  }

  /// A finite number written with decimal digits, sign, point and exponent; `NaN`, `inf` and `0x1p3` are none.
  static func decimal(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }),
      let number = Double(text), number.isFinite
    else { return nil }
    return number
  }

  /// Percent becomes a fraction; nothing stays nothing.
  package static func read(_ text: String, _ column: String, _ unit: RiskFactor.Unit) throws(Refusal) -> Double? {
    if text.isEmpty { return nil }
    guard let number = decimal(text) else {
      throw Refusal(
        code: "T017", message: "'\(column)' is '\(text)', expected a number, or nothing where the value is missing")
    }
    guard unit == .index else { return number / 100 }
    guard number > 0 else { throw Refusal(code: "T018", message: "'\(column)' is \(text): an index is positive") }
    return number
  }
}
