/// Eight banks side by side: the walk computes them in one instruction where the processor can.
typealias Lanes = SIMD8<Double>

/// Lane by lane. The standard library's `pointwiseMax` and `pointwiseMin` are called one lane at a time.
@inline(__always)
func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

@inline(__always)
func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

/// One path's capital, bank by bank and quarter by quarter, overwritten by every walk. One per worker.
///
/// Money is in millions, ratios are fractions; quarter 0 is the first after the jump-off.
public struct CapitalWorkspace: Sendable {
  public let bankCount: Int
  public let quarterCount: Int
  let groupCount: Int

  /// `[loanType][group]`, balances × effects / 4: a quarter's loss at a rate of one.
  var exposures: [Lanes]
  /// `[quarter][group]`, the capital quarters and the four that the last allowance looks at.
  var losses: [Lanes]
  /// `[quarter][component][group]`
  var components: [Lanes]
  /// `[quarter][group]`
  var cet1: [Lanes]
  var ratios: [Lanes]
  var allowances: [Lanes]
  /// `[group]`
  var minimumRatios: [Lanes]
  /// `[quarter]`
  var systemCet1: [Double]
  var systemRatios: [Double]
  /// `[loanType]`, over the capital quarters.
  var lossesByType: [Double]
  var systemMinimum: Double

  init(bankCount: Int, quarterCount: Int) {
    self.bankCount = bankCount
    self.quarterCount = quarterCount
    groupCount = (bankCount + Lanes.scalarCount - 1) / Lanes.scalarCount
    let quarters = [Lanes](repeating: .zero, count: quarterCount * groupCount)
    exposures = [Lanes](repeating: .zero, count: LoanType.count * groupCount)
    losses = [Lanes](repeating: .zero, count: (quarterCount + CapitalWalk.quartersAhead) * groupCount)
    components = [Lanes](repeating: .zero, count: quarterCount * CapitalComponent.count * groupCount)
    cet1 = quarters
    ratios = quarters
    allowances = quarters
    minimumRatios = [Lanes](repeating: .zero, count: groupCount)
    systemCet1 = [Double](repeating: 0, count: quarterCount)
    systemRatios = systemCet1
    lossesByType = [Double](repeating: 0, count: LoanType.count)
    systemMinimum = 0
  }

  private func lane(_ values: [Lanes], _ row: Int, _ bank: Int) -> Double {
    values[row * groupCount + bank / Lanes.scalarCount][bank % Lanes.scalarCount]
  }

  public func cet1(bank: Int, quarter: Int) -> Double { lane(cet1, quarter, bank) }
  public func cet1Ratio(bank: Int, quarter: Int) -> Double { lane(ratios, quarter, bank) }
  /// The lowest of the quarter-end ratios.
  public func minimumCet1Ratio(bank: Int) -> Double { lane(minimumRatios, 0, bank) }
  /// At the end of the quarter.
  public func allowance(bank: Int, quarter: Int) -> Double { lane(allowances, quarter, bank) }
  /// What the component did to CET1 in that quarter.
  public func contribution(of component: CapitalComponent, bank: Int, quarter: Int) -> Double {
    lane(components, quarter * CapitalComponent.count + component.rawValue, bank)
  }
  /// Net charge-offs of the capital quarters.
  public func loanLosses(bank: Int) -> Double {
    var sum = 0.0
    for quarter in 0..<quarterCount { sum += lane(losses, quarter, bank) }
    return sum
  }
  /// Net charge-offs of all banks on one loan type over the capital quarters.
  public func loanLosses(on type: LoanType) -> Double { lossesByType[type.rawValue] }
  public func systemCet1(quarter: Int) -> Double { systemCet1[quarter] }
  /// All banks' CET1 over all banks' risk-weighted assets.
  public func systemCet1Ratio(quarter: Int) -> Double { systemRatios[quarter] }
  public var systemMinimumCet1Ratio: Double { systemMinimum }

  /// What each cause did to each bank's CET1 over all quarters of this path.
  /// - Parameter totals: `[component][bank]`, overwritten.
  public func totalContributions(into totals: inout MutableSpan<Double>) {
    precondition(
      totals.count == bankCount * CapitalComponent.count,
      "\(totals.count) totals, expected \(CapitalComponent.count) components × \(bankCount) banks")
    for component in 0..<CapitalComponent.count {
      for group in 0..<groupCount {
        var sum = Lanes.zero
        for quarter in 0..<quarterCount {
          sum += components[(quarter * CapitalComponent.count + component) * groupCount + group]
        }
        let first = group * Lanes.scalarCount
        for bank in first..<min(first + Lanes.scalarCount, bankCount) {
          totals[component * bankCount + bank] = sum[bank - first]
        }
      }
    }
  }
}
