/// Net charge-offs of the banks' loans, and the losses that an allowance has to cover.
///
/// A charge-off may be negative: a net recovery. A balance that is not known has none.
struct CreditLosses: Sendable {
  let bankCount: Int
  let groupCount: Int
  /// Capital quarters and those ahead of the last.
  let quarterCount: Int
  /// `[loanType][group]`, millions.
  private let balances: [Lanes]

  init(banks: [Bank], groupCount: Int, quarterCount: Int) {
    bankCount = banks.count
    self.groupCount = groupCount
    self.quarterCount = quarterCount
    var balances = [Lanes](repeating: .zero, count: LoanType.count * groupCount)
    for (index, bank) in banks.enumerated() {
      let (group, lane) = index.quotientAndRemainder(dividingBy: Lanes.scalarCount)
      for type in 0..<LoanType.count { balances[type * groupCount + group][lane] = bank.balances[type] ?? 0 }
    }
    self.balances = balances
  }

  /// A quarter's loss of each bank on each loan type at an annualised rate of one: balance × effect / 4.
  /// - Parameters:
  ///   - effects: `[bank]`, or `[bank][loanType]`.
  ///   - exposures: `[loanType][group]`, overwritten.
  func weigh(by effects: Span<Double>, into exposures: inout [Lanes]) {
    let perType = effects.count != bankCount
    for group in 0..<groupCount {
      let first = group * Lanes.scalarCount
      let count = min(Lanes.scalarCount, bankCount - first)
      var quarterly = Lanes.zero
      if !perType {
        for lane in 0..<count { quarterly[lane] = 0.25 * effects[first + lane] }
      }
      for type in 0..<LoanType.count {
        if perType {
          for lane in 0..<count { quarterly[lane] = 0.25 * effects[(first + lane) * LoanType.count + type] }
        }
        exposures[type * groupCount + group] = balances[type * groupCount + group] * quarterly
      }
    }
  }

  /// Net charge-offs of every quarter for one group of banks.
  /// - Parameters:
  ///   - rates: `[quarter][loanType]`, annualised.
  ///   - losses: `[quarter][group]`, overwritten for this group.
  func lose(_ group: Int, _ rates: Span<Double>, _ exposures: [Lanes], into losses: inout [Lanes]) {
    let mortgages = exposures[group]
    let juniorLiens = exposures[groupCount + group]
    let business = exposures[2 * groupCount + group]
    let property = exposures[3 * groupCount + group]
    let cards = exposures[4 * groupCount + group]
    let consumer = exposures[5 * groupCount + group]
    let other = exposures[6 * groupCount + group]
    for quarter in 0..<quarterCount {
      let row = quarter * LoanType.count
      var loss = mortgages * rates[row] + juniorLiens * rates[row + 1]
      loss += business * rates[row + 2] + property * rates[row + 3]
      loss += cards * rates[row + 4] + consumer * rates[row + 5]
      losses[quarter * groupCount + group] = loss + other * rates[row + 6]
    }
  }

  /// Losses of the four quarters after the one whose losses stand at `index`.
  func lossesAhead(of index: Int, _ losses: [Lanes]) -> Lanes {
    losses[index + groupCount] + losses[index + 2 * groupCount] + losses[index + 3 * groupCount]
      + losses[index + 4 * groupCount]
  }
}
