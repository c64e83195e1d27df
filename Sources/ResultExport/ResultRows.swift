import Foundation
import MacroScenarios
import StressTesting

/// The rows of a result, table by table, in the order of `results.json`.
struct ResultRows {
  let result: StressTestResult

  private var run: Cell { .text(result.runIdentity) }

  var all: [(table: Table, rows: [[Cell]])] {
    [
      (Schema.runs, [runRow]), (Schema.settings, settings), (Schema.inputs, inputs), (Schema.entities, entities),
      (Schema.banks, banks), (Schema.quarters, quarters), (Schema.statistics, statistics),
      (Schema.histograms, histograms), (Schema.convergence, convergence), (Schema.checks, checks),
      (Schema.notes, notes),
    ] + ModelRows(run: result.runIdentity, models: result.models).all + tail
  }

  private var runRow: [Cell] {
    let scenario = result.scenario
    return [
      run, .text(result.schema), .text(result.engine), .text(scenario.id), .text(scenario.title),
      .text(scenario.description), .text(scenario.source), .text(scenario.currency), .text(scenario.severity),
      .text(scenario.jumpOff), .integer(scenario.horizon), .integer(scenario.capitalHorizon),
      .text(scenario.audience), .integer(scenario.paths), .text("\(scenario.seed)"),
    ]
  }

  private var settings: [[Cell]] {
    result.scenario.resolved.enumerated().map {
      [run, .integer($0), .text($1.key), .text($1.value), .text($1.origin)]
    }
  }

  private var inputs: [[Cell]] {
    result.inputs.enumerated().map { [run, .integer($0), .text($1.file), .text($1.hash), .text($1.asOf)] }
  }

  private var entities: [[Cell]] {
    result.entities.enumerated().map { position, entity in
      [
        run, .text(entity.id), .integer(position), .text(entity.kind.exportedName), .text(entity.name),
        .text(entity.unit),
      ]
    }
  }

  private var banks: [[Cell]] {
    func figures(_ item: String, _ statistic: String) -> [String: Double] {
      let rows = result.rows.filter { $0.item == item && $0.statistic == statistic && $0.variant == nil }
      return Dictionary(rows.compactMap { row in row.value.map { (row.entity, $0) } }) { first, _ in first }
    }
    let columns = [
      figures("cet1_ratio", "start"), figures("requirement", "level"), figures("risk_weighted_assets", "level"),
      figures("assets", "level"),
    ]
    return result.entities.filter { $0.kind == .bank }.enumerated().map { position, bank in
      [run, .text(bank.id), .integer(position), .text(bank.name)] + columns.map { Cell($0[bank.id]) }
    }
  }

  /// Those of the scenario and those of which a figure is told, first to last.
  private var quarters: [[Cell]] {
    let scenario = result.scenario
    guard let jumpOff = Quarter(scenario.jumpOff) else { return [] }
    let names = Set(
      result.rows.compactMap(\.quarter) + (0...scenario.horizon).map { jumpOff.advanced(by: $0).description })
    let known = names.compactMap { name in Quarter(name).map { (name: name, quarter: $0) } }
    return known.sorted { ($0.quarter, $0.name) < ($1.quarter, $1.name) }.map { name, quarter in
      let offset = jumpOff.distance(to: quarter)
      let phase =
        offset < 0 ? "history" : offset == 0 ? "jump-off" : offset <= scenario.capitalHorizon ? "capital" : "economy"
      let lastMonth = 3 * quarter.number
      return [
        run, .text(name), .integer(offset), .text(Self.day(quarter.year, lastMonth - 2, 1)),
        .text(Self.day(quarter.year, lastMonth, [3, 12].contains(lastMonth) ? 31 : 30)), .text(phase),
      ]
    }
  }

  private static func day(_ year: Int, _ month: Int, _ day: Int) -> String {
    String(format: "%04d-%02d-%02d", year, month, day)
  }

  private var statistics: [[Cell]] {
    result.rows.enumerated().map { position, row in
      [run, .integer(position), .text(row.entity)] + Self.figure(row)
    }
  }

  private static func figure(_ row: StressTestResult.Row) -> [Cell] {
    [
      Cell(row.quarter), .text(row.item), .text(row.statistic), Cell(row.variant), Cell(row.value), .text(row.unit),
      Cell(row.standardError), Cell(row.lower), Cell(row.upper), Cell(row.parameterError), Cell(row.modelError),
    ]
  }

  private var histograms: [[Cell]] {
    result.histograms.enumerated().flatMap { position, histogram in
      histogram.counts.enumerated().map { bin, count in
        [
          run, .integer(position), .text(histogram.entity), .text(histogram.item), .text(histogram.unit), .integer(bin),
          .real(histogram.lowest + Double(bin) * histogram.width),
          .real(histogram.lowest + Double(bin + 1) * histogram.width), .integer(count),
        ]
      }
    }
  }

  private var convergence: [[Cell]] {
    result.convergence.enumerated().map { position, point in
      [
        run, .integer(position), .integer(point.paths), .text(point.item), .text(point.statistic),
        .real(point.estimate), .real(point.lower), .real(point.upper),
      ]
    }
  }

  private var checks: [[Cell]] {
    result.checks.enumerated().map { position, check in
      [
        run, .integer(position), .text(check.id), .text(check.assertion), .text(check.severity), .real(check.value),
        .real(check.limit), .integer(check.passed ? 1 : 0),
      ]
    }
  }

  private var notes: [[Cell]] {
    result.notes.enumerated().map { [run, .integer($0), .text($1.topic.exportedName), .text($1.text)] }
  }

  private var tail: [(table: Table, rows: [[Cell]])] {
    let paths = (result.tailPaths ?? []).enumerated().map { index, path -> [Cell] in
      [run, .integer(index + 1), .integer(path.path), .real(path.weight), .integer(path.member)]
    }
    let values = (result.tailPaths ?? []).enumerated().flatMap { index, path in
      tailValues(path).enumerated().map { [run, .integer(index + 1), .integer($0)] + $1 }
    }
    return [(Schema.tailPaths, paths), (Schema.tailValues, values)]
  }

  private func tailValues(_ path: StressTestResult.TailPath) -> [[Cell]] {
    zip(result.tailColumns ?? [], path.values).map { column, value in
      [
        .text(column.entity), .text(column.item), .text(column.statistic), Cell(column.variant), .real(value),
        .text(column.unit),
      ]
    }
  }

  /// The rows of `results.csv`.
  var longStatistics: [[Cell]] {
    let entities = Dictionary(uniqueKeysWithValues: result.entities.map { ($0.id, $0) })
    return result.rows.map { row in
      let entity = entities[row.entity]
      return [
        run, .text(result.scenario.id), .text(row.entity), Cell(entity?.kind.exportedName), Cell(entity?.name),
      ] + Self.figure(row)
    }
  }

  /// The rows of `tail-paths.csv`.
  var longTail: [[Cell]] {
    (result.tailPaths ?? []).enumerated().flatMap { index, path in
      tailValues(path).map {
        [
          run, .text(result.scenario.id), .integer(index + 1), .integer(path.path), .real(path.weight),
          .integer(path.member),
        ] + $0
      }
    }
  }
}

extension StressTestResult.Entity.Kind {
  /// As tables have it: in lower case, words joined by `_`.
  var exportedName: String { self == .loanType ? "loan_type" : rawValue }
}

extension StressTestResult.Note.Topic {
  var exportedName: String { self == .dataQuality ? "data_quality" : rawValue }
}
