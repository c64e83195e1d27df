import Foundation
import MacroScenarios
import PathSimulation
import StressTesting

/// Shock generation: normals, t copula, margins, dynamics, scales.
final class ShockSection: Section {
  static let pathsPerTurn = SectionInputs.pathsPerBlock

  private let simulator: PathSimulator
  private var workspace: PathSimulator.Workspace
  private let paths: UnsafeMutableBufferPointer<Double>

  init(_ simulator: PathSimulator) {
    self.simulator = simulator
    workspace = simulator.makeWorkspace()
    paths = .allocate(capacity: Self.pathsPerTurn * simulator.horizon * simulator.model.factors.count)
    paths.initialize(repeating: 0)
  }

  deinit { paths.deallocate() }

  func run(firstPath: Int) {
    var span = paths.mutableSpan
    simulator.simulate(firstPath: firstPath, count: Self.pathsPerTurn, into: &span, workspace: &workspace)
  }

  /// The scenario's simulator where it has that size; else one fitted to made-up autoregressive series.
  static func simulator(_ inputs: SectionInputs) throws -> PathSimulator {
    let shipped = inputs.test.pipeline.simulator, size = inputs.size
    if size.factors == shipped.model.factors.count, size.quarters == shipped.horizon { return shipped }
    let factors = (0..<size.factors).map { RiskFactor(id: "factor_\($0)", title: "Factor \($0)", unit: .percent) }
    let first = Quarter(year: 1986, number: 1), count = 160
    let noise = Benchmarks.noise(count * size.factors)
    var level = [Float](repeating: 0, count: size.factors)
    var rows = ["quarter," + factors.map(\.id).joined(separator: ",")]
    rows.append("unit" + String(repeating: ",percent", count: size.factors))
    rows.append("as_of" + String(repeating: ",\(first.advanced(by: count))", count: size.factors))
    for quarter in 0..<count {
      for factor in 0..<size.factors { level[factor] = 0.8 * level[factor] + noise[quarter * size.factors + factor] }
      rows.append("\(first.advanced(by: quarter))," + level.map { "\($0)" }.joined(separator: ","))
    }
    let file = FileManager.default.temporaryDirectory.path + "/kentledge-made-up-\(getpid()).csv"
    defer { unlink(file) }
    try rows.joined(separator: "\n").appending("\n").write(toFile: file, atomically: true, encoding: .utf8)
    let model = try ShockModel(
      history: QuarterlyTable(contentsOf: file), factors: factors,
      assumptions: ShockAssumptions(calibrateTo: first.advanced(by: count - 1)))
    return try PathSimulator(
      model: model, central: [Double](repeating: 0.01, count: size.quarters * size.factors), seed: 1)
  }
}
