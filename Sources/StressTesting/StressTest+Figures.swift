import Banking
import Contagion
import Foundation
import MacroScenarios
import RiskMeasures
import SatelliteModels

/// Figures that are drawn from several columns, or from no path at all.
extension StressTest {
  typealias Row = StressTestResult.Row

  /// Where everyone stands at the jump-off.
  var startRows: [Row] {
    let banks = pipeline.walk.banks, system = PathPipeline.systemEntity
    func level(_ entity: String, _ item: String, _ value: Double?, _ unit: String = "millions") -> Row {
      Row(entity: entity, item: item, statistic: "level", value: value, unit: unit)
    }
    func start(_ entity: String, _ ratio: Double) -> Row {
      Row(entity: entity, item: "cet1_ratio", statistic: "start", value: ratio, unit: "fraction")
    }
    func total(_ value: (Bank) -> Double) -> Double { banks.map(value).reduce(0, +) }
    var rows = [
      start(system, pipeline.walk.systemCet1 / pipeline.walk.systemRiskWeightedAssets),
      level(system, "risk_weighted_assets", pipeline.walk.systemRiskWeightedAssets),
      level(system, "assets", total { $0.averageAssets }),
      level(system, "opening_allowance", total { $0.openingAllowance }),
    ]
    for bank in banks {
      rows += [
        start(bank.id, bank.cet1Ratio), level(bank.id, "requirement", bank.cet1Requirement, "fraction"),
        level(bank.id, "risk_weighted_assets", bank.riskWeightedAssets), level(bank.id, "assets", bank.averageAssets),
      ]
    }
    for type in LoanType.allCases {
      rows += [
        level(type.id, "balance", balance(of: type)),
        level(type.id, "proxy", LoanTypeMapping.isProxy(type) ? 1 : 0, "count"),
        level(
          type.id, "balances_missing", Double(banks.count { $0.balances[type.rawValue] == nil }), "count"),
      ]
    }
    return rows
  }

  /// What each bank alone would take from the system's CET1 if it lost all of its own.
  var distressCausedRows: [Row] {
    pipeline.networks.flatMap { network -> [Row] in
      var workspace = network.debtRank.makeWorkspace()
      return pipeline.walk.banks.enumerated().map { index, bank in
        var shock = [Double](repeating: 0, count: pipeline.walk.banks.count)
        shock[index] = 1
        return Row(
          entity: bank.id, item: "debtrank_caused", statistic: "level", variant: network.variant,
          value: network.debtRank.spread(shock, into: &workspace), unit: "fraction")
      }
    }
  }

  func balance(of type: LoanType) -> Double {
    pipeline.walk.banks.compactMap { $0.balances[type.rawValue] }.reduce(0, +)
  }

  func balance(of bank: Bank) -> Double { Self.balance(of: bank) }

  static func balance(of bank: Bank) -> Double { bank.balances.compactMap { $0 }.reduce(0, +) }

  /// Cumulative loan losses as a share of the balances that are known: the `loan_loss` rows in another unit.
  func lossRateRows(from rows: [Row]) -> [Row] {
    let banks = pipeline.walk.banks
    var balances = Dictionary(uniqueKeysWithValues: banks.map { ($0.id, balance(of: $0)) })
    for type in LoanType.allCases { balances[type.id] = balance(of: type) }
    balances[PathPipeline.systemEntity] = banks.map { balance(of: $0) }.reduce(0, +)
    return rows.filter { $0.item == "loan_loss" }.compactMap { row in
      guard let balance = balances[row.entity], balance > 0, let value = row.value else { return nil }
      let rate = Estimate(value: value, standardError: row.standardError, lower: row.lower, upper: row.upper)
        .scaled(by: 1 / balance)
      return Row(entity: row.entity, item: "loss_rate", statistic: row.statistic, rate, unit: "fraction")
    }
  }

  /// The median minimum of the system's ratio under other opening allowances.
  ///
  /// The shift between two of the first paths' figures with equal draws is added to the long run's figure, so that their
  /// own Monte Carlo error cancels.
  func sensitivityRows(_ store: ColumnStore) throws -> [Row] {
    let base = try store.column(pipeline.layout.system(.minimumRatio))
    let full = PathSample(base, store.dependence).quantile(0.5)
    return try ["opening allowance −25 %", "opening allowance +25 %"].enumerated().map { index, name in
      let other = try store.column(pipeline.layout.minimumRatio(allowance: index))
      let few = SortedSample(sorting: Array(base.prefix(other.count))).quantile(0.5).value
      let shift = SortedSample(sorting: other).quantile(0.5).value - few
      return Row(
        entity: PathPipeline.systemEntity, item: "minimum_cet1_ratio", statistic: "p50", variant: name,
        Estimate(
          value: full.value + shift, standardError: full.standardError, lower: full.lower.map { $0 + shift },
          upper: full.upper.map { $0 + shift }),
        unit: "fraction")
    }
  }

  /// Parameter and model error of the system's losses, written into their rows; and the spreads by source.
  func addErrors(to rows: inout [Row], _ store: ColumnStore) throws -> [Row] {
    let model = pipeline.lossRates.model
    let uncertainty = UncertaintyRows(
      memberOfPath: { model.memberOfPath($0) }, memberCount: model.memberCount, dependence: store.dependence)
    var spreads: [Row] = []
    let items: [(String, ColumnLayout.SystemItem)] = [
      ("loan_loss", .loanLoss), ("capital_depletion", .capitalDepletion),
    ]
    for (item, total) in items {
      let all = try store.column(pipeline.layout.system(total))
      let partial = try store.column(pipeline.layout.withoutModelError(total))
      let few = Array(all.prefix(partial.count))
      let with = SortedSample(sorting: few), without = SortedSample(sorting: partial)
      let parameterErrors = uncertainty.parameterErrors(of: Statistic.ofLosses, in: all)
      for (statistic, parameterError) in zip(Statistic.ofLosses, parameterErrors) {
        guard
          let index = rows.firstIndex(where: {
            $0.entity == PathPipeline.systemEntity && $0.item == item && $0.statistic == statistic.name
          })
        else { continue }
        rows[index].parameterError = parameterError
        rows[index].modelError = statistic.estimate(from: with).value - statistic.estimate(from: without).value
      }
      if item == "loan_loss" { spreads = uncertainty.spreads(with: few, without: partial) }
    }
    return spreads
  }

  /// Sixty bins between the 0.1th and the 99.9th percentile, and as many more of that width as the extremes need.
  func histogram(
    _ store: ColumnStore, _ column: ColumnLayout.SystemItem, _ item: String, _ unit: String
  ) throws -> StressTestResult.Histogram {
    let sample = try store.sorted(pipeline.layout.system(column))
    let lowest = sample[rank: 1], highest = sample[rank: sample.count]
    let middle = sample.quantile(0.999).value - sample.quantile(0.001).value
    let width = max(middle / 60, (highest - lowest) / 2_000)
    guard width > 0 else {
      return .init(
        entity: PathPipeline.systemEntity, item: item, unit: unit, lowest: lowest, width: 1, counts: [sample.count])
    }
    var counts = [Int](repeating: 0, count: Int((highest - lowest) / width) + 1)
    for value in sample.outcomes { counts[min(counts.count - 1, Int((Double(value) - lowest) / width))] += 1 }
    return .init(
      entity: PathPipeline.systemEntity, item: item, unit: unit, lowest: lowest, width: width, counts: counts)
  }

  /// The headline measure after 1,000, 2,000, 4,000 … paths; after whole nets where paths are points of nets.
  func convergence(_ store: ColumnStore) throws -> [StressTestResult.ConvergencePoint] {
    let values = try store.column(pipeline.layout.system(.loanLoss))
    let first = if case .replicates(let count, let size) = store.dependence { count * size } else { 1_000 }
    var counts = Array(sequence(first: first) { 2 * $0 < values.count ? 2 * $0 : nil }.prefix { $0 < values.count })
    counts.append(values.count)
    let statistic = Statistic.valueAtRisk(perMille: 990)
    return counts.compactMap { count in
      let estimate = statistic.estimate(from: PathSample(Array(values.prefix(count)), store.dependence))
      guard let lower = estimate.lower, let upper = estimate.upper else { return nil }
      return .init(
        paths: count, item: "loan_loss", statistic: statistic.name, estimate: estimate.value, lower: lower, upper: upper
      )
    }
  }

  /// What came of an author's assertion.
  func verdict(of check: MacroScenarios.Check, _ store: ColumnStore) throws -> StressTestResult.Check {
    let (column, scale, _) = place(of: check.metric)
    let sample = try store.sorted(column)
    let value =
      switch check.statistic {
      case .mean: sample.mean().value * scale
      case .quantile(let level): sample.quantile(level).value * scale
      }
    return .init(
      id: check.id, assertion: check.assertion, severity: check.severity.rawValue, value: value, limit: check.limit,
      passed: check.comparison.holds(value, check.limit))
  }

  /// Where a metric stands, and what its column is multiplied with.
  func place(of metric: Metric) -> (column: Int, scale: Double, unit: ColumnRequest.Unit) {
    let layout = pipeline.layout, last = scenario.capitalHorizon - 1
    let isEnd = metric.aggregation == .end
    let ratio: Int, loss: Int, depletion: Int, balance: Double, assets: Double
    switch metric.entity {
    case .system:
      ratio = isEnd ? layout.systemRatio(quarter: last) : layout.system(.minimumRatio)
      (loss, depletion) = (layout.system(.loanLoss), layout.system(.capitalDepletion))
      balance = pipeline.walk.banks.map { self.balance(of: $0) }.reduce(0, +)
      assets = pipeline.walk.systemRiskWeightedAssets
    case .bank(let rssd):
      let index = pipeline.walk.banks.firstIndex { $0.id == String(rssd) }!
      let bank = pipeline.walk.banks[index]
      ratio = isEnd ? layout.bankRatio(index, quarter: last) : layout.bank(index, .minimumRatio)
      (loss, depletion) = (layout.bank(index, .loanLoss), layout.bank(index, .capitalDepletion))
      (balance, assets) = (self.balance(of: bank), bank.riskWeightedAssets)
    }
    return switch metric.item {
    case .cet1Ratio: (ratio, 1, .fraction)
    case .loanLoss: (loss, 1, .millions)
    case .loanLossRate: (loss, 1 / balance, .fraction)
    case .capitalDepletion: (depletion, 1 / assets, .fraction)
    }
  }
}
