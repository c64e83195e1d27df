public import MacroScenarios

/// The macro-financial panel: one row a quarter, one column an indicator; what is missing stays missing.
public struct IndicatorPanel: Sendable, Equatable {
  /// Quarters in a window: the height of the image that a model reads.
  public static let windowLength = 8
  /// Of a window's cells, so many may be missing; with more, no probability is given.
  static let mostMissingShare = 0.25

  public let firstQuarter: Quarter
  /// `[quarter][indicator]`, raw.
  let rows: [[Double?]]

  public var quarterCount: Int { rows.count }

  /// - Parameter value: a factor in a quarter, fraction or index level; `nil` where missing.
  public init(from first: Quarter, count: Int, value: (_ factor: String, _ quarter: Quarter) -> Double?) {
    firstQuarter = first
    rows = (0..<count).map { ahead in
      MacroIndicator.all.map { indicator in
        indicator.value { factor, ago in value(factor, first.advanced(by: ahead - ago)) }
      }
    }
  }

  init(_ table: QuarterlyTable) {
    self.init(from: table.firstQuarter, count: table.quarterCount) { table.value($0, in: $1) }
  }

  func row(_ quarter: Quarter) -> [Double?]? {
    let index = firstQuarter.distance(to: quarter)
    return rows.indices.contains(index) ? rows[index] : nil
  }

  /// The window that ends with `quarter`, `[quarter][indicator]`, raw; `nil` where the panel starts later or ends before.
  func window(endingIn quarter: Quarter) -> [[Double?]]? {
    let end = firstQuarter.distance(to: quarter)
    guard end >= Self.windowLength - 1, end < rows.count else { return nil }
    return Array(rows[end - Self.windowLength + 1...end])
  }

  /// How many cells of a window have no value.
  static func missingCount(_ window: [[Double?]]) -> Int { window.reduce(0) { $0 + $1.count { $0 == nil } } }
}
