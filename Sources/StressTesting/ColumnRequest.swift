import RiskMeasures

/// The rows that one column gives: which figures, and under which name they stand in the result.
struct ColumnRequest: Sendable {
  let column: Int
  let entity: String
  var quarter: String?
  let item: String
  var variant: String?
  let unit: Unit
  let statistics: [Statistic]

  enum Unit: String, Sendable { case fraction, millions, index, count }

  func rows(from sample: PathSample) -> [StressTestResult.Row] {
    statistics.map { statistic in
      StressTestResult.Row(
        entity: entity, quarter: quarter, item: item, statistic: statistic.name, variant: variant,
        statistic.estimate(from: sample), unit: unit.rawValue)
    }
  }
}

extension StressTestResult.Row {
  /// A figure with its Monte Carlo error.
  init(
    entity: String, quarter: String? = nil, item: String, statistic: String, variant: String? = nil,
    _ estimate: Estimate, unit: String
  ) {
    self.init(
      entity: entity, quarter: quarter, item: item, statistic: statistic, variant: variant, value: estimate.value,
      unit: unit, standardError: estimate.standardError, lower: estimate.lower, upper: estimate.upper)
  }
}

extension ColumnStore {
  /// The rows of all requests, in their order; columns are read and sorted side by side, one a worker.
  func rows(for requests: [ColumnRequest], threadCount: Int) throws -> [StressTestResult.Row] {
    try concurrentMap(requests.count, threadCount: threadCount) { index in
      requests[index].rows(from: try sample(requests[index].column))
    }.flatMap { $0 }
  }
}
