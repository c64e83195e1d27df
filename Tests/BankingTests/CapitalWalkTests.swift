import Testing

@testable import Banking

@Suite struct CapitalWalkTests {
  /// One bank by hand: C&I 400, rate 4 % a year, so 4 a quarter; four quarters ahead 16; opening allowance 8.
  /// Revenue 1000 × 4.5 % / 9 = 5 a quarter. Trading 2 % of 800 = 16, securities 0.9 % = 7.2, i.e. 0.8 a quarter,
  /// other losses 1.8 % = 14.4, i.e. 1.6, OCI 0.9 % = 7.2, i.e. 0.8.
  @Test func oneBankByHand() {
    let bank = exampleBank(trading: 0.02, securities: 0.009, other: 0.018, oci: 0.009, aoci: -1)
    let path = CapitalWalk(banks: [bank]).path(flatRates(0.04))
    // Quarter 1: 5 − 4 − (16 − 8) − 16 − 0.8 − 1.6 = −25.4 before tax; no relief; + 0.8 OCI.
    #expect(abs(path.cet1(bank: 0, quarter: 0) - (80 - 25.4 + 0.8)) < 1e-12)
    // Later quarters: 5 − 4 − 0 − 0.8 − 1.6 = −1.4, + 0.8.
    #expect(abs(path.cet1(bank: 0, quarter: 8) - (55.4 - 8 * 0.6)) < 1e-12)
    #expect(abs(path.cet1Ratio(bank: 0, quarter: 8) - 50.6 / 800) < 1e-15)
    #expect(path.minimumCet1Ratio(bank: 0) == path.cet1Ratio(bank: 0, quarter: 8))
    #expect(abs(path.loanLosses(bank: 0) - 36) < 1e-12)
    #expect(abs(path.loanLosses(on: .commercialAndIndustrial) - 36) < 1e-12)
    #expect(path.allowance(bank: 0, quarter: 8) == 16)
    #expect(path.contribution(of: .tradingAndCounterpartyLosses, bank: 0, quarter: 0) == -16)
    #expect(path.contribution(of: .tradingAndCounterpartyLosses, bank: 0, quarter: 1) == 0)
  }

  /// Tax is 21 % of the profit so far: after a loss of 10 and profits of 5 a quarter the third quarter pays on 5.
  @Test func lossesAreSetOffWithinTheHorizon() {
    let bank = exampleBank(revenueRate: 0.045, trading: 15 / 800, allowance: 0)
    let path = CapitalWalk(banks: [bank]).path(flatRates(0))
    let tax = (0..<9).map { -path.contribution(of: .tax, bank: 0, quarter: $0) }
    // Pre-tax: −10, 5, 5, 5, …: so far −10, −5, 0, 5, …
    for quarter in 0..<3 { #expect(abs(tax[quarter]) < 1e-12) }
    for quarter in 3..<9 { #expect(abs(tax[quarter] - 1.05) < 1e-12) }
  }

  @Test func deferredTaxReliefIsLimited() {
    let bank = exampleBank(trading: 0.1, allowance: 0)  // −75, then +5 a quarter: −35 at the end
    let full = CapitalWalk(banks: [bank], rules: CapitalRules(deferredTaxLimit: 1)).path(flatRates(0))
    let limited = CapitalWalk(banks: [bank], rules: CapitalRules(deferredTaxLimit: 0.1)).path(flatRates(0))
    #expect(abs(full.contribution(of: .tax, bank: 0, quarter: 0) - 0.21 * 75) < 1e-12)
    #expect(abs(limited.contribution(of: .tax, bank: 0, quarter: 0) - 8) < 1e-12)  // 10 % of 80
    #expect(abs(full.cet1(bank: 0, quarter: 8) - (80 - 35 * 0.79)) < 1e-12)
  }

  @Test func payoutTakesItsShareOfPositiveIncome() {
    let path = CapitalWalk(banks: [exampleBank(allowance: 0)], rules: CapitalRules(payout: 0.35)).path(flatRates(0))
    #expect(abs(path.contribution(of: .distributions, bank: 0, quarter: 0) + 0.35 * 5 * 0.79) < 1e-12)
    #expect(abs(path.cet1(bank: 0, quarter: 8) - (80 + 9 * 5 * 0.79 * 0.65)) < 1e-12)
  }

  /// Revenue stands as far from the published level as the path stands from the reference economy.
  @Test func revenueIsThePublishedLevelInTheReferenceEconomy() {
    let walk = CapitalWalk(banks: [exampleBank(reference: 0.012)])
    let asPublished = walk.path(flatRates(0), response: [Double](repeating: 0.003, count: 9))
    let better = walk.path(flatRates(0), response: [Double](repeating: 0.005, count: 9))
    #expect(abs(asPublished.contribution(of: .revenue, bank: 0, quarter: 4) - 5) < 1e-12)
    #expect(abs(better.contribution(of: .revenue, bank: 0, quarter: 4) - 7) < 1e-12)
  }

  @Test func noShockAndNoRevenueChangesNothing() {
    let bank = exampleBank(revenueRate: 0, allowance: 0)
    let path = CapitalWalk(banks: [bank]).path(flatRates(0))
    for quarter in 0..<9 { #expect(path.cet1(bank: 0, quarter: quarter) == bank.cet1) }
  }

  /// A lifetime allowance is kept in a mild economy.
  @Test func theOpeningAllowanceIsTheLeast() {
    let bank = exampleBank(revenueRate: 0)
    let kept = CapitalWalk(banks: [bank]).path(flatRates(0.004))
    #expect(kept.allowance(bank: 0, quarter: 0) == 8)
    #expect(kept.contribution(of: .allowanceChange, bank: 0, quarter: 0) == 0)
    let lower = CapitalWalk(banks: [bank], rules: CapitalRules(openingAllowanceScale: 0.75)).path(flatRates(0.04))
    #expect(abs(lower.contribution(of: .allowanceChange, bank: 0, quarter: 0) + 10) < 1e-12)
  }

  @Test func aNetRecoveryRaisesCapital() {
    let path = CapitalWalk(banks: [exampleBank(revenueRate: 0)]).path(flatRates(-0.01))
    #expect(abs(path.contribution(of: .netChargeOffs, bank: 0, quarter: 0) - 1) < 1e-12)
  }

  @Test func effectsMultiplyLossesPerBankOrPerType() {
    let bank = exampleBank(balances: [100, nil, 400, nil, nil, nil, nil])
    let walk = CapitalWalk(banks: [bank])
    #expect(abs(walk.path(flatRates(0.04), effects: [1.5]).loanLosses(bank: 0) - 1.5 * 45) < 1e-12)
    let byType = walk.path(flatRates(0.04), effects: [2, 9, 1, 9, 9, 9, 9])
    #expect(abs(byType.loanLosses(bank: 0) - (2 * 9 + 36)) < 1e-12)
    #expect(abs(byType.loanLosses(on: .firstMortgage) - 18) < 1e-12)
  }

  @Test func aRequirementAboveTheMinimumIsUsed() {
    let walk = CapitalWalk(banks: [exampleBank(), exampleBank(requirement: 0.07), exampleBank(requirement: 0.02)])
    #expect(walk.requirements == [0.045, 0.07, 0.045])
  }
}
