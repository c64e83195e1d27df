import EarlyWarning
import MacroScenarios
import NeuralNetworks

/// What the crisis models make of the last quarters of history and of the central path: rows of the system.
///
/// `early_warning`, statistics `calm`, `elevated`, `crisis`: probabilities by quarter, variant `cnn` or `logistic`;
/// `member_spread`: standard deviation over the network's ensemble of the probability of a warning; `missing_cells` of the
/// window. `early_warning_driver`: what each indicator adds to that probability in the quarter where it is highest.
struct EarlyWarningRows {
  typealias Row = StressTestResult.Row

  private static let shownHistoryQuarters = 4

  let model: EarlyWarningModel
  let scenario: Scenario

  var rows: [Row] {
    let shown = (1 - Self.shownHistoryQuarters...scenario.horizon).map { scenario.jumpOff.advanced(by: $0) }
    let panel = panel
    let assessments = model.assess(panel, quarters: shown)
    return [leaning] + assessments.flatMap(rows) + EarlyWarningModel.Kind.allCases.flatMap { drivers($0, panel) }
  }

  /// History to the jump-off, the central path after it.
  private var panel: IndicatorPanel {
    let lead = Self.shownHistoryQuarters + EarlyWarningModel.leadIn
    return IndicatorPanel(
      from: scenario.jumpOff.advanced(by: 1 - lead), count: lead + scenario.horizon
    ) { factor, quarter in
      let ahead = scenario.jumpOff.distance(to: quarter)
      guard ahead > 0 else { return scenario.history.value(factor, in: quarter) }
      guard let place = scenario.factors.firstIndex(where: { $0.id == factor }) else { return nil }
      return scenario.central[(ahead - 1) * scenario.factors.count + place]
    }
  }

  /// Which model the product leans on: 1 for it.
  private var leaning: Row {
    Row(
      entity: PathPipeline.systemEntity, item: "early_warning", statistic: "default", variant: model.leaning.rawValue,
      value: 1, unit: "count")
  }

  private func rows(_ assessment: EarlyWarningModel.Assessment) -> [Row] {
    func row(_ statistic: String, _ variant: String?, _ value: Double, _ unit: String = "fraction") -> Row {
      Row(
        entity: PathPipeline.systemEntity, quarter: "\(assessment.quarter)", item: "early_warning",
        statistic: statistic, variant: variant, value: value, unit: unit)
    }
    let probabilities = EarlyWarningModel.Kind.allCases.flatMap { kind -> [Row] in
      guard let outlook = assessment[kind] else { return [] }
      return RiskLevel.allCases.map { row($0.name, kind.rawValue, outlook[$0]) }
    }
    let spread =
      assessment.outlooks == nil
      ? [] : [row("member_spread", EarlyWarningModel.Kind.network.rawValue, assessment.memberSpread)]
    return probabilities + spread + [row("missing_cells", nil, Double(assessment.missingCells), "count")]
  }

  /// The quarter of the central path that a model warns of most.
  private func worst(_ kind: EarlyWarningModel.Kind, _ panel: IndicatorPanel) -> Quarter? {
    let outlooks = model.assess(panel, quarters: (0..<scenario.horizon).map { scenario.quarter($0) })
    return outlooks.compactMap { outlook in outlook[kind].map { (quarter: outlook.quarter, warning: $0.warning) } }
      .max { $0.warning < $1.warning }?.quarter
  }

  private func drivers(_ kind: EarlyWarningModel.Kind, _ panel: IndicatorPanel) -> [Row] {
    guard let worst = worst(kind, panel), let explanation = model.explain(panel, quarters: [worst], by: kind)[0] else {
      return []
    }
    func row(_ statistic: String, _ value: Double) -> Row {
      Row(
        entity: PathPipeline.systemEntity, quarter: "\(worst)", item: "early_warning_driver", statistic: statistic,
        variant: kind.rawValue, value: value, unit: "fraction")
    }
    return explanation.drivers.map { row($0.indicator, $0.contribution) }
      + [row("mean_window", explanation.start), row("completeness_gap", explanation.gap)]
  }

  /// That quarter's window cell by cell, one table a model.
  var attributionTables: [AttributionTable] {
    let panel = panel
    return EarlyWarningModel.Kind.allCases.compactMap { kind in
      worst(kind, panel).flatMap { model.attributionTable(panel, quarter: $0, by: kind) }
    }
  }
}
