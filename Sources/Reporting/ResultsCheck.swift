import MacroScenarios
import NeuralNetworks
import StressTesting

/// What a result must hold for a report to be written from it, beyond the types of its values.
enum ResultsCheck {
  /// What is wrong, in the order of the file; each with its place, what was found and what was expected.
  static func problems(of result: StressTestResult) -> [String] {
    var problems: [String] = []
    func demand(_ holds: Bool, _ problem: @autoclosure () -> String) {
      if !holds, problems.count < 20 { problems.append(problem()) }
    }
    let scenario = result.scenario
    demand(
      Quarter(scenario.jumpOff) != nil, "'scenario.jump_off' is '\(scenario.jumpOff.prefix(20))', expected a quarter")
    demand(
      (1...400).contains(scenario.horizon), "'scenario.horizon' is \(scenario.horizon), expected 1 to 400 quarters")
    demand(
      (1...400).contains(scenario.capitalHorizon) && scenario.capitalHorizon <= scenario.horizon,
      "'scenario.capital_horizon' is \(scenario.capitalHorizon), expected 1 to the horizon of \(scenario.horizon)")
    demand(scenario.paths >= 1, "'scenario.paths' is \(scenario.paths), expected at least 1")
    demand(isHash(result.runIdentity), "'run_identity' is not a SHA-256: 64 digits 0 to 9 and a to f")
    for (index, input) in result.inputs.enumerated() {
      demand(isHash(input.hash), "'inputs[\(index)].hash' is not a SHA-256: 64 digits 0 to 9 and a to f")
    }
    for (index, model) in result.models.enumerated() {
      demand(isHash(model.hash), "'models[\(index)].hash' is not a SHA-256: 64 digits 0 to 9 and a to f")
      for (place, table) in (model.explanations ?? []).enumerated() {
        demand(
          table.rows.allSatisfy { $0.values.count == table.columns.count },
          "'models[\(index)].explanations[\(place)]' has a row with another number of values than columns")
      }
      for (place, driver) in (model.card.dependence ?? []).enumerated() {
        demand(
          driver.curves.allSatisfy { $0.values.count == driver.grid.count },
          "'models[\(index)].card.dependence[\(place)]' has a curve with another number of values than the grid")
      }
    }

    var entities: Set<String> = []
    for (index, entity) in result.entities.enumerated() {
      demand(
        entities.insert(entity.id).inserted, "'entities[\(index)].id' is '\(entity.id.prefix(40))', which stands before"
      )
    }
    var keys: Set<[String]> = []
    for (index, row) in result.rows.enumerated() {
      demand(entities.contains(row.entity), "'rows[\(index)].entity' is '\(row.entity.prefix(40))', which is no entity")
      demand(
        row.quarter == nil || Quarter(row.quarter ?? "") != nil,
        "'rows[\(index)].quarter' is '\(row.quarter?.prefix(20) ?? "")', expected a quarter such as 2026Q3")
      let key = [row.entity, row.item, row.statistic, row.quarter ?? "", row.variant ?? ""]
      demand(
        keys.insert(key).inserted,
        "'rows[\(index)]' repeats \(key.filter { !$0.isEmpty }.joined(separator: " · ").prefix(120))")
      demand(
        !(row.standardError.map { $0 < 0 } ?? false), "'rows[\(index)].standard_error' is negative")
      demand(
        (row.lower ?? -.infinity) <= (row.upper ?? .infinity), "'rows[\(index)].lower' lies above 'upper'")
    }
    demandPrintable(result, demand)
    demandTail(result, entities, demand)
    for (index, histogram) in result.histograms.enumerated() {
      demand(
        entities.contains(histogram.entity),
        "'histograms[\(index)].entity' is '\(histogram.entity.prefix(40))', which is no entity")
      demand(histogram.width > 0, "'histograms[\(index)].width' is \(histogram.width), expected more than 0")
      demand(
        (1...10_000).contains(histogram.counts.count),
        "'histograms[\(index)].counts' has \(histogram.counts.count) bars, expected 1 to 10000")
      // Each count fits into the paths, so that their sum cannot overflow either.
      demand(
        histogram.counts.allSatisfy { (0...max(scenario.paths, 0)).contains($0) && $0 <= Int.max / 10_000 },
        "'histograms[\(index)].counts' holds a count outside 0 to the number of paths")
    }
    for (index, point) in result.convergence.enumerated() {
      demand(point.paths >= 1, "'convergence[\(index)].paths' is \(point.paths), expected at least 1")
      demand(point.lower <= point.upper, "'convergence[\(index)].lower' lies above 'upper'")
    }
    return problems
  }

  /// No sum or double of this many millions overflows, and no bank has as many.
  private static let largest = 1e18

  private static func demandPrintable(
    _ result: StressTestResult, _ demand: (Bool, @autoclosure () -> String) -> Void
  ) {
    for (index, row) in result.rows.enumerated() {
      let figures = [row.value, row.standardError, row.lower, row.upper, row.parameterError, row.modelError]
      demand(
        figures.allSatisfy { abs($0 ?? 0) <= largest }, "'rows[\(index)]' holds a figure beyond ±\(largest)")
    }
    for (index, histogram) in result.histograms.enumerated() {
      demand(
        abs(histogram.lowest) <= largest && histogram.width <= largest / 10_000,
        "'histograms[\(index)]' reaches beyond ±\(largest)")
    }
    for (index, point) in result.convergence.enumerated() {
      demand(
        [point.estimate, point.lower, point.upper].allSatisfy { abs($0) <= largest },
        "'convergence[\(index)]' holds a figure beyond ±\(largest)")
    }
    for (index, model) in result.models.enumerated() {
      let answers = (model.explanations ?? []).flatMap { table in
        table.rows.flatMap(\.values) + [table.value, table.baselineValue, table.completenessGap]
      }
      let curves = (model.card.dependence ?? []).flatMap { $0.grid + $0.curves.flatMap(\.values) }
      let scores: [Double] = model.card.scores.flatMap { [$0.value, $0.lower ?? 0, $0.upper ?? 0] }
      let rises: [Double] = (model.card.importance ?? []).flatMap { [$0.value, $0.lower ?? 0, $0.upper ?? 0] }
      demand(
        (answers + curves + scores + rises).allSatisfy { abs($0) <= largest },
        "'models[\(index)]' holds a figure beyond ±\(largest)")
    }
    for (index, check) in result.checks.enumerated() {
      demand(
        abs(check.value) <= largest && abs(check.limit) <= largest,
        "'checks[\(index)]' holds a figure beyond ±\(largest)")
    }
  }

  private static func demandTail(
    _ result: StressTestResult, _ entities: Set<String>, _ demand: (Bool, @autoclosure () -> String) -> Void
  ) {
    let columns = result.tailColumns ?? []
    for (index, column) in columns.enumerated() {
      demand(
        entities.contains(column.entity),
        "'tail_columns[\(index)].entity' is '\(column.entity.prefix(40))', which is no entity")
    }
    var numbers: Set<Int> = []
    for (index, path) in (result.tailPaths ?? []).enumerated() {
      demand(
        path.values.count == columns.count,
        "'tail_paths[\(index)]' has \(path.values.count) values for \(columns.count) columns")
      demand(
        path.path >= 0 && path.path < result.scenario.paths && numbers.insert(path.path).inserted,
        "'tail_paths[\(index)].path' is \(path.path), expected one of the run's paths, and each once")
      demand(path.member >= 0, "'tail_paths[\(index)].member' is negative")
      demand(
        (0...largest).contains(path.weight) && path.values.allSatisfy { abs($0) <= largest },
        "'tail_paths[\(index)]' holds a figure beyond ±\(largest), or a negative weight")
    }
  }

  private static func isHash(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
