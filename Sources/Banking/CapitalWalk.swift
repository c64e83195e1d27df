/// CET1 of every bank, quarter by quarter, along one path of loss rates and revenue.
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

  private let groupCount: Int
  private let credit: CreditLosses
  private let columns: [Columns]

  /// What the walk needs of eight banks.
  private struct Columns: Sendable {
    var cet1 = Lanes.zero
    /// 1 / risk-weighted assets; 0 in the lanes that hold no bank.
    var perRiskWeightedAssets = Lanes.zero
    var assets = Lanes.zero
    /// A quarter's revenue before the response of the path.
    var revenue = Lanes.zero
    var trading = Lanes.zero
    /// A quarter's share of the losses and income that are spread evenly.
    var securities = Lanes.zero
    var otherLosses = Lanes.zero
    var otherComprehensiveIncome = Lanes.zero
    var openingAllowance = Lanes.zero
    /// Tax over the horizon is not below this.
    var leastTax = Lanes.zero
  }

  public init(banks: [Bank], rules: CapitalRules = CapitalRules(), quarterCount: Int = 9) {
    precondition(!banks.isEmpty && quarterCount > 0, "\(banks.count) banks over \(quarterCount) quarters")
    self.banks = banks
    self.rules = rules
    self.quarterCount = quarterCount
    requirements = banks.map { max(CapitalRules.minimumCet1Ratio, $0.cet1Requirement ?? 0) }
    systemRiskWeightedAssets = banks.map(\.riskWeightedAssets).reduce(0, +)
    systemCet1 = banks.map(\.cet1).reduce(0, +)
    groupCount = (banks.count + Lanes.scalarCount - 1) / Lanes.scalarCount
    var columns = [Columns](repeating: Columns(), count: groupCount)
    for (index, bank) in banks.enumerated() {
      let (group, lane) = index.quotientAndRemainder(dividingBy: Lanes.scalarCount)
      Self.fill(&columns[group], lane, bank, rules, Double(quarterCount))
    }
    credit = CreditLosses(banks: banks, groupCount: groupCount, quarterCount: quarterCount + Self.quartersAhead)
    self.columns = columns
  }

  private static func fill(
    _ columns: inout Columns, _ lane: Int, _ bank: Bank, _ rules: CapitalRules, _ quarters: Double
  ) {
    let record = bank.record
    let addOn = rules.addOnScale * bank.riskWeightedAssets
    columns.cet1[lane] = bank.cet1
    columns.perRiskWeightedAssets[lane] = 1 / bank.riskWeightedAssets
    columns.assets[lane] = bank.averageAssets
    // The published rate is a total of nine quarters, whatever the horizon of this run.
    columns.revenue[lane] = bank.averageAssets * (record.revenueRate / 9 - record.referenceRevenueResponse / 4)
    columns.trading[lane] = addOn * record.tradingAndCounterpartyLossRate
    columns.securities[lane] = addOn * record.securitiesLossRate / quarters
    columns.otherLosses[lane] = addOn * record.otherLossRate / quarters
    columns.otherComprehensiveIncome[lane] =
      bank.includesOtherComprehensiveIncome ? addOn * record.otherComprehensiveIncomeRate / quarters : 0
    columns.openingAllowance[lane] = bank.openingAllowance * rules.openingAllowanceScale
    columns.leastTax[lane] = -rules.deferredTaxLimit * bank.cet1
  }

  public func makeWorkspace() -> CapitalWorkspace {
    CapitalWorkspace(bankCount: banks.count, quarterCount: quarterCount)
  }

  /// Walks one path; the workspace then holds its capital.
  /// - Parameters:
  ///   - lossRates: `[quarter][loanType]`, annualised fractions, `quarterCount + quartersAhead` quarters.
  ///   - effects: multiples of the loss rates, `[bank]`, or `[bank][loanType]`.
  ///   - revenueResponse: `[quarter]`, how far the path moves a quarter's revenue, as a share of assets.
  public func walk(
    lossRates: Span<Double>, effects: Span<Double>, revenueResponse: Span<Double>,
    into workspace: inout CapitalWorkspace
  ) {
    let lossQuarters = quarterCount + Self.quartersAhead
    precondition(
      lossRates.count == lossQuarters * LoanType.count,
      "\(lossRates.count) loss rates, expected \(lossQuarters) quarters × \(LoanType.count) loan types")
    precondition(
      effects.count == banks.count || effects.count == banks.count * LoanType.count,
      "\(effects.count) effects, expected \(banks.count) banks or \(banks.count) × \(LoanType.count) loan types")
    precondition(revenueResponse.count == quarterCount, "\(revenueResponse.count) quarters, expected \(quarterCount)")
    credit.weigh(by: effects, into: &workspace.exposures)
    for group in 0..<groupCount {
      credit.lose(group, lossRates, workspace.exposures, into: &workspace.losses)
      carryCapital(group, revenueResponse, into: &workspace)
    }
    addUp(lossRates, &workspace)
  }

  private func carryCapital(_ group: Int, _ revenueResponse: Span<Double>, into workspace: inout CapitalWorkspace) {
    let bank = columns[group]
    let taxRate = Lanes(repeating: rules.taxRate)
    let payout = Lanes(repeating: rules.payout)
    var cet1 = bank.cet1
    var allowance = bank.openingAllowance
    var preTaxSoFar = Lanes.zero
    var taxSoFar = Lanes.zero
    var minimum = Lanes(repeating: .infinity)
    for quarter in 0..<quarterCount {
      let at = quarter * groupCount + group
      let chargeOffs = workspace.losses[at]
      let newAllowance = larger(credit.lossesAhead(of: at, workspace.losses), bank.openingAllowance)
      let allowanceChange = newAllowance - allowance
      let revenue = bank.revenue + bank.assets * revenueResponse[quarter]
      let trading = quarter == 0 ? bank.trading : .zero
      let preTax = revenue - chargeOffs - allowanceChange - trading - bank.securities - bank.otherLosses
      preTaxSoFar += preTax
      let newTax = larger(taxRate * preTaxSoFar, bank.leastTax)
      let tax = newTax - taxSoFar
      let netIncome = preTax - tax
      let distributions = payout * larger(netIncome, .zero)
      cet1 += netIncome + bank.otherComprehensiveIncome - distributions
      allowance = newAllowance
      taxSoFar = newTax
      let ratio = cet1 * bank.perRiskWeightedAssets
      minimum = smaller(minimum, ratio)

      workspace.cet1[at] = cet1
      workspace.ratios[at] = ratio
      workspace.allowances[at] = allowance
      let row = quarter * CapitalComponent.count * groupCount + group
      func place(_ component: CapitalComponent) -> Int { row + component.rawValue * groupCount }
      workspace.components[place(.revenue)] = revenue
      workspace.components[place(.netChargeOffs)] = -chargeOffs
      workspace.components[place(.allowanceChange)] = -allowanceChange
      workspace.components[place(.tradingAndCounterpartyLosses)] = -trading
      workspace.components[place(.securitiesLosses)] = -bank.securities
      workspace.components[place(.otherLosses)] = -bank.otherLosses
      workspace.components[place(.tax)] = -tax
      workspace.components[place(.otherComprehensiveIncome)] = bank.otherComprehensiveIncome
      workspace.components[place(.distributions)] = -distributions
    }
    workspace.minimumRatios[group] = minimum
  }

  /// Sums over the banks, in the order of the table.
  private func addUp(_ lossRates: Span<Double>, _ workspace: inout CapitalWorkspace) {
    var minimum = Double.infinity
    for quarter in 0..<quarterCount {
      var sum = Lanes.zero
      for group in 0..<groupCount { sum += workspace.cet1[quarter * groupCount + group] }
      workspace.systemCet1[quarter] = sum.sum()
      workspace.systemRatios[quarter] = sum.sum() / systemRiskWeightedAssets
      minimum = min(minimum, workspace.systemRatios[quarter])
    }
    workspace.systemMinimum = minimum
    for type in 0..<LoanType.count {
      var exposure = Lanes.zero
      for group in 0..<groupCount { exposure += workspace.exposures[type * groupCount + group] }
      var rates = 0.0
      for quarter in 0..<quarterCount { rates += lossRates[quarter * LoanType.count + type] }
      workspace.lossesByType[type] = exposure.sum() * rates
    }
  }
}
