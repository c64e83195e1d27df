import Banking
import RiskMeasures

/// Figures that need no quantile and so no column: means over the paths, from sums.
struct SumRows {
  typealias Row = StressTestResult.Row

  let pipeline: PathPipeline
  let sums: [Double]
  let pathCount: Int
  /// Mean and mean square of the system's loan losses.
  let loanLosses: (mean: Double, variance: Double)

  var rows: [Row] { walkRows + distressRows + ratioRows }

  private func moments(_ cell: Int) -> (mean: Double, variance: Double) {
    let n = Double(pathCount), mean = sums[cell] / n
    let variance = (sums[cell + 1] - n * mean * mean) / max(1, n - 1)
    // What is constant over the paths differs from itself by rounding only.
    return (mean, variance > 1e-10 * mean * mean ? variance : 0)
  }

  private func estimate(_ cell: Int) -> Estimate {
    let (mean, variance) = moments(cell)
    guard pathCount >= 2 else { return Estimate(value: mean) }
    return Estimate(value: mean, standardError: (variance / Double(pathCount)).squareRoot())
  }

  /// From CET1 at the jump-off to CET1 at the end of the capital horizon; the causes add up.
  private var walkRows: [Row] {
    let banks = pipeline.walk.banks
    return (0...banks.count).flatMap { bank -> [Row] in
      let entity = bank == banks.count ? PathPipeline.systemEntity : banks[bank].id
      let start = bank == banks.count ? pipeline.walk.systemCet1 : banks[bank].cet1
      func row(_ item: String, _ estimate: Estimate) -> Row {
        Row(entity: entity, item: item, statistic: "mean", estimate, unit: "millions")
      }
      let causes = WalkItem.allCases.map { item in
        row(item.id, estimate(pipeline.sums.contribution(item.rawValue, bank: bank)))
      }
      let end = start + causes.reduce(0) { $0 + ($1.value ?? 0) }
      let error = estimate(pipeline.sums.change(bank: bank)).standardError
      return [row("walk.start", Estimate(value: start, standardError: 0))] + causes + [
        row("walk.end", error.map { Estimate(value: end, standardError: $0) } ?? Estimate(value: end))
      ]
    }
  }

  private var distressRows: [Row] {
    pipeline.networks.indices.flatMap { network in
      pipeline.walk.banks.indices.map { bank in
        Row(
          entity: pipeline.walk.banks[bank].id, item: "debtrank_suffered", statistic: "mean",
          variant: pipeline.networks[network].variant, estimate(pipeline.sums.distress(network: network, bank: bank)),
          unit: "fraction")
      }
    }
  }

  private var ratioRows: [Row] {
    let bank = pipeline.walk.banks.count
    let revenue = estimate(pipeline.sums.contribution(WalkItem.revenue.rawValue, bank: bank))
    let assets = pipeline.walk.banks.map(\.averageAssets).reduce(0, +)
    let provisions = moments(pipeline.sums.contribution(WalkItem.provisions.rawValue, bank: bank))
    let system = PathPipeline.systemEntity, ratio = provisionsToLosses(provisions)
    return [
      Row(
        entity: system, item: "pre_provision_net_revenue_rate", statistic: "mean",
        revenue.scaled(by: 1 / assets), unit: "fraction"),
      Row(
        entity: system, item: "provisions_to_losses", statistic: "mean", value: ratio?.value, unit: "fraction",
        standardError: ratio?.standardError, lower: ratio?.lower, upper: ratio?.upper),
    ]
  }

  /// A ratio of means, with the error of the delta method; there is none where nothing is lost.
  private func provisionsToLosses(_ provisions: (mean: Double, variance: Double)) -> Estimate? {
    guard loanLosses.mean != 0 else { return nil }
    let n = Double(pathCount)
    // Provisions lower capital, so their contribution is negative.
    let ratio = -provisions.mean / loanLosses.mean
    guard pathCount >= 2 else { return Estimate(value: ratio) }
    let covariance =
      (-sums[pipeline.sums.provisionsTimesLosses] + n * provisions.mean * loanLosses.mean) / (n - 1)
    let variance = provisions.variance - 2 * ratio * covariance + ratio * ratio * loanLosses.variance
    return Estimate(
      value: ratio, standardError: (max(0, variance) / n).squareRoot() / abs(loanLosses.mean))
  }
}
