/// A number with the unit that an author wrote right behind it: `-30%`, `+350bp`, `2.5pp`, `9q`, `100k`, `1.0`.
struct Measure: Equatable {
  enum Unit: String, CaseIterable {
    case none = ""
    case percent = "%"
    case percentagePoints = "pp"
    case basisPoints = "bp"
    case quarters = "q"
    case thousands = "k"
    case millions = "M"
  }

  let number: Double
  let unit: Unit

  enum Failure: Error, Equatable {
    case notANumber
    /// The number is sound, what follows it is not a unit.
    case unknownUnit(String)
  }

  /// Decimal digits with at most one point, a sign before them, a unit behind; nothing else.
  init(_ text: String) throws(Failure) {
    var rest = text[...]
    let sign = rest.first == "+" || rest.first == "-" ? String(rest.removeFirst()) : ""
    let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let points = digits.filter { $0 == "." }.count
    guard let first = digits.first, first != ".", digits.last != ".", points <= 1, digits.count <= 30,
      let value = Double(sign + digits), value.isFinite
    else { throw .notANumber }
    let suffix = String(rest.dropFirst(digits.count))
    guard let unit = Unit(rawValue: suffix) else {
      // `1,5%` or `1e5` is a number written another way, not a number with a strange unit.
      if suffix.contains(where: { $0.isNumber || $0 == "," }) { throw .notANumber }
      throw .unknownUnit(suffix)
    }
    number = value
    self.unit = unit
  }
}
