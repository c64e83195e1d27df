/// When a run is precise enough to stop: when the interval of one figure is as narrow as asked.
public struct StopRule: Sendable, Equatable {
  /// A figure that the report shows, under the name that it has in `results.json`.
  public enum Measure: String, Sendable, CaseIterable {
    case mean, sd, p01, p05, p50, p95
    case valueAtRisk95 = "var_95"
    case valueAtRisk99 = "var_99"
    case valueAtRisk999 = "var_99.9"
    case expectedShortfall95 = "es_95"
    /// Not that of 99.9 %: its error rests on a few futures in a million, and no run knows it.
    case expectedShortfall99 = "es_99"
  }

  public let metric: Metric
  public let measure: Measure
  /// The widest half of the interval, as a share of the estimate.
  public let halfWidth: Double
  /// Confidence of the interval.
  public let level: Double

  public init(metric: Metric, measure: Measure, halfWidth: Double, level: Double = 0.95) {
    self.metric = metric
    self.measure = measure
    self.halfWidth = halfWidth
    self.level = level
  }

  /// The measures that the report shows of a metric: of a loss its tail above, of a ratio both ends.
  static func measures(of metric: Metric) -> [Measure] {
    switch metric.aggregation {
    case nil:
      Measure.allCases.filter { ![.p01, .p05, .p95].contains($0) }
    case .min: [.mean, .p01, .p05, .p50, .p95]
    case .end: [.p05, .p50]
    }
  }
}

extension ScenarioReading {
  /// `nil` where there is none, and where an error was reported.
  func stopRule(_ simulation: Fields, _ sampling: Simulation.Sampling?) -> StopRule? {
    guard let node = simulation.raw("stop_when") else { return nil }
    let fields = section(simulation, "stop_when", ScenarioSchema.stopWhen)
    let metric = metric(fields)
    let measure = fields.word("measure", StopRule.Measure.self)
    let halfWidth = fields.share("half_width", required: "1%", in: 0.0001...0.5)
    let level = fields.share("level", default: 0.95, in: 0.5...0.999)
    if let sampling, sampling != .plain {
      report(
        "S063", "'\(fields.path)' is only for sampling: plain, and this is \(sampling.rawValue)", at: node,
        notes: ["fix: sampling: plain; the run then draws as many paths as the figure needs"])
    }
    guard let metric, let measure, let halfWidth, let level else { return nil }
    let possible = StopRule.measures(of: metric)
    guard possible.contains(measure) else {
      report(
        "S064", "'\(measure.rawValue)' is not a figure that the report has of \(metric)",
        at: fields.raw("measure") ?? node, notes: ["allowed: " + possible.map(\.rawValue).joined(separator: ", ")])
      return nil
    }
    return StopRule(metric: metric, measure: measure, halfWidth: halfWidth, level: level)
  }

  private func metric(_ fields: Fields) -> Metric? {
    guard let (text, node) = fields.text("metric"), let node else { return nil }
    do {
      return try Metric(text)
    } catch {
      report(
        "S062", error.message, at: node, offset: error.offset, width: error.width,
        label: error.suggestion.map { "did you mean '\($0)'?" } ?? "",
        notes: ["example: system.loan_loss, or min(system.cet1_ratio)"])
      return nil
    }
  }
}
