/// A calendar quarter, written `2025 Q4` in scenario files and `2025Q4` in tables.
public struct Quarter: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Quarters since year 0: `4 · year + (number − 1)`.
  private let ordinal: Int

  /// - Precondition: `number` is 1, 2, 3 or 4.
  public init(year: Int, number: Int) {
    precondition((1...4).contains(number), "a quarter's number is 1 to 4, not \(number)")
    ordinal = 4 * year + number - 1
  }

  /// Reads `2025Q4` or `2025 Q4`; anything else is `nil`.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "Q", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let year = parts[0].hasSuffix(" ") ? parts[0].dropLast() : parts[0][...]
    guard year.count == 4, year.utf8.allSatisfy({ (48...57).contains($0) }), let yearValue = Int(year),
      parts[1].count == 1, let number = Int(parts[1]), (1...4).contains(number)
    else { return nil }
    self.init(year: yearValue, number: number)
  }

  public var year: Int { ordinal / 4 }
  public var number: Int { ordinal % 4 + 1 }
  public var description: String { "\(year)Q\(number)" }

  /// The quarter `count` later (earlier when negative).
  public func advanced(by count: Int) -> Quarter {
    let later = ordinal + count
    return Quarter(year: later / 4, number: later % 4 + 1)
  }

  /// How many quarters lie from this one to `other`; positive when `other` is later.
  public func distance(to other: Quarter) -> Int { other.ordinal - ordinal }

  public static func < (left: Quarter, right: Quarter) -> Bool { left.ordinal < right.ordinal }
}
