import CTile
import TileArithmetic

/// CET1 of every bank, quarter by quarter, along paths of loss rates and revenue, a tile of paths at a time.
///
///     net charge-offs  = balance × effect × annualised rate / 4
///     allowance(t)     = max(losses of quarters t+1 … t+4, opening allowance)
///     provisions       = net charge-offs + change in allowance
///     pre-tax income   = revenue − provisions − trading (first quarter) − securities − other losses
///     revenue          = assets × (published rate / 9 − reference response / 4 + response of the path)
///     tax so far       = max(rate × pre-tax income so far, −limit × CET1 at the jump-off)
///     CET1             = CET1 before + pre-tax income − tax + OCI − payout × positive net income
///
/// Balances, assets and risk-weighted assets stay as they are at the jump-off. Securities losses, other losses and OCI
/// are spread evenly over the quarters; the trading and counterparty loss falls in the first, as the Board's global
/// market shock does. A missing balance is unknown and has no loss; `BankTable` warns of it.
///
/// The opening allowance is an estimate of lifetime losses (CECL); a bank does not release it because the next year looks
/// mild. Under stress the four quarters ahead exceed it and rule alone.
public struct CapitalWalk: Sendable {
  /// How many quarters an allowance looks ahead.
  public static let quartersAhead = 4

  public let banks: [Bank]
  public let rules: CapitalRules
  /// Quarters of capital; loss rates are needed for `quartersAhead` more.
  public let quarterCount: Int
  /// The ratio below which a bank is in breach: 4.5 %, or its own requirement where that is higher.
  public let requirements: [Double]
  public let systemRiskWeightedAssets: Double
  /// CET1 of all banks at the jump-off.
  public let systemCet1: Double

  private let terms: [TileBank]

  public init(banks: [Bank], rules: CapitalRules = CapitalRules(), quarterCount: Int = 9) {
    precondition(!banks.isEmpty && quarterCount > 0, "\(banks.count) banks over \(quarterCount) quarters")
    self.banks = banks
    self.rules = rules
    self.quarterCount = quarterCount
    requirements = banks.map { max(CapitalRules.minimumCet1Ratio, $0.cet1Requirement ?? 0) }
    systemRiskWeightedAssets = banks.map(\.riskWeightedAssets).reduce(0, +)
    systemCet1 = banks.map(\.cet1).reduce(0, +)
    terms = banks.map { Self.terms(of: $0, rules, Double(quarterCount)) }
    precondition(LoanType.count == TILE_LOAN_TYPES, "\(LoanType.count) loan types, the kernel's are \(TILE_LOAN_TYPES)")
  }

  private static func terms(of bank: Bank, _ rules: CapitalRules, _ quarters: Double) -> TileBank {
    let record = bank.record
    let addOn = rules.addOnScale * bank.riskWeightedAssets
    func exposure(_ type: LoanType) -> Double { 0.25 * (bank.balances[type.rawValue] ?? 0) }
    return TileBank(
      cet1: bank.cet1, perRiskWeightedAssets: 1 / bank.riskWeightedAssets, assets: bank.averageAssets,
      // The published rate is a total of nine quarters, whatever the horizon of this run.
      revenue: bank.averageAssets * (record.revenueRate / 9 - record.referenceRevenueResponse / 4),
      trading: addOn * record.tradingAndCounterpartyLossRate,
      losses: addOn * (record.securitiesLossRate + record.otherLossRate) / quarters,
      otherComprehensiveIncome: bank.includesOtherComprehensiveIncome
        ? addOn * record.otherComprehensiveIncomeRate / quarters : 0,
      openingAllowance: bank.openingAllowance * rules.openingAllowanceScale,
      leastTax: -rules.deferredTaxLimit * bank.cet1,
      exposures: (
        exposure(.firstMortgage), exposure(.juniorLien), exposure(.commercialAndIndustrial),
        exposure(.commercialRealEstate), exposure(.creditCard), exposure(.otherConsumer), exposure(.otherLoans)
      ))
  }

  /// What a cause that is the same on all paths does to a bank's CET1 over the capital quarters.
  public func contribution(of component: CapitalComponent, bank: Int) -> Double? {
    let addOn = rules.addOnScale * banks[bank].riskWeightedAssets, record = banks[bank].record
    return switch component {
    case .tradingAndCounterpartyLosses: -addOn * record.tradingAndCounterpartyLossRate
    case .securitiesLosses: -addOn * record.securitiesLossRate
    case .otherLosses: -addOn * record.otherLossRate
    case .otherComprehensiveIncome:
      banks[bank].includesOtherComprehensiveIncome ? addOn * record.otherComprehensiveIncomeRate : 0
    case .revenue, .netChargeOffs, .allowanceChange, .tax, .distributions: nil
    }
  }

  public func makeTile() -> CapitalTile { makeTile(keepsSteps: false) }

  func makeTile(keepsSteps: Bool) -> CapitalTile {
    CapitalTile(bankCount: banks.count, quarterCount: quarterCount, keepsSteps: keepsSteps)
  }

  /// Walks the paths of a tile, which then holds their capital.
  /// - Parameters:
  ///   - lossRates: `[quarter][loanType]` rows, annualised fractions, `quarterCount + quartersAhead` quarters.
  ///   - effects: multiples of the loss rates, `[bank][loanType]` rows; empty for none.
  ///   - revenueResponse: `[quarter]` rows, how far a path moves a quarter's revenue, as a share of assets.
  public func walk(
    lossRates: Span<Double>, effects: Span<Double>, revenueResponse: Span<Double>, into tile: inout CapitalTile
  ) {
    let lossQuarters = quarterCount + Self.quartersAhead, cells = banks.count * LoanType.count
    precondition(
      lossRates.count >= lossQuarters * LoanType.count * Tile.width,
      "\(lossRates.count) loss rates, expected \(lossQuarters) quarters × \(LoanType.count) loan types of a tile")
    precondition(
      effects.isEmpty || effects.count >= cells * Tile.width,
      "\(effects.count) effects, expected \(banks.count) × \(LoanType.count) loan types of a tile, or none")
    precondition(revenueResponse.count >= quarterCount * Tile.width, "\(revenueResponse.count) responses")
    precondition(tile.bankCount == banks.count && tile.quarterCount == quarterCount, "the tile of another walk")
    lossRates.withUnsafeBufferPointer { rates in
      effects.withUnsafeBufferPointer { effects in
        revenueResponse.withUnsafeBufferPointer { responses in
          tile.withPointers { result in
            Tile.kernels.walk(
              terms, banks.count, rules.taxRate, rules.payout, 1 / systemRiskWeightedAssets, quarterCount,
              rates.baseAddress, effects.isEmpty ? nil : effects.baseAddress, responses.baseAddress, result)
          }
        }
      }
    }
    tile.multiplyExposures(by: lossRates)
  }
}
