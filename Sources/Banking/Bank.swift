/// One bank as it stands at the jump-off, and what its published exercises say of it. Money is in millions.
public struct Bank: Sendable, Equatable, Identifiable {
  /// The Federal Reserve's RSSD number: names change, this does not.
  public let id: String
  public let name: String
  public let riskWeightedAssets: Double
  /// Common equity tier 1 over risk-weighted assets at the jump-off.
  public let cet1Ratio: Double
  /// The bank's own requirement for the CET1 ratio; `nil` where none is given.
  public let cet1Requirement: Double?
  /// Accumulated other comprehensive income counted in CET1; 0 or `nil`: the bank leaves it out.
  public let accumulatedOtherComprehensiveIncome: Double?
  /// Balance by `LoanType`; `nil` is unknown, which is not the same as no loans.
  public let balances: [Double?]
  public let averageAssets: Double
  /// Totals owed to the bank by, and by the bank to, other financial firms; `nil` where unknown.
  public let intraFinancialAssets: Double?
  public let intraFinancialLiabilities: Double?
  /// The bank's record in published stress tests.
  public let record: SupervisoryRecord
  /// Allowance for credit losses at the jump-off.
  public let openingAllowance: Double

  public var cet1: Double { cet1Ratio * riskWeightedAssets }
  public var includesOtherComprehensiveIncome: Bool { (accumulatedOtherComprehensiveIncome ?? 0) != 0 }

  /// What a bank's severely adverse exercises published before the jump-off came to, on average.
  public struct SupervisoryRecord: Sendable, Equatable {
    /// The exercises averaged, e.g. `2022 + 2023`, with the names of banks absorbed since whose results are added in;
    /// empty when the bank took part in none and its peers' median stands in.
    public let exercises: String
    /// Pre-provision net revenue of nine quarters, net of operational losses, as a share of average assets.
    public let revenueRate: Double
    /// How far the economy of those exercises moved revenue, a year, as a share of assets (see `RevenueModel`).
    public let referenceRevenueResponse: Double
    /// Nine quarters' losses, as shares of risk-weighted assets.
    public let tradingAndCounterpartyLossRate: Double
    public let securitiesLossRate: Double
    public let otherLossRate: Double
    /// Nine quarters' other comprehensive income after tax, as a share of risk-weighted assets.
    public let otherComprehensiveIncomeRate: Double
  }
}
