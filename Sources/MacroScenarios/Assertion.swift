import Foundation

/// The parts of an assertion while it is read; the grammar stands at `Check`.
struct Assertion {
  let statistic: Check.Statistic
  let metric: Metric
  let comparison: Check.Comparison
  let limit: Double

  struct Refusal: Error, Equatable {
    let message: String
    /// Scalars into the text where the trouble starts.
    let offset: Int
    var suggestion: String?
    var width = 1
  }

  init(_ text: String) throws(Refusal) {
    var cursor = Cursor(text)
    let (statisticName, statisticStart) = cursor.word()
    statistic = try Self.statistic(statisticName, at: statisticStart)
    try cursor.expect("(")
    metric = try Metric(&cursor, items: Check.Item.allCases.filter(\.isShare))
    try cursor.expect(")")
    comparison = try cursor.comparison()
    limit = try cursor.limit()
  }

  private static func statistic(_ name: String, at offset: Int) throws(Refusal) -> Check.Statistic {
    if name == "mean" { return .mean }
    let digits = name.dropFirst()
    if name.hasPrefix("p"), let first = digits.first, first != ".", digits.last != ".",
      digits.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let percent = Double(digits), percent > 0,
      percent < 100
    {
      return .quantile(percent / 100)
    }
    throw Refusal(
      message: "'\(name)' is no statistic, expected mean or a percentile such as p05", offset: offset,
      suggestion: Spelling.nearest(to: name, among: ["mean", "p05", "p50", "p95"]), width: max(1, name.count))
  }

  /// Walks over the scalars of an assertion.
  struct Cursor {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private mutating func skipBlanks() {
      while position < scalars.count, scalars[position] == " " { position += 1 }
    }

    /// Letters, digits and underscores; for a statistic also the point of `p99.9`.
    mutating func word() -> (text: String, offset: Int) {
      skipBlanks()
      let start = position
      var text = String.UnicodeScalarView()
      while position < scalars.count {
        let scalar = scalars[position]
        let isPointInNumber =
          scalar == "." && text.first == "p" && text.dropFirst().allSatisfy { $0.properties.numericType != nil }
          && text.count > 1
        guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || isPointInNumber
        else { break }
        text.append(scalar)
        position += 1
      }
      return (String(text), start)
    }

    mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
      skipBlanks()
      guard position < scalars.count, scalars[position] == scalar else { return false }
      position += 1
      return true
    }

    mutating func expect(_ scalar: Unicode.Scalar) throws(Refusal) {
      guard accept(scalar) else { throw Refusal(message: "expected '\(scalar)' here", offset: position) }
    }

    mutating func expectEnd() throws(Refusal) {
      skipBlanks()
      guard position == scalars.count else { throw Refusal(message: "expected nothing more here", offset: position) }
    }

    mutating func comparison() throws(Refusal) -> Check.Comparison {
      skipBlanks()
      for comparison in Check.Comparison.allCases.sorted(by: { $0.rawValue.count > $1.rawValue.count }) {
        let wanted = Array(comparison.rawValue.unicodeScalars)
        if scalars.dropFirst(position).starts(with: wanted) {
          position += wanted.count
          return comparison
        }
      }
      throw Refusal(message: "expected >=, <=, > or < here", offset: position)
    }

    mutating func limit() throws(Refusal) -> Double {
      skipBlanks()
      let start = position
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars.dropFirst(position))
      let limit = String(text).trimmingCharacters(in: .whitespaces)
      let measure = try? Measure(limit)
      guard let measure else {
        throw Refusal(
          message: "the limit is '\(limit)', expected a number such as 7.0%", offset: start, width: limit.count)
      }
      guard measure.unit == .percent else {
        throw Refusal(
          message: "the limit '\(limit)' needs the unit %", offset: start,
          suggestion: "\(ScenarioReading.plain(measure.number))%",
          width: limit.count)
      }
      return measure.number / 100
    }
  }
}
