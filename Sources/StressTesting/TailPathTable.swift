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

  /// - Parameter losses: the system's loan loss on every path.
  func paths(_ losses: [Float], _ totals: PathTotals) throws -> [StressTestResult.TailPath] {
    let worst = Self.worst(losses)
    var told: [Int: StressTestResult.TailPath] = [:]
    var workspace = pipeline.simulator.makeWorkspace()
    for (index, paths) in Dictionary(grouping: worst, by: { $0 / PathFile.pathsPerFile }) {
      let chunk = try totals.chunk(index)
      for path in paths {
        let place = path - chunk.firstPath
        told[path] = .init(
          path: path, weight: chunk.weights[place], member: chunk.members[place],
          values: chunk.values.map { Double($0[place]) } + extremes(of: path, &workspace))
      }
    }
    return worst.compactMap { told[$0] }
  }

  /// Lowest value of each factor over the horizon, then highest: drawn again, because only the first paths keep theirs,
  /// and from the start of its tile, as it was in the run.
  private func extremes(of path: Int, _ workspace: inout PathSimulator.Workspace) -> [Double] {
    let count = pipeline.scenario.factors.count, horizon = pipeline.scenario.horizon
    let place = path % NormalField.pathsPerTile
    var factors = [Double](repeating: 0, count: (place + 1) * horizon * count)
    var span = factors.mutableSpan
    pipeline.simulator.simulate(firstPath: path - place, count: place + 1, into: &span, workspace: &workspace)
    let byFactor = (0..<count).map { factor in
      (0..<horizon).map { factors[(place * horizon + $0) * count + factor] }
    }
    return byFactor.map { $0.min() ?? 0 } + byFactor.map { $0.max() ?? 0 }
  }
}
