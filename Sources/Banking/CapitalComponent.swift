/// One cause of a quarter's change in CET1. Contributions are signed: what lowers capital is negative, and the nine of
/// them add up to the change.
public enum CapitalComponent: Int, Sendable, CaseIterable, Codable {
  /// Pre-provision net revenue, net of operational losses.
  case revenue
  case netChargeOffs
  /// Growth of the allowance; provisions are net charge-offs and this together.
  case allowanceChange
  case tradingAndCounterpartyLosses, securitiesLosses, otherLosses
  case tax
  /// After tax; only where the bank counts it in CET1.
  case otherComprehensiveIncome
  case distributions

  public static let count = CapitalComponent.allCases.count

  public var id: String {
    switch self {
    case .revenue: "pre_provision_net_revenue"
    case .netChargeOffs: "net_charge_offs"
    case .allowanceChange: "allowance_change"
    case .tradingAndCounterpartyLosses: "trading_and_counterparty_losses"
    case .securitiesLosses: "securities_losses"
    case .otherLosses: "other_losses"
    case .tax: "tax"
    case .otherComprehensiveIncome: "other_comprehensive_income"
    case .distributions: "distributions"
    }
  }

  public var title: String {
    switch self {
    case .revenue: "Pre-provision net revenue"
    case .netChargeOffs: "Net charge-offs"
    case .allowanceChange: "Change in allowance"
    case .tradingAndCounterpartyLosses: "Trading and counterparty losses"
    case .securitiesLosses: "Securities losses"
    case .otherLosses: "Other losses"
    case .tax: "Tax"
    case .otherComprehensiveIncome: "Other comprehensive income"
    case .distributions: "Distributions"
    }
  }
}
