import Banking
import RiskMeasures

/// Figures that need no quantile and so no column: means over the paths, from sums.
struct SumRows {
  typealias Row = StressTestResult.Row

  let pipeline: PathPipeline
  let sums: PathSums

  var rows: [Row] { walkRows + distressRows + ratioRows }

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
        row(item.id, sums.mean(pipeline.sums.contribution(item.rawValue, bank: bank)))
      }
      let end = start + causes.reduce(0) { $0 + ($1.value ?? 0) }
      return [row("walk.start", Estimate(value: start, standardError: 0))] + causes + [
        row("walk.end", sums.estimate(end, errorOf: pipeline.sums.change(bank: bank)))
      ]
    }
  }

  private var distressRows: [Row] {
    pipeline.networks.indices.flatMap { network in
      pipeline.walk.banks.indices.map { bank in
        Row(
          entity: pipeline.walk.banks[bank].id, item: "debtrank_suffered", statistic: "mean",
          variant: pipeline.networks[network].variant, sums.mean(pipeline.sums.distress(network: network, bank: bank)),
          unit: "fraction")
      }
    }
  }

  private var ratioRows: [Row] {
    let bank = pipeline.walk.banks.count
    let revenue = sums.mean(pipeline.sums.contribution(WalkItem.revenue.rawValue, bank: bank))
    let assets = pipeline.walk.banks.map(\.averageAssets).reduce(0, +)
    let system = PathPipeline.systemEntity
    let ratio = sums.provisionsToLosses(pipeline.sums.contribution(WalkItem.provisions.rawValue, bank: bank))
    return [
      Row(
        entity: system, item: "pre_provision_net_revenue_rate", statistic: "mean",
        revenue.scaled(by: 1 / assets), unit: "fraction"),
      Row(
        entity: system, item: "provisions_to_losses", statistic: "mean", value: ratio?.value, unit: "fraction",
        standardError: ratio?.standardError, lower: ratio?.lower, upper: ratio?.upper),
    ]
  }
}
