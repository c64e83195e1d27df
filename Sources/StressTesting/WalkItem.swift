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

  /// The items that differ from path to path, and the totals of the walk that they are.
  static let ofTotals: [(WalkItem, CapitalTile.Total)] = [
    (.revenue, .revenue), (.provisions, .provisions), (.tax, .tax), (.distributions, .distributions),
  ]

  /// The items that are the same on all paths, of each bank and then of the system.
  static func constant(in walk: CapitalWalk) -> [[(WalkItem, Double)]] {
    let banks = walk.banks.indices.map { bank -> [(WalkItem, Double)] in
      let amounts = CapitalComponent.allCases.compactMap { component in
        walk.contribution(of: component, bank: bank).map { (WalkItem(of: component), $0) }
      }
      return [WalkItem.tradingLosses, .otherLosses, .otherComprehensiveIncome].map { item in
        (item, amounts.filter { $0.0 == item }.reduce(0) { $0 + $1.1 })
      }
    }
    let system = banks[0].indices.map { number in (banks[0][number].0, banks.reduce(0) { $0 + $1[number].1 }) }
    return banks + [system]
  }
}
