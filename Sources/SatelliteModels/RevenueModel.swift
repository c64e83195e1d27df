public import MacroScenarios
import TileArithmetic

/// How far the economy moves a bank's pre-provision net revenue, from the coefficients of the CLASS model
/// (Hirtle, Kovner, Vickery & Bhanot, Journal of Banking & Finance 69, 2016).
///
///     margin(t)  = 0.793 margin(t−1)  + 0.0220 bill(t) + 0.0426 (bond(t) − bill(t))
///     fees(t)    = 0.904 fees(t−1)    + 0.00407 stock return(t)
///     expense(t) = 0.816 expense(t−1) + 0.179 (spread(t) − spread(t−1))
///     response   = margin + fees − expense
///
/// bill and bond: 3-month and 10-year Treasury yields; spread: BBB yield less bond; stock return: growth of the index over
/// the quarter. CLASS has every rate in percent and its ratios in percent of assets a year; the equations are linear, so
/// with fractions in, the response is a fraction of assets a year. Its coefficients on stock returns have an effect
/// worth the name only when returns are in percent, and are so read.
///
/// Left out: return on trading assets (a bank's own add-on), pay (it falls with stock returns and would give back most
/// of what fees lose; with it the published gap between the adverse and the severely adverse scenario of 2015, 1.3 % of
/// assets over nine quarters, is met by 1.0 instead of 1.2), bank characteristics and trends, which cancel in a
/// difference. The margin is per interest-earning asset and is applied to all assets: a little too much.
///
/// The response has no meaning alone. Its difference from the response in the economy of a published exercise says how
/// far revenue stands from what that exercise published.
public struct RevenueModel: Sendable {
  public static let inputs = ["treasury_3m", "treasury_10y", "bbb_yield", "dow_jones_total_stock_market"]
  /// The filters start here in a steady state; by the jump-off of any run nothing of the start is left.
  static let firstQuarter = Quarter(year: 1990, number: 1)

  /// Where the filters stand after a quarter.
  package struct State: Sendable {
    package private(set) var margin: Double
    package private(set) var fees = 0.0
    package private(set) var expense = 0.0
    package private(set) var spread: Double
    package private(set) var index: Double

    init(bill: Double, bond: Double, bbb: Double, index: Double) {
      margin = Self.marginDrive(bill, bond) / (1 - 0.793)
      spread = bbb - bond
      self.index = index
    }

    static func marginDrive(_ bill: Double, _ bond: Double) -> Double { 0.0220 * bill + 0.0426 * (bond - bill) }

    /// Moves one quarter on and gives the response, a year.
    mutating func advance(bill: Double, bond: Double, bbb: Double, index newIndex: Double) -> Double {
      let newSpread = bbb - bond
      margin = 0.793 * margin + Self.marginDrive(bill, bond)
      fees = 0.904 * fees + 0.00407 * (newIndex / index - 1)
      expense = 0.816 * expense + 0.179 * (newSpread - spread)
      spread = newSpread
      index = newIndex
      return margin + fees - expense
    }
  }

  package let jumpOffState: State
  private let positions: [Int]
  private let factorCount: Int

  /// - Parameters:
  ///   - history: up to the jump-off and no further; from 1990 or earlier.
  ///   - factors: ids in the order of the paths that will be projected.
  /// - Throws: when a factor, or one of its values since 1990, is missing.
  public init(history: QuarterlyTable, factors: [String]) throws(InvalidInput) {
    let missing = Self.inputs.filter { !factors.contains($0) || history.column($0) == nil }
    guard missing.isEmpty else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "T060", "revenue needs \(missing.joined(separator: ", ")), which the scenario or its history does not have",
            at: .init(file: history.file))
        ])
    }
    var state: State?
    let count = max(0, Self.firstQuarter.distance(to: history.lastQuarter) + 1)
    for offset in 0..<count {
      let quarter = Self.firstQuarter.advanced(by: offset)
      let values = Self.inputs.map { history.value($0, in: quarter) }
      guard let bill = values[0], let bond = values[1], let bbb = values[2], let index = values[3] else {
        let id = zip(Self.inputs, values).first { $0.1 == nil }!.0
        throw InvalidInput(
          .invalid,
          [
            Diagnostic(
              "T061", "'\(id)' has no value in \(quarter), expected one in every quarter from \(Self.firstQuarter)",
              at: .init(file: history.file))
          ])
      }
      if state == nil {
        state = State(bill: bill, bond: bond, bbb: bbb, index: index)
      } else {
        _ = state!.advance(bill: bill, bond: bond, bbb: bbb, index: index)
      }
    }
    guard let state else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "T062", "the history ends with \(history.lastQuarter), expected quarters from \(Self.firstQuarter)",
            at: .init(file: history.file))
        ])
    }
    jumpOffState = state
    positions = Self.inputs.map { factors.firstIndex(of: $0)! }
    factorCount = factors.count
  }

  /// The same for a tile of paths.
  /// - Parameters:
  ///   - factors: `[quarter][factor]` rows.
  ///   - responses: `[capitalQuarter]` rows, overwritten; their number says how many quarters are wanted.
  package func projectTile(factors: Span<Double>, into responses: inout MutableSpan<Double>) {
    let width = Tile.width, quarterCount = responses.count / width, rowLength = factorCount * width
    precondition(
      responses.count == quarterCount * width && factors.count >= quarterCount * rowLength,
      "\(factors.count) values for \(responses.count) responses")
    let (bill, bond) = (positions[0] * width, positions[1] * width)
    let (bbb, index) = (positions[2] * width, positions[3] * width)
    for path in 0..<width {
      var state = jumpOffState
      for quarter in 0..<quarterCount {
        let row = quarter * rowLength + path
        let yearly = state.advance(
          bill: factors[unchecked: row + bill], bond: factors[unchecked: row + bond],
          bbb: factors[unchecked: row + bbb],
          index: factors[unchecked: row + index])
        responses[unchecked: quarter * width + path] = yearly / 4
      }
    }
  }

  /// The response of every path: what a quarter's revenue gains, as a fraction of assets (a quarter of the yearly rate).
  /// - Parameters:
  ///   - factors: `[path][quarter][factor]`; rates are fractions, the index a level.
  ///   - horizon: quarters of each path.
  ///   - responses: `[path][capitalQuarter]`, overwritten; its length says how many quarters are wanted.
  public func project(factors: Span<Double>, horizon: Int, into responses: inout MutableSpan<Double>) {
    let pathCount = factors.count / (horizon * factorCount)
    precondition(
      pathCount * horizon * factorCount == factors.count,
      "\(factors.count) values, expected paths of \(horizon) quarters × \(factorCount) factors")
    guard pathCount > 0 else { return }
    let quarterCount = responses.count / pathCount
    precondition(
      quarterCount * pathCount == responses.count && quarterCount <= horizon,
      "\(responses.count) responses for \(pathCount) paths of \(horizon) quarters")
    let (bill, bond, bbb, index) = (positions[0], positions[1], positions[2], positions[3])
    for path in 0..<pathCount {
      var state = jumpOffState
      for quarter in 0..<quarterCount {
        let row = (path * horizon + quarter) * factorCount
        let yearly = state.advance(
          bill: factors[row + bill], bond: factors[row + bond], bbb: factors[row + bbb], index: factors[row + index])
        responses[path * quarterCount + quarter] = yearly / 4
      }
    }
  }
}
