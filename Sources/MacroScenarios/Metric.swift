/// What is measured of every path: the subject of a check or of a stopping rule, such as `min(system.cet1_ratio)`.
///
/// The grammar stands at `Check`.
public struct Metric: Sendable, Equatable {
  /// `nil` for an item that is one figure a path.
  public let aggregation: Check.Aggregation?
  public let entity: Check.Entity
  public let item: Check.Item

  public init(aggregation: Check.Aggregation? = nil, entity: Check.Entity, item: Check.Item) {
    self.aggregation = aggregation
    self.entity = entity
    self.item = item
  }
}

extension Metric: CustomStringConvertible {
  /// As an author writes it.
  public var description: String {
    let owner =
      switch entity {
      case .system: "system"
      case .bank(let rssd): "\(rssd)"
      }
    let subject = "\(owner).\(item.rawValue)"
    return aggregation.map { "\($0.rawValue)(\(subject))" } ?? subject
  }
}

extension Metric {
  init(_ text: String) throws(Assertion.Refusal) {
    var cursor = Assertion.Cursor(text)
    try self.init(&cursor, items: Check.Item.allCases)
    try cursor.expectEnd()
  }

  init(_ cursor: inout Assertion.Cursor, items: [Check.Item]) throws(Assertion.Refusal) {
    var (name, start) = cursor.word()
    if cursor.accept("(") {
      guard let found = Check.Aggregation(rawValue: name) else {
        throw Assertion.Refusal(
          message: "'\(name)' is neither min nor end", offset: start,
          suggestion: Spelling.nearest(to: name, among: Check.Aggregation.allCases.map(\.rawValue)), width: name.count)
      }
      aggregation = found
      (name, start) = cursor.word()
    } else {
      aggregation = nil
    }
    entity = try Self.entity(name, at: start)
    try cursor.expect(".")
    let (itemName, itemStart) = cursor.word()
    guard let item = items.first(where: { $0.rawValue == itemName }) else {
      let names = items.map(\.rawValue)
      throw Assertion.Refusal(
        message: "'\(itemName)' is no item, expected one of \(names.joined(separator: ", "))", offset: itemStart,
        suggestion: Spelling.nearest(to: itemName, among: names), width: itemName.count)
    }
    self.item = item
    if item.isPath != (aggregation != nil) {
      throw Assertion.Refusal(
        message: item.isPath
          ? "'\(itemName)' has a value every quarter: say min(…) or end(…)"
          : "'\(itemName)' is one figure a path: neither min nor end applies", offset: itemStart, width: itemName.count)
    }
    if aggregation != nil { try cursor.expect(")") }
  }

  private static func entity(_ name: String, at offset: Int) throws(Assertion.Refusal) -> Check.Entity {
    if name == "system" { return .system }
    if let rssd = Int(name), rssd > 0, name.allSatisfy({ $0.isASCII && $0.isNumber }) { return .bank(rssd: rssd) }
    throw Assertion.Refusal(
      message: "'\(name)' is neither system nor the RSSD id of a bank", offset: offset,
      suggestion: Spelling.nearest(to: name, among: ["system"]), width: max(1, name.count))
  }
}
