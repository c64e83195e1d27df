import Banking

/// What one path comes to in the whole system: an official column, under the name that a table of paths gives it.
public struct PathTotal: Sendable, Equatable {
  /// e.g. `loan_loss_credit_card`.
  public let name: String
  public let entity: String
  public let item: String
  /// Of a figure of the network, the share that stays inside it.
  public let variant: String?
  public let unit: String
  let column: Int

  /// Every total that a run can have, in order. A run whose network has one share only lacks those of `network_2`.
  public static let catalogue = all(
    in: ColumnLayout(
      capitalQuarterCount: 1, bankCount: 0, loanTypeCount: LoanType.count, networkCount: 2, factorCount: 0, horizon: 1),
    variants: ["first of network.inside_share", "second of network.inside_share"])

  /// - Parameter variants: one per network.
  static func all(in layout: ColumnLayout, variants: [String]) -> [PathTotal] {
    func system(
      _ name: String, _ column: Int, _ unit: ColumnRequest.Unit, item: String? = nil, variant: String? = nil
    ) -> PathTotal {
      PathTotal(
        name: name, entity: PathPipeline.systemEntity, item: item ?? name, variant: variant, unit: unit.rawValue,
        column: column)
    }
    let totals = [
      system("loan_loss", layout.system(.loanLoss), .millions),
      system("loan_loss_without_proxies", layout.system(.loanLossWithoutProxies), .millions),
      system("capital_depletion", layout.system(.capitalDepletion), .millions),
      system("minimum_cet1_ratio", layout.system(.minimumRatio), .fraction),
      system("end_cet1_ratio", layout.systemRatio(quarter: layout.capitalQuarterCount - 1), .fraction),
      system("banks_breaching", layout.system(.banksBreaching), .count),
    ]
    let byLoanType = LoanType.allCases.map { type in
      PathTotal(
        name: "loan_loss_\(type.id)", entity: type.id, item: "loan_loss", variant: nil,
        unit: ColumnRequest.Unit.millions.rawValue, column: layout.loanTypeLoss(type.rawValue))
    }
    let byNetwork = variants.enumerated().flatMap { network, variant in
      let items: [(String, ColumnLayout.NetworkItem, ColumnRequest.Unit)] = [
        ("defaults", .defaults, .count), ("contagion_defaults", .contagionDefaults, .count),
        ("clearing_shortfall", .clearingShortfall, .millions), ("debtrank", .debtRank, .fraction),
      ]
      return items.map { item, column, unit in
        system(
          "network_\(network + 1)_\(item)", layout.network(network, column), unit, item: item, variant: variant)
      }
    }
    return totals + byLoanType + byNetwork
  }
}

extension PathPipeline {
  var pathTotals: [PathTotal] { PathTotal.all(in: layout, variants: networks.map(\.variant)) }
}
