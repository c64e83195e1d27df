import Foundation

/// How a kind of figure is printed: its factor, its unit and at most how many decimals.
///
/// One rule of rounding for the whole report: decimal places as C's `printf` rounds them, and no digit after the first
/// significant digit of the figure's standard error.
struct Measure {
  var factor: Double
  /// Most decimals ever printed.
  var decimals: Int
  var unit: String
  /// Money: the currency stands before the figure in a sentence, `USD 4.1 billion`.
  var currency: String?

  static let percent = Measure(factor: 100, decimals: 1, unit: "%")
  static let finePercent = Measure(factor: 100, decimals: 2, unit: "%")
  /// For probabilities: how many digits are printed is up to their error.
  static let probability = Measure(factor: 100, decimals: 4, unit: "%")
  static let percentagePoints = Measure(factor: 100, decimals: 2, unit: "percentage points")
  static let basisPoints = Measure(factor: 10_000, decimals: 0, unit: "basis points")
  static let count = Measure(factor: 1, decimals: 0, unit: "")
  static let plain = Measure(factor: 1, decimals: 3, unit: "")
  static let deviations = Measure(factor: 1, decimals: 1, unit: "standard deviations")

  /// Money, held in millions and printed in billions.
  static func billions(of currency: String, decimals: Int = 1) -> Measure {
    Measure(factor: 0.001, decimals: decimals, unit: "\(currency) billion", currency: currency)
  }

  /// The figure without its unit; the minus is a minus sign and thousands are set apart by commas.
  func number(_ value: Double, error: Double? = nil) -> String {
    Self.grouped(value * factor, decimals: places(error: error))
  }

  func signed(_ value: Double, error: Double? = nil) -> String {
    let text = number(value, error: error)
    return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+\(text)" : text
  }

  /// The figure with its unit, kept together on a line.
  func text(_ value: Double, error: Double? = nil) -> String {
    if let currency {
      let scale = unit.dropFirst(currency.count + 1)
      return "\(currency)\u{A0}\(number(value, error: error))\u{A0}\(scale)"
    }
    return unit.isEmpty ? number(value, error: error) : "\(number(value, error: error))\u{A0}\(unit)"
  }

  /// The same with a plus before what is above 0.
  func signedText(_ value: Double, error: Double? = nil) -> String {
    text(value, error: error).replacing(
      number(value, error: error), with: signed(value, error: error), maxReplacements: 1)
  }

  func interval(_ lower: Double, _ upper: Double, error: Double?) -> String {
    "\(number(lower, error: error)) to \(number(upper, error: error))"
  }

  /// Decimals such that the last one stands where the error's first significant digit does; negative: tens, hundreds.
  private func places(error: Double?) -> Int {
    guard let error, error.isFinite, error > 0 else { return decimals }
    var places = decimals
    while places > -9, Self.powerOfTen(1 - places) <= error * factor { places -= 1 }
    return places
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    return exponent < 0 ? 1 / power : power
  }

  /// `value` with so many decimals; negative ones round to tens, hundreds and so on.
  static func grouped(_ value: Double, decimals: Int) -> String {
    // A quotient of figures that a file may hold can still overflow; it is then said, not drawn.
    guard value.isFinite else { return ResultReader.notEstimable }
    let step = decimals < 0 ? powerOfTen(-decimals) : 1
    let rounded = decimals < 0 ? (value / step).rounded(.toNearestOrEven) * step : value
    let digits = fixed(abs(rounded), decimals: max(decimals, 0))
    let parts = digits.split(separator: ".", maxSplits: 1)
    var whole = ""
    for (index, digit) in parts[0].enumerated() {
      if index > 0, (parts[0].count - index) % 3 == 0 { whole.append(",") }
      whole.append(digit)
    }
    let text = parts.count == 2 ? "\(whole).\(parts[1])" : whole
    return rounded < 0 && text.contains { ("1"..."9").contains($0) } ? "\u{2212}\(text)" : text
  }
}

/// `value` with so many decimals, as C's `printf` rounds them; several times as fast as `String(format:)`.
func fixed(_ value: Double, decimals: Int) -> String {
  if let text = plainlyFixed(value, decimals: decimals) { return text }
  // No number has more than 309 digits before its point.
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 320 + decimals) { buffer in
    let count = withVaList([CInt(decimals), value]) { vsnprintf(buffer.baseAddress!, buffer.count, "%.*f", $0) }
    return String(decoding: UnsafeRawBufferPointer(buffer)[..<Int(count)], as: UTF8.self)
  }
}

private let powers = [1.0, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

/// The same for everyday figures, whose digits can be told without the exact binary fraction: `nil` for others, such as
/// one so near the middle between two roundings that the product's own error could decide.
private func plainlyFixed(_ value: Double, decimals: Int) -> String? {
  guard powers.indices.contains(decimals), abs(value) < 1e6 else { return nil }
  let scaled = abs(value) * powers[decimals], whole = scaled.rounded(.down)
  // The product, below 10¹², is off by less than 2 · 10⁻⁴.
  guard abs(scaled - whole - 0.5) > 1e-3 else { return nil }
  let digits = String(Int(scaled - whole > 0.5 ? whole + 1 : whole))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
  let sign = value.sign == .minus ? "-" : ""
  return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

extension String {
  /// A name in the middle of a sentence: its first letter small, unless it starts an abbreviation or a proper name.
  var loweredForSentence: String {
    let word = prefix { $0 != " " }
    let isPlain = word.dropFirst().allSatisfy { $0.isLowercase || $0 == "-" } && word != "Dow"
    return isPlain ? prefix(1).lowercased() + dropFirst() : self
  }
}
