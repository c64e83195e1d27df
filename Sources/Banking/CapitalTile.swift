import CTile
import TileArithmetic

/// The capital of 64 neighbouring paths, overwritten by every walk; one per worker.
///
/// Money is in millions, ratios are fractions; quarter 0 is the first after the jump-off. The bank after the last is the
/// system. Each figure is a row of `values`: 64 numbers, one a path, from the place on that the figure's function gives.
public struct CapitalTile: Sendable {
  /// A bank's total over the quarters: its loan losses, or what a cause did to its CET1.
  public enum Total: Int, CaseIterable, Sendable {
    case loanLosses, provisions, revenue, tax, distributions
    /// All causes together.
    case change

    public static let count = allCases.count
  }

  /// One quarter of a bank's walk.
  enum Step: Int, CaseIterable {
    case netChargeOffs, allowance, revenue, tax, distributions, cet1
  }

  public let bankCount: Int
  public let quarterCount: Int
  public private(set) var values: [Double]

  private static let ones = [Double](repeating: 1, count: LoanType.count)

  /// `[loan type]` rows: scratch.
  private var rateSums: [Double]
  private let keepsSteps: Bool
  // In rows.
  private let minima, ratios, losses, steps: Int

  /// - Parameter keepsSteps: whether each quarter's part in each total is kept, too.
  init(bankCount: Int, quarterCount: Int, keepsSteps: Bool) {
    self.bankCount = bankCount
    self.quarterCount = quarterCount
    self.keepsSteps = keepsSteps
    rateSums = [Double](repeating: 0, count: LoanType.count * Tile.width)
    minima = (bankCount + 1) * Total.count
    ratios = minima + bankCount + 1
    losses = ratios + (bankCount + 1) * quarterCount
    steps = losses + LoanType.count
    let count = steps + (keepsSteps ? bankCount * quarterCount * Step.allCases.count : 0)
    values = [Double](repeating: 0, count: count * Tile.width)
  }

  /// The totals of all banks lie one after the other, from 0 on.
  public func start(of total: Total, bank: Int) -> Int { (bank * Total.count + total.rawValue) * Tile.width }

  /// The lowest of the quarter-end CET1 ratios; the system's are all banks' CET1 over all banks' risk-weighted assets.
  public func startOfMinimumRatio(bank: Int) -> Int { (minima + bank) * Tile.width }

  public func startOfRatio(quarter: Int, bank: Int) -> Int { (ratios + bank * quarterCount + quarter) * Tile.width }

  /// Net charge-offs of all banks on one loan type over the capital quarters.
  public func startOfLosses(on type: LoanType) -> Int { (losses + type.rawValue) * Tile.width }

  func start(of step: Step, bank: Int, quarter: Int) -> Int {
    (steps + (bank * quarterCount + quarter) * Step.allCases.count + step.rawValue) * Tile.width
  }

  private static func addUp(_ sums: inout [Double], _ rates: Span<Double>, _ quarterCount: Int) {
    for cell in sums.indices { sums[cell] = 0 }
    var sums = sums.mutableSpan
    for quarter in 0..<quarterCount {
      Tile.addProducts(ones.span, rates, from: quarter * LoanType.count, to: &sums)
    }
  }

  mutating func withPointers(_ body: (TileCapital) -> Void) {
    let (minima, ratios, losses, steps, keepsSteps) = (minima, ratios, losses, steps, keepsSteps)
    values.withUnsafeMutableBufferPointer { values in
      func row(_ number: Int) -> UnsafeMutablePointer<Double>? { values.baseAddress?.advanced(by: number * Tile.width) }
      body(
        TileCapital(
          totals: row(0), minima: row(minima), ratios: row(ratios), exposures: row(losses),
          steps: keepsSteps ? row(steps) : nil))
    }
  }

  /// Makes losses of the system's exposures, which a walk leaves in their places.
  mutating func multiplyExposures(by rates: Span<Double>) {
    Self.addUp(&rateSums, rates, quarterCount)
    let first = losses * Tile.width
    for cell in rateSums.indices { values[first + cell] *= rateSums[cell] }
  }
}
