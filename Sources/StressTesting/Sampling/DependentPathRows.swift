import Foundation
import MacroScenarios
import RiskMeasures

/// What dependent paths, antithetic or points of nets, were worth: their variance beside that of as many independent ones.
struct DependentPathRows {
  typealias Row = StressTestResult.Row
  typealias Note = StressTestResult.Note

  /// How many times smaller the variance is, by statistic of the system's loan losses and of its lowest CET1 ratio.
  static func rows(_ store: ColumnStore, _ layout: ColumnLayout) throws -> [Row] {
    guard store.dependence != .none else { return [] }
    func rows(_ item: ColumnLayout.SystemItem, _ variant: String, _ statistics: [Statistic]) throws -> [Row] {
      let sample = try store.sample(layout.system(item))
      return statistics.compactMap { statistic in
        sample.varianceReduction({ statistic.estimate(from: $0) }, independent: { statistic.estimate(from: $0) }).map {
          Row(
            entity: PathPipeline.systemEntity, item: "variance_reduction", statistic: statistic.name, variant: variant,
            $0, unit: "ratio")
        }
      }
    }
    return try rows(.loanLoss, "loan_loss", Statistic.ofLosses)
      + rows(.minimumRatio, "minimum_cet1_ratio", [.mean] + [1, 5, 50].map { .percentile($0) })
  }

  /// - Parameter isMoved: whether the net has a leading direction.
  static func notes(_ sampling: Simulation.Sampling, _ dependence: Dependence) -> [Note] {
    switch (sampling, dependence) {
    case (.antithetic, .pairs):
      [
        Note(
          .method,
          "Antithetic sampling: every second future has the normals of the one before with the other sign. Every error is "
            + "that of independent pairs; standard deviations and expected shortfalls, which rest on rare extremes, keep the "
            + "error of independent futures where it is larger.")
      ]
    case (.sobol, .replicates(let count, _)):
      [
        Note(
          .method,
          "Scrambled Sobol' sampling: the futures are \(count) independently scrambled nets (Owen 1995; direction numbers "
            + "of Joe and Kuo 2008), the first coordinate along the direction in which the linear challenger's losses of the "
            + "system change most. Every error is that of \(count) independent replicates, with Student's quantile; "
            + "standard deviations and expected shortfalls, which rest on rare extremes, keep the error of independent "
            + "futures where it is larger, and where an event happened on no future its bound is that of independent ones."
        )
      ]
    case (.sobol, _):
      [Note(.warning, "Sobol' sampling was asked for, but nothing is random: only plain futures stand.")]
    default: []
    }
  }
}
