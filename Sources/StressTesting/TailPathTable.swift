import MacroScenarios
import PathSimulation
import Stochastics

/// The paths on which the system loses most, told one by one: what they lose and where, and how far the economy goes.
struct TailPathTable {
  /// Paths that are told.
  static let pathCount = 100

  let pipeline: PathPipeline

  var columns: [StressTestResult.TailColumn] {
    let totals = pipeline.pathTotals.map { total in
      StressTestResult.TailColumn(
        entity: total.entity, item: total.item, statistic: "value", variant: total.variant, unit: total.unit)
    }
    let extremes = ["lowest", "highest"].flatMap { statistic in
      pipeline.scenario.factors.map { factor in
        StressTestResult.TailColumn(
          entity: factor.id, item: "macro", statistic: statistic,
          unit: (factor.unit == .percent ? ColumnRequest.Unit.fraction : .index).rawValue)
      }
    }
    return totals + extremes
  }

  /// Numbers of the paths that lose most, worst first; equal losses by number.
  static func worst(_ losses: [Float], count: Int = pathCount) -> [Int] {
    guard count > 0, count < losses.count else { return losses.indices.sorted { isWorse($0, $1, losses) } }
    // The worst so far, worst first; a path that is no worse than the last of them needs one comparison.
    var worst = losses.indices.prefix(count).sorted { isWorse($0, $1, losses) }
    for path in count..<losses.count where losses[path] > losses[worst[count - 1]] {
      worst.removeLast()
      worst.insert(path, at: worst.firstIndex { losses[path] > losses[$0] } ?? worst.count)
    }
    return worst
  }

  private static func isWorse(_ path: Int, _ other: Int, _ losses: [Float]) -> Bool {
    losses[path] == losses[other] ? path < other : losses[path] > losses[other]
  }

  /// - Parameter store: the run's columns.
  /// - Throws: `NumericalFailure` when a path that is drawn again is not the one that was kept.
  func paths(
    _ store: ColumnStore, _ totals: PathTotals, threadCount: Int = 1
  ) throws -> [StressTestResult.TailPath] {
    let layout = pipeline.layout
    let worst = Self.worst(try store.column(layout.system(.loanLoss)))
    let kept = try store.column(layout.factor(0, quarter: layout.horizon - 1))
    let files = Set(worst.map { $0 / PathFile.pathsPerFile }).sorted()
    let told = try concurrentMap(files.count, threadCount: threadCount) { file in
      let chunk = try totals.chunk(files[file])
      var workspace = pipeline.simulator.makeWorkspace()
      return try worst.filter { $0 / PathFile.pathsPerFile == files[file] }.map { path in
        let place = path - chunk.firstPath, economy = economy(of: path, &workspace)
        if kept.indices.contains(path), let last = economy.last?[0], Float(last) != kept[path] {
          throw NumericalFailure("path \(path) ends with \(last) when it is drawn again, kept was \(kept[path])")
        }
        return StressTestResult.TailPath(
          path: path, weight: chunk.weights[place], member: chunk.members[place],
          values: chunk.values.map { Double($0[place]) } + Self.extremes(economy))
      }
    }
    let byPath = Dictionary(uniqueKeysWithValues: told.joined().map { ($0.path, $0) })
    return worst.compactMap { byPath[$0] }
  }

  /// Lowest value of each factor over the quarters, then highest.
  private static func extremes(_ economy: [[Double]]) -> [Double] {
    let factors = economy[0].indices.map { factor in economy.map { $0[factor] } }
    return factors.map { $0.min() ?? 0 } + factors.map { $0.max() ?? 0 }
  }

  /// `[quarter][factor]`: drawn again, because only the first paths keep theirs, and from the start of its tile, as it
  /// was in the run.
  private func economy(of path: Int, _ workspace: inout PathSimulator.Workspace) -> [[Double]] {
    let count = pipeline.scenario.factors.count, horizon = pipeline.scenario.horizon
    let place = path % NormalField.pathsPerTile
    var factors = [Double](repeating: 0, count: (place + 1) * horizon * count)
    var span = factors.mutableSpan
    pipeline.simulate(firstPath: path - place, count: place + 1, into: &span, workspace: &workspace)
    return (0..<horizon).map { quarter in
      let start = (place * horizon + quarter) * count
      return Array(factors[start..<start + count])
    }
  }
}
