import MacroScenarios
import PathSimulation
import TestSupport

/// The shipped history and the models that several suites look at, fitted once.
enum Shared {
  static let jumpOff = Quarter(year: 2025, number: 4)
  static let factors = RiskFactor.catalogue
  static let history = Result { try QuarterlyTable(contentsOf: repositoryFile("scenarios/data/us-macro-history.csv")) }

  static func model(_ change: (inout ShockAssumptions) -> Void = { _ in }) throws -> ShockModel {
    var assumptions = ShockAssumptions(calibrateTo: jumpOff)
    change(&assumptions)
    return try ShockModel(history: history.get(), factors: factors, assumptions: assumptions)
  }

  static let downweighted = Result { try model() }
  static let kept = Result { try model { $0.pandemic = .keep } }
  static let excluded = Result { try model { $0.pandemic = .exclude } }

  /// The last known values held for `horizon` quarters.
  static func flatCentral(horizon: Int = 13) throws -> [Double] {
    let table = try history.get()
    let row = factors.map { table.value($0.id, in: jumpOff) ?? .nan }
    return (0..<horizon).flatMap { _ in row }
  }

  static func paths(_ simulator: PathSimulator, first: Int = 0, count: Int) -> [Double] {
    var paths = [Double](repeating: .nan, count: count * simulator.horizon * simulator.model.factors.count)
    var workspace = simulator.makeWorkspace()
    var span = paths.mutableSpan
    simulator.simulate(firstPath: first, count: count, into: &span, workspace: &workspace)
    return paths
  }

  static func index(_ id: String) -> Int { factors.firstIndex { $0.id == id } ?? -1 }

  /// Values of one factor in one quarter (0 is the first) over all paths.
  static func values(_ paths: [Double], _ id: String, quarter: Int, horizon: Int = 13) -> [Double] {
    let n = factors.count
    return stride(from: quarter * n + index(id), to: paths.count, by: horizon * n).map { paths[$0] }
  }
}

func standardDeviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
