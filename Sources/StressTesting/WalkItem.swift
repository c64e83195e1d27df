import Banking

/// The causes of a change in CET1 as a report tells them: one or two components of the capital walk each.
enum WalkItem: Int, CaseIterable {
  case revenue, provisions, tradingLosses, otherLosses, otherComprehensiveIncome, tax, distributions

  static let count = allCases.count

  var id: String {
    switch self {
    case .revenue: "walk.pre_provision_net_revenue"
    case .provisions: "walk.provisions"
    case .tradingLosses: "walk.trading_losses"
    case .otherLosses: "walk.other_losses"
    case .otherComprehensiveIncome: "walk.other_comprehensive_income"
    case .tax: "walk.tax"
    case .distributions: "walk.distributions"
    }
  }

  init(of component: CapitalComponent) {
    self =
      switch component {
      case .revenue: .revenue
      case .netChargeOffs, .allowanceChange: .provisions
      case .tradingAndCounterpartyLosses: .tradingLosses
      case .securitiesLosses, .otherLosses: .otherLosses
      case .tax: .tax
      case .otherComprehensiveIncome: .otherComprehensiveIncome
      case .distributions: .distributions
      }
  }

  /// The item of each component, by raw values.
  static let ofComponents = CapitalComponent.allCases.map { WalkItem(of: $0).rawValue }
}
