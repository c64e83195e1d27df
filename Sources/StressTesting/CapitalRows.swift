import Banking
import MacroScenarios
import RiskMeasures

/// What every path says of capital and losses, as requests for columns.
extension PathPipeline {
  static let systemEntity = "system"

  var columnRequests: [ColumnRequest] {
    systemRequests + loanTypeRequests + networkRequests + bankRequests + fanRequests
  }

  private var systemRequests: [ColumnRequest] {
    let entity = Self.systemEntity
    var requests = (0..<scenario.capitalHorizon).map { quarter in
      ColumnRequest(
        column: layout.systemRatio(quarter: quarter), entity: entity, quarter: "\(scenario.quarter(quarter))",
        item: "cet1_ratio", unit: .fraction, statistics: [5, 25, 50, 75, 95].map { .percentile($0) })
    }
    requests += [
      ColumnRequest(
        column: layout.system(.minimumRatio), entity: entity, item: "minimum_cet1_ratio", unit: .fraction,
        statistics: [.mean] + [1, 5, 50, 95].map { .percentile($0) }),
      ColumnRequest(
        column: layout.systemRatio(quarter: scenario.capitalHorizon - 1), entity: entity, item: "end_cet1_ratio",
        unit: .fraction, statistics: [.percentile(5), .percentile(50)]),
      ColumnRequest(
        column: layout.system(.loanLoss), entity: entity, item: "loan_loss", unit: .millions,
        statistics: Statistic.ofLosses),
      ColumnRequest(
        column: layout.system(.loanLossWithoutProxies), entity: entity, item: "loan_loss_without_proxies",
        unit: .millions, statistics: [.mean, .percentile(50)]),
      ColumnRequest(
        column: layout.system(.capitalDepletion), entity: entity, item: "capital_depletion", unit: .millions,
        statistics: Statistic.ofLosses),
    ]
    return requests
  }

  private var bankRequests: [ColumnRequest] {
    walk.banks.indices.flatMap { bank -> [ColumnRequest] in
      let entity = walk.banks[bank].id
      var requests = (0..<scenario.capitalHorizon).map { quarter in
        ColumnRequest(
          column: layout.bankRatio(bank, quarter: quarter), entity: entity, quarter: "\(scenario.quarter(quarter))",
          item: "cet1_ratio", unit: .fraction, statistics: [.percentile(5), .percentile(50)])
      }
      requests += [
        ColumnRequest(
          column: layout.bank(bank, .minimumRatio), entity: entity, item: "minimum_cet1_ratio", unit: .fraction,
          statistics: [.mean] + [1, 5, 50, 95].map { .percentile($0) }),
        ColumnRequest(
          column: layout.bankRatio(bank, quarter: scenario.capitalHorizon - 1), entity: entity, item: "end_cet1_ratio",
          unit: .fraction, statistics: [.percentile(5), .percentile(50)]),
        ColumnRequest(
          column: layout.bank(bank, .loanLoss), entity: entity, item: "loan_loss", unit: .millions,
          statistics: Statistic.ofLosses),
        ColumnRequest(
          column: layout.bank(bank, .capitalDepletion), entity: entity, item: "capital_depletion", unit: .millions,
          statistics: Statistic.ofLosses),
      ]
      return requests
    }
  }

  private var loanTypeRequests: [ColumnRequest] {
    LoanType.allCases.map { type in
      ColumnRequest(
        column: layout.loanTypeLoss(type.rawValue), entity: type.id, item: "loan_loss", unit: .millions,
        statistics: [.mean, .percentile(5), .percentile(50), .percentile(95), .expectedShortfall(perMille: 990)])
    }
  }

  private var networkRequests: [ColumnRequest] {
    networks.indices.flatMap { network in
      [
        ColumnRequest(
          column: layout.network(network, .defaults), entity: Self.systemEntity, item: "defaults",
          variant: networks[network].variant, unit: .count, statistics: [.mean]),
        ColumnRequest(
          column: layout.network(network, .contagionDefaults), entity: Self.systemEntity, item: "contagion_defaults",
          variant: networks[network].variant, unit: .count, statistics: [.mean]),
        ColumnRequest(
          column: layout.network(network, .debtRank), entity: Self.systemEntity, item: "debtrank",
          variant: networks[network].variant, unit: .fraction,
          statistics: [.mean, .percentile(50), .valueAtRisk(perMille: 990)]),
      ]
    }
  }

  /// Fans of the economy and of loss rates, from the first `ColumnLayout.fanPathCount` paths.
  private var fanRequests: [ColumnRequest] {
    let factors = (0..<scenario.horizon).flatMap { quarter in
      scenario.factors.indices.map { factor in
        ColumnRequest(
          column: layout.factor(factor, quarter: quarter), entity: scenario.factors[factor].id,
          quarter: "\(scenario.quarter(quarter))", item: "macro",
          unit: scenario.factors[factor].unit == .percent ? .fraction : .index,
          statistics: [5, 25, 50, 75, 95].map { .percentile($0) })
      }
    }
    let rates = (0..<scenario.capitalHorizon).flatMap { quarter in
      LoanType.allCases.map { type in
        ColumnRequest(
          column: layout.annualisedRate(type.rawValue, quarter: quarter), entity: type.id,
          quarter: "\(scenario.quarter(quarter))", item: "annualised_loss_rate", unit: .fraction,
          statistics: [.percentile(5), .percentile(50), .percentile(95)])
      }
    }
    return factors + rates
  }
}
