import Foundation
import MacroScenarios
import Testing

@testable import Banking

/// Where the repository's tables are, seen from this file.
let dataFolder =
  String(#filePath.prefix(upTo: #filePath.range(of: "Tests/BankingTests")!.lowerBound)) + "scenarios/data/"

func bankTable(_ jumpOff: String) throws -> BankTable {
  try BankTable(contentsOf: dataFolder + "us-banks-\(jumpOff.lowercased()).csv", jumpOff: Quarter(jumpOff)!)
}

/// A bank in round figures; loans are all C&I unless given.
func exampleBank(
  id: String = "1", assets: Double = 1_000, riskWeightedAssets: Double = 800, cet1Ratio: Double = 0.1,
  balances: [Double?] = [nil, nil, 400, nil, nil, nil, nil], revenueRate: Double = 0.045, reference: Double = 0,
  trading: Double = 0, securities: Double = 0, other: Double = 0, oci: Double = 0, aoci: Double? = nil,
  allowance: Double = 8, requirement: Double? = nil
) -> Bank {
  Bank(
    id: id, name: "Bank \(id)", riskWeightedAssets: riskWeightedAssets, cet1Ratio: cet1Ratio,
    cet1Requirement: requirement, accumulatedOtherComprehensiveIncome: aoci, balances: balances,
    averageAssets: assets, intraFinancialAssets: 100, intraFinancialLiabilities: 100,
    record: .init(
      exercises: "2022", revenueRate: revenueRate, referenceRevenueResponse: reference,
      tradingAndCounterpartyLossRate: trading, securitiesLossRate: securities, otherLossRate: other,
      otherComprehensiveIncomeRate: oci),
    openingAllowance: allowance)
}

/// `[quarter][loanType]`, the same rate for every type and quarter.
func flatRates(_ rate: Double, quarters: Int = 13) -> [Double] {
  [Double](repeating: rate, count: quarters * LoanType.count)
}

extension CapitalWalk {
  /// One walk from plain arrays; effects of one and no response where none are given.
  func path(_ rates: [Double], effects: [Double]? = nil, response: [Double]? = nil) -> CapitalWorkspace {
    var workspace = makeWorkspace()
    let effects = effects ?? [Double](repeating: 1, count: banks.count)
    let response = response ?? [Double](repeating: 0, count: quarterCount)
    walk(lossRates: rates.span, effects: effects.span, revenueResponse: response.span, into: &workspace)
    return workspace
  }
}

/// Figures that look random, the same in every run (a linear congruential generator; Knuth's MMIX constants).
struct PlainRandom {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return low + (high - low) * Double(state >> 11) / 9_007_199_254_740_992
  }
}
