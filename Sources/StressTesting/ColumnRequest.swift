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
  /// The rows of all requests, in their order; neighbouring columns are read together and sorted side by side, a few a
  /// worker.
  func rows(for requests: [ColumnRequest], threadCount: Int) throws -> [StressTestResult.Row] {
    let groups = groups(of: requests.map(\.column))
    var members = [[Int]](repeating: [], count: (requests.map(\.column).max() ?? 0) + 1)
    for (index, request) in requests.enumerated() { members[request.column].append(index) }
    let made = try concurrentMap(groups.count, threadCount: threadCount) { [members] group in
      try zip(groups[group], columns(groups[group])).flatMap { column, values in
        let sample = PathSample(values, dependence)
        return members[column].map { (request: $0, rows: requests[$0].rows(from: sample)) }
      }
    }
    return made.flatMap { $0 }.sorted { $0.request < $1.request }.flatMap(\.rows)
  }
}
