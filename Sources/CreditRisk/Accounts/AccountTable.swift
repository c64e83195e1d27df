public import MacroScenarios

/// Card accounts with six monthly statements each, in the order of their numbers: the order of a file's rows tells
/// nothing and changes nothing.
///
/// Letters of the layouts: account, month (oldest first).
public struct AccountTable: Sendable, Equatable {
  /// Statements per account.
  public static let monthCount = 6

  public let file: String
  /// Month of the latest statement.
  public let lastMonth: StatementMonth
  /// One a row, ascending.
  public let ids: [Int]
  /// Line of the file, `[account]`.
  public let lines: [Int]
  /// Credit limit, in the money of the table, `[account]`.
  public let limits: [Double]
  /// Years, `[account]`.
  public let ages: [Double]
  /// Repayment status, `[account][month]`: −2 no use, −1 paid in full, 0 revolving, 1 to 9 months behind.
  public let statuses: [Int]
  /// Amount of the statement, `[account][month]`; negative when more was paid than was owed.
  public let bills: [Double]
  /// Amount paid in the month, `[account][month]`, 0 or more.
  public let payments: [Double]
  /// Whether the account defaulted in the month after the last statement; `nil` when the table does not say.
  public let defaults: [Bool]?

  public var count: Int { ids.count }

  /// Where the values of one account and month stand.
  func cell(_ account: Int, _ month: Int) -> Int { account * Self.monthCount + month }

  /// What is owed at the last statement, in the money of the table; nothing when more was paid than was owed.
  public func exposure(_ account: Int) -> Double { max(0, bills[cell(account, Self.monthCount - 1)]) }

  /// The accounts at these places, in that order of numbers.
  func accounts(_ places: [Int]) -> AccountTable {
    func months<Value>(_ values: [Value]) -> [Value] {
      places.flatMap { values[cell($0, 0)..<cell($0 + 1, 0)] }
    }
    return AccountTable(
      file: file, lastMonth: lastMonth, ids: places.map { ids[$0] }, lines: places.map { lines[$0] },
      limits: places.map { limits[$0] }, ages: places.map { ages[$0] }, statuses: months(statuses),
      bills: months(bills), payments: months(payments), defaults: defaults.map { all in places.map { all[$0] } })
  }

  /// A number of what the account says of itself, its number and its default left out: equal accounts have equal ones.
  ///
  /// FNV-1a (Fowler, Noll & Vo) over the values, then the finaliser of SplitMix64, which spreads them evenly.
  func contentHash(_ account: Int) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: Int) {
      withUnsafeBytes(of: Int64(value).littleEndian) { bytes in
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      }
    }
    add(Int(limits[account]))
    add(Int(ages[account]))
    for month in 0..<Self.monthCount {
      let place = cell(account, month)
      add(statuses[place])
      add(Int(bills[place]))
      add(Int(payments[place]))
    }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }

  /// One number for all accounts together, whatever their order: tells whether a model has learned from this table.
  var fingerprint: UInt64 { (0..<count).reduce(0) { $0 &+ contentHash($1) } }
}

/// A month of the calendar, such as 2005-09.
public struct StatementMonth: Sendable, Equatable, CustomStringConvertible {
  /// Months since year 0.
  private let index: Int

  /// - Returns: `nil` unless the text is like `2005_09`.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let year = Int(parts[0]),
      let month = Int(parts[1]), (1...12).contains(month)
    else { return nil }
    index = year * 12 + month - 1
  }

  private init(index: Int) { self.index = index }

  func advanced(by months: Int) -> StatementMonth { StatementMonth(index: index + months) }

  /// The quarter that the month is in.
  public var quarter: Quarter { Quarter(year: index / 12, number: index % 12 / 3 + 1) }

  /// `2005_09`, as in the name of a column.
  var columnSuffix: String {
    let month = index % 12 + 1
    return "\(index / 12)_\(month < 10 ? "0" : "")\(month)"
  }

  public var description: String { columnSuffix.replacing("_", with: "-") }
}
