import RiskMeasures

/// Probabilities, counted in columns: breaches of a requirement, and how many banks breach together.
struct EventRows {
  typealias Row = StressTestResult.Row

  let store: ColumnStore
  let threadCount: Int

  /// Share of the paths on which the column is below a limit.
  func breaches(_ limits: [(entity: String, column: Int, limit: Double)]) throws -> [Row] {
    let limits = limits
    return try concurrentMap(limits.count, threadCount: threadCount) { index in
      let (entity, column, limit) = limits[index]
      let values = try store.column(column)
      return Row(
        entity: entity, item: "breach", statistic: "probability",
        store.dependence.probability(of: values) { Double($0) < limit }, unit: "fraction")
    }
  }

  /// How probable it is that exactly 0, 1, … banks breach, and at least 1, 2, 5 and 10.
  func jointBreaches(column: Int, bankCount: Int) throws -> [Row] {
    let values = try store.column(column)
    var counts = [Int](repeating: 0, count: bankCount + 1)
    for value in values { counts[Int(value)] += 1 }
    func row(_ statistic: String, _ events: Int, _ holds: (Int) -> Bool) -> Row {
      Row(
        entity: PathPipeline.systemEntity, item: "banks_breaching", statistic: statistic,
        store.dependence == .none
          ? Proportion.estimate(events: events, trials: values.count)
          : store.dependence.probability(of: values) { holds(Int($0)) }, unit: "fraction")
    }
    let most = counts.lastIndex { $0 > 0 } ?? 0
    let exact = (0...min(bankCount, max(most, 1))).map { number in
      row("probability_\(number)", counts[number]) { $0 == number }
    }
    let atLeast = [1, 2, 5, 10].filter { $0 <= bankCount }.map { least in
      row("probability_at_least_\(least)", counts[least...].reduce(0, +)) { $0 >= least }
    }
    return exact + atLeast
  }

  /// Defaults on each side of the network's interval: how probable any is, and what clearing loses when there is one.
  ///
  /// Conditional figures of an event that never happened have no value.
  func defaults(_ networks: [(variant: String, defaults: Int, shortfall: Int)]) throws -> [Row] {
    try networks.flatMap { network -> [Row] in
      let defaults = try store.column(network.defaults)
      let paths = defaults.indices.filter { defaults[$0] > 0 }
      let all = try store.column(network.shortfall), shortfalls = paths.map { all[$0] }
      let probability = Row(
        entity: PathPipeline.systemEntity, item: "defaults", statistic: "probability_any", variant: network.variant,
        store.dependence.probability(of: defaults) { $0 > 0 }, unit: "fraction")
      func shortfall(_ statistic: String, _ estimate: Estimate?) -> Row {
        Row(
          entity: PathPipeline.systemEntity, item: "clearing_shortfall", statistic: statistic,
          variant: network.variant, value: estimate?.value, unit: "millions",
          standardError: estimate?.standardError, lower: estimate?.lower, upper: estimate?.upper)
      }
      let sample = shortfalls.isEmpty ? nil : PathSample(shortfalls, ofPaths: paths, store.dependence)
      return [
        probability, shortfall("mean", sample?.mean()), shortfall("es_99", sample?.expectedShortfall(0.99)),
      ]
    }
  }
}
