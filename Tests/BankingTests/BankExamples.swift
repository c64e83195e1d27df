import MacroScenarios
import TestSupport
import Testing

@testable import Banking

/// Where the repository's tables are, seen from this file.
let dataFolder = repositoryFile("scenarios/data") + "/"

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
