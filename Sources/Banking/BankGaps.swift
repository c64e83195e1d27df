import MacroScenarios

/// Fills what a model needs and a table lacks, each by a named rule, and says so.
///
/// - Average assets: total exposures × the median of assets over exposures among the banks that have both.
/// - Revenue: the median of all banks' rates; but a bank with half of its loans or more in one type earns, on each unit
///   of that type, the median of what the others so concentrated earn on it, when there are three or more of them.
/// - Add-ons and the reference of revenue: the median of all banks, which for trading losses is usually nil.
/// - Opening allowance: loans × the median of allowance over loans.
struct BankGaps {
  let file: String
  let drafts: [BankDraft]
  private(set) var warnings: [Diagnostic] = []

  init(file: String, drafts: [BankDraft]) {
    self.file = file
    self.drafts = drafts
  }

  mutating func filled() throws(InvalidInput) -> [Bank] {
    reportMissingBalances()
    var banks: [Bank] = []
    for draft in drafts { banks.append(try filled(draft)) }
    return banks
  }

  private mutating func filled(_ draft: BankDraft) throws(InvalidInput) -> Bank {
    let record = Bank.SupervisoryRecord(
      exercises: draft.exercises,
      revenueRate: try filledRevenueRate(draft),
      referenceRevenueResponse: try fill(draft, \.referenceRevenueResponse, "reference_revenue_response"),
      tradingAndCounterpartyLossRate: try fill(
        draft, \.tradingAndCounterpartyLossRate, "trading_and_counterparty_losses"),
      securitiesLossRate: try fill(draft, \.securitiesLossRate, "securities_losses"),
      otherLossRate: try fill(draft, \.otherLossRate, "other_losses"),
      otherComprehensiveIncomeRate: try fill(draft, \.otherComprehensiveIncomeRate, "other_comprehensive_income"))
    return Bank(
      id: draft.id, name: draft.name, riskWeightedAssets: draft.riskWeightedAssets!, cet1Ratio: draft.cet1Ratio!,
      cet1Requirement: draft.cet1Requirement,
      accumulatedOtherComprehensiveIncome: draft.accumulatedOtherComprehensiveIncome,
      balances: draft.balances,
      averageAssets: try fill(
        draft.averageAssets, "average_assets", draft, "total exposures times the median of assets over exposures",
        draft.totalExposures.flatMap { exposures in median(assetsOverExposures).map { $0 * exposures } }),
      intraFinancialAssets: draft.intraFinancialAssets, intraFinancialLiabilities: draft.intraFinancialLiabilities,
      record: record,
      openingAllowance: try fill(
        draft.openingAllowance, "opening_allowance", draft, "loans times the median of allowance over loans",
        median(allowanceOverLoans).map { $0 * loans(of: draft) }))
  }

  private var assetsOverExposures: [Double] {
    drafts.compactMap { bank in
      bank.averageAssets.flatMap { assets in bank.totalExposures.map { assets / $0 } }
    }
  }

  private var allowanceOverLoans: [Double] {
    drafts.compactMap { bank in
      loans(of: bank) > 0 ? bank.openingAllowance.map { $0 / loans(of: bank) } : nil
    }
  }

  private func loans(of draft: BankDraft) -> Double { draft.balances.compactMap { $0 }.reduce(0, +) }

  private mutating func fill(
    _ draft: BankDraft, _ value: KeyPath<BankDraft, Double?>, _ column: String
  ) throws(InvalidInput) -> Double {
    let estimate = median(drafts.compactMap { $0[keyPath: value] })
    return try fill(draft[keyPath: value], column, draft, "the median of all banks", estimate)
  }

  private mutating func fill(
    _ value: Double?, _ column: String, _ draft: BankDraft, _ rule: String, _ estimate: Double?
  ) throws(InvalidInput) -> Double {
    if let value { return value }
    let place = Diagnostic.Place(file: file, line: draft.line)
    guard let filled = estimate else {
      throw InvalidInput(
        .invalid, [Diagnostic("T053", "'\(column)' is empty and no other bank gives a measure for it", at: place)])
    }
    warnings.append(
      Diagnostic("T054", "\(draft.name): '\(column)' is empty; used \(rule)", at: place, severity: .warning))
    return filled
  }

  private mutating func reportMissingBalances() {
    for type in LoanType.allCases {
      let without = drafts.filter { $0.balances[type.rawValue] == nil }
      guard !without.isEmpty else { continue }
      warnings.append(
        Diagnostic(
          "T055",
          "'\(type.id)' has no balance for \(without.count) of \(drafts.count) banks: unknown, and no loss is "
            + "projected on it (\(without.map(\.name).joined(separator: "; ")))",
          at: .init(file: file), severity: .warning))
    }
    for (column, value) in [
      ("intra_financial_assets", \BankDraft.intraFinancialAssets),
      ("intra_financial_liabilities", \BankDraft.intraFinancialLiabilities),
    ] {
      let without = drafts.filter { $0[keyPath: value] == nil }
      guard !without.isEmpty else { continue }
      warnings.append(
        Diagnostic(
          "T056", "'\(column)' is missing for \(without.map(\.name).joined(separator: "; ")): outside the network",
          at: .init(file: file), severity: .warning))
    }
  }

  private mutating func filledRevenueRate(_ draft: BankDraft) throws(InvalidInput) -> Double {
    if let type = mainType(draft), let assets = draft.averageAssets {
      let earned = drafts.compactMap { peer -> Double? in
        guard mainType(peer) == type, let rate = peer.revenueRate, let assets = peer.averageAssets else { return nil }
        return rate * assets / peer.balances[type.rawValue]!
      }
      if earned.count >= 3 {
        return try fill(
          draft.revenueRate, "revenue_rate", draft, "its balance times the median revenue of \(type.id) specialists",
          median(earned).map { $0 * draft.balances[type.rawValue]! / assets })
      }
    }
    return try fill(draft, \.revenueRate, "revenue_rate")
  }

  /// The named loan type that makes up half of a bank's known loans or more; `nil` where none does.
  private func mainType(_ draft: BankDraft) -> LoanType? {
    LoanType.allCases.dropLast().first {
      2 * (draft.balances[$0.rawValue] ?? 0) >= loans(of: draft) && loans(of: draft) > 0
    }
  }

  private func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
