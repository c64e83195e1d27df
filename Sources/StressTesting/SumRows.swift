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
    let error = (variance / Double(pathCount)).squareRoot()
    return Estimate(value: mean, standardError: error)
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
      return [row("walk.start", Estimate(value: start, standardError: 0))] + causes + [
        Row(entity: entity, item: "walk.end", statistic: "mean", value: end, unit: "millions")
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
    let bank = pipeline.walk.banks.count, n = Double(pathCount)
    let revenue = estimate(pipeline.sums.contribution(WalkItem.revenue.rawValue, bank: bank))
    let assets = pipeline.walk.banks.map(\.averageAssets).reduce(0, +)
    let provisions = moments(pipeline.sums.contribution(WalkItem.provisions.rawValue, bank: bank))
    // Provisions lower capital, so their contribution is negative.
    let ratio = -provisions.mean / loanLosses.mean
    let covariance = -sums[pipeline.sums.provisionsTimesLosses] / n - (-provisions.mean) * loanLosses.mean
    let variance = provisions.variance - 2 * ratio * covariance + ratio * ratio * loanLosses.variance
    let error = (max(0, variance) / n).squareRoot() / abs(loanLosses.mean)
    let system = PathPipeline.systemEntity
    return [
      Row(
        entity: system, item: "pre_provision_net_revenue_rate", statistic: "mean",
        revenue.scaled(by: 1 / assets), unit: "fraction"),
      Row(
        entity: system, item: "provisions_to_losses", statistic: "mean",
        Estimate(value: ratio, standardError: error), unit: "fraction"),
    ]
  }
}
