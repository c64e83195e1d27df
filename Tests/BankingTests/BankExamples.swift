import MacroScenarios
import TestSupport
import Testing
import TileArithmetic

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
  /// - Parameters:
  ///   - rates: `[quarter][loanType]`
  ///   - effects: `[bank]` or `[bank][loanType]`
  func path(_ rates: [Double], effects: [Double]? = nil, response: [Double]? = nil) -> WalkedPath {
    var tile = makeTile(keepsSteps: true)
    let types = LoanType.count
    let perType = (effects ?? []).count == banks.count * types
    let cells = effects.map { effects in (0..<banks.count * types).map { effects[perType ? $0 : $0 / types] } }
    let rateRows = WalkedPath.rows(rates), effectRows = WalkedPath.rows(cells ?? [])
    let responseRows = WalkedPath.rows(response ?? [Double](repeating: 0, count: quarterCount))
    walk(
      lossRates: rateRows.span, effects: effectRows.span, revenueResponse: responseRows.span, into: &tile)
    return WalkedPath(walk: self, tile: tile)
  }
}

/// One path of a tile, among others that fare differently.
struct WalkedPath {
  private static let lane = 37

  let walk: CapitalWalk
  let tile: CapitalTile

  static func rows(_ values: [Double]) -> [Double] {
    values.flatMap { value in (0..<Tile.width).map { $0 == lane ? value : value * Double($0) / 64 } }
  }

  private func value(at start: Int) -> Double { tile.values[start + Self.lane] }

  private func step(_ step: CapitalTile.Step, _ bank: Int, _ quarter: Int) -> Double {
    value(at: tile.start(of: step, bank: bank, quarter: quarter))
  }

  func allowance(bank: Int, quarter: Int) -> Double { step(.allowance, bank, quarter) }
  func cet1(bank: Int, quarter: Int) -> Double { step(.cet1, bank, quarter) }
  func cet1Ratio(bank: Int, quarter: Int) -> Double { value(at: tile.startOfRatio(quarter: quarter, bank: bank)) }
  func minimumCet1Ratio(bank: Int) -> Double { value(at: tile.startOfMinimumRatio(bank: bank)) }
  func total(_ total: CapitalTile.Total, bank: Int) -> Double { value(at: tile.start(of: total, bank: bank)) }
  func loanLosses(bank: Int) -> Double { total(.loanLosses, bank: bank) }
  func loanLosses(on type: LoanType) -> Double { value(at: tile.startOfLosses(on: type)) }
  func systemCet1Ratio(quarter: Int) -> Double { cet1Ratio(bank: tile.bankCount, quarter: quarter) }
  var systemMinimumCet1Ratio: Double { minimumCet1Ratio(bank: tile.bankCount) }

  /// What the component did to CET1 in that quarter.
  func contribution(of component: CapitalComponent, bank: Int, quarter: Int) -> Double {
    switch component {
    case .netChargeOffs: return -step(.netChargeOffs, bank, quarter)
    case .allowanceChange:
      let opening = walk.banks[bank].openingAllowance * walk.rules.openingAllowanceScale
      return (quarter == 0 ? opening : step(.allowance, bank, quarter - 1)) - step(.allowance, bank, quarter)
    case .revenue: return step(.revenue, bank, quarter)
    case .tax: return -step(.tax, bank, quarter)
    case .distributions: return -step(.distributions, bank, quarter)
    case .tradingAndCounterpartyLosses: return quarter == 0 ? walk.contribution(of: component, bank: bank)! : 0
    case .securitiesLosses, .otherLosses, .otherComprehensiveIncome:
      return walk.contribution(of: component, bank: bank)! / Double(tile.quarterCount)
    }
  }
}
