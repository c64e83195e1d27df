import MacroScenarios
import TestSupport
import Testing

@testable import Banking

/// What must hold for every bank on every path, on the real banks under loss rates that look random.
@Suite struct CapitalWalkPropertyTests {
  struct Path {
    var rates: [Double]
    var effects: [Double]
    var response: [Double]

    init(_ seed: UInt64, banks: Int, perType: Bool = false) {
      var random = PlainRandom(seed: seed)
      rates = (0..<(13 * LoanType.count)).map { _ in random.uniform(-0.005, 0.12) }
      effects = (0..<(perType ? banks * LoanType.count : banks)).map { _ in random.uniform(0.4, 2) }
      response = (0..<9).map { _ in random.uniform(-0.004, 0.002) }
    }
  }

  static let rules = [
    CapitalRules(), CapitalRules(payout: 0.35, addOnScale: 0),
    CapitalRules(deferredTaxLimit: 0.1, openingAllowanceScale: 0.75),
  ]

  @Test(arguments: ["2023Q4", "2025Q4"], 0..<rules.count) func everyWalkReconciles(jumpOff: String, rule: Int) throws {
    let banks = try bankTable(jumpOff).banks
    let walk = CapitalWalk(banks: banks, rules: Self.rules[rule])
    for seed in 0..<50 {
      let input = Path(UInt64(seed), banks: banks.count)
      let path = walk.path(input.rates, effects: input.effects, response: input.response)
      for (index, bank) in banks.enumerated() {
        var cet1 = bank.cet1
        for quarter in 0..<9 {
          for component in CapitalComponent.allCases {
            cet1 += path.contribution(of: component, bank: index, quarter: quarter)
          }
          let walked = path.cet1(bank: index, quarter: quarter)
          // 1e-9 relative is the promise; about 90 additions of rounding error 1e-16 stay far below it.
          #expect(abs(cet1 - walked) <= 1e-9 * abs(bank.cet1), "\(bank.name) quarter \(quarter): \(cet1), \(walked)")
        }
      }
    }
  }

  /// The slow obvious twin: one bank, one quarter, one loan type at a time, in plain scalars.
  @Test(arguments: 0..<rules.count, [false, true]) func theKernelAgreesWithItsSlowTwin(rule: Int, perType: Bool) throws
  {
    let banks = try bankTable("2025Q4").banks
    let walk = CapitalWalk(banks: banks, rules: Self.rules[rule])
    let input = Path(7, banks: banks.count, perType: perType)
    let path = walk.path(input.rates, effects: input.effects, response: input.response)
    var systemByQuarter = [Double](repeating: 0, count: 9)
    for (index, bank) in banks.enumerated() {
      let slow = slowWalk(bank, Self.rules[rule], input, bankIndex: index)
      for quarter in 0..<9 {
        systemByQuarter[quarter] += slow[quarter]
        let ratio = slow[quarter] / bank.riskWeightedAssets
        // Same operations in another order: only rounding may differ.
        #expect(abs(path.cet1Ratio(bank: index, quarter: quarter) - ratio) < 1e-12)
      }
      let lowest = slow.min()! / bank.riskWeightedAssets
      #expect(abs(path.minimumCet1Ratio(bank: index) - lowest) < 1e-12)
    }
    let weights = banks.map(\.riskWeightedAssets).reduce(0, +)
    for quarter in 0..<9 {
      #expect(abs(path.systemCet1Ratio(quarter: quarter) - systemByQuarter[quarter] / weights) < 1e-12)
    }
    #expect(abs(path.systemMinimumCet1Ratio - systemByQuarter.min()! / weights) < 1e-12)
    let byType = LoanType.allCases.map { path.loanLosses(on: $0) }.reduce(0, +)
    let byBank = banks.indices.map { path.loanLosses(bank: $0) }.reduce(0, +)
    #expect(abs(byType - byBank) < 1e-9 * byBank)
  }

  /// The totals are the quarters' contributions added up: each cause asked for by itself. Through them the capital at the
  /// start gives that at the end.
  @Test(arguments: ["2023Q4", "2025Q4"], 0..<rules.count)
  func theTotalsExplainTheWholeChange(jumpOff: String, rule: Int) throws {
    let banks = try bankTable(jumpOff).banks
    let walk = CapitalWalk(banks: banks, rules: Self.rules[rule])
    let causes: [(CapitalTile.Total, [CapitalComponent])] = [
      (.provisions, [.netChargeOffs, .allowanceChange]), (.revenue, [.revenue]), (.tax, [.tax]),
      (.distributions, [.distributions]), (.change, CapitalComponent.allCases),
    ]
    for seed in 0..<20 {
      let input = Path(UInt64(seed), banks: banks.count)
      let path = walk.path(input.rates, effects: input.effects, response: input.response)
      var system = [Double](repeating: 0, count: causes.count)
      for (index, bank) in banks.enumerated() {
        for (number, (total, components)) in causes.enumerated() {
          let slow = components.flatMap { component in
            (0..<9).map { path.contribution(of: component, bank: index, quarter: $0) }
          }.reduce(0, +)
          // At most 81 additions, of amounts up to a few times the capital.
          expectClose(path.total(total, bank: index), slow, absolute: 1e-11 * bank.cet1, "\(bank.name) \(total)")
          system[number] += path.total(total, bank: index)
        }
        expectClose(bank.cet1 + path.total(.change, bank: index), path.cet1(bank: index, quarter: 8), relative: 1e-12)
      }
      for (number, (total, _)) in causes.enumerated() {
        expectClose(path.total(total, bank: banks.count), system[number], absolute: 1e-6, "system \(total)")
      }
    }
  }

  private func slowWalk(_ bank: Bank, _ rules: CapitalRules, _ input: Path, bankIndex: Int) -> [Double] {
    func loss(_ quarter: Int) -> Double {
      LoanType.allCases.reduce(0) { sum, type in
        let effect =
          input.effects.count % LoanType.count == 0 && input.effects.count > 32
          ? input.effects[bankIndex * LoanType.count + type.rawValue] : input.effects[bankIndex]
        return sum + (bank.balances[type.rawValue] ?? 0) * effect
          * input.rates[quarter * LoanType.count + type.rawValue] / 4
      }
    }
    var cet1 = bank.cet1
    var preTaxSoFar = 0.0
    var taxSoFar = 0.0
    var allowance = bank.openingAllowance * rules.openingAllowanceScale
    let opening = allowance
    let addOn = bank.riskWeightedAssets * rules.addOnScale
    return (0..<9).map { quarter in
      let needed = max((quarter + 1...quarter + 4).map(loss).reduce(0, +), opening)
      let provisions = loss(quarter) + needed - allowance
      allowance = needed
      let revenue =
        bank.averageAssets
        * (bank.record.revenueRate / 9 - bank.record.referenceRevenueResponse / 4 + input.response[quarter])
      var preTax = revenue - provisions
      if quarter == 0 { preTax -= addOn * bank.record.tradingAndCounterpartyLossRate }
      preTax -= addOn * (bank.record.securitiesLossRate + bank.record.otherLossRate) / 9
      preTaxSoFar += preTax
      let tax = max(rules.taxRate * preTaxSoFar, -rules.deferredTaxLimit * bank.cet1) - taxSoFar
      taxSoFar += tax
      let income = preTax - tax
      cet1 += income - rules.payout * max(income, 0)
      if bank.includesOtherComprehensiveIncome { cet1 += addOn * bank.record.otherComprehensiveIncomeRate / 9 }
      return cet1
    }
  }

  @Test(arguments: 0..<20) func aHigherLossRateLowersEveryRatio(seed: Int) throws {
    let banks = try bankTable("2025Q4").banks
    let walk = CapitalWalk(banks: banks)
    var input = Path(UInt64(seed), banks: banks.count)
    let before = walk.path(input.rates, effects: input.effects, response: input.response)
    let entry = (seed * 17) % input.rates.count
    input.rates[entry] += 0.05
    let after = walk.path(input.rates, effects: input.effects, response: input.response)
    var changed = 0
    for (index, bank) in banks.enumerated() {
      for quarter in 0..<9 {
        let fall = before.cet1Ratio(bank: index, quarter: quarter) - after.cet1Ratio(bank: index, quarter: quarter)
        // A loss four quarters ahead builds an allowance that the later charge-off gives back: never a gain.
        #expect(fall > -1e-12, "\(bank.name) quarter \(quarter) rose by \(-fall)")
        if fall > 1e-9 { changed += 1 }
      }
    }
    #expect(changed > 0)
  }

  @Test func theOrderOfBanksDoesNotMatter() throws {
    let banks = try bankTable("2025Q4").banks
    let input = Path(3, banks: banks.count)
    let order = banks.indices.map { ($0 * 7 + 5) % banks.count }
    #expect(Set(order).count == banks.count)
    let plain = CapitalWalk(banks: banks).path(input.rates, effects: input.effects, response: input.response)
    let shuffled = CapitalWalk(banks: order.map { banks[$0] }).path(
      input.rates, effects: order.map { input.effects[$0] }, response: input.response)
    for (position, original) in order.enumerated() {
      #expect(shuffled.minimumCet1Ratio(bank: position) == plain.minimumCet1Ratio(bank: original))
    }
    // The system's sum is taken in another order: rounding only.
    #expect(abs(shuffled.systemMinimumCet1Ratio - plain.systemMinimumCet1Ratio) < 1e-14)
  }
}
