import Dispatch
import NeuralNetworks
import SatelliteModels

/// One stretch of the row that every path goes through, driven by itself: a block of paths a turn, on one thread.
protocol Section: AnyObject, SendableMetatype {
  static var pathsPerTurn: Int { get }
  func run(firstPath: Int)
}

/// The LSTM alone, in the tiles of 64 paths that the engine uses.
final class NetworkSection: Section {
  static let pathsPerTurn = 64

  private let worker: Worker
  private let prepared: PreparedNetwork
  private let features: [Float]

  init(_ size: RowSize) {
    let network = NeuralNetwork.stackedLSTM(inputs: 18, hidden: size.hidden, outputs: LoanSeries.count, seed: 1)
    let plan = InferencePlan(network, steps: size.quarters, rows: Self.pathsPerTurn)
    worker = Worker(plan)
    prepared = plan.prepare(network)
    features = Benchmarks.noise(size.quarters * Self.pathsPerTurn * 18)
  }

  func run(firstPath: Int) { worker.run(prepared, features) }
}

extension Benchmarks {
  /// Paths a second of one section on that many threads.
  static func section(_ name: String, _ size: RowSize, threads: Int, seconds: Double) throws -> Double? {
    switch name {
    case "shocks":
      let simulator = try ShockSection.simulator(SectionInputs(size))
      return rate((0..<threads).map { _ in ShockSection(simulator) }, seconds)
    case "copula":
      let simulator = try ShockSection.simulator(SectionInputs(size))
      return rate((0..<threads).map { _ in CopulaSection(simulator) }, seconds)
    case "lstm":
      return rate((0..<threads).map { _ in NetworkSection(size) }, seconds)
    case "capital":
      let plan = try CapitalSection.Plan(SectionInputs(size))
      return rate((0..<threads).map { _ in CapitalSection(plan) }, seconds)
    default: return nil
    }
  }

  /// Every thread runs turns for as long as it takes; the figure is the best fifth of a second.
  private static func rate<S: Section>(_ sections: [S], _ seconds: Double) -> Double {
    // Safe: each thread touches its own section alone.
    nonisolated(unsafe) let sections = sections
    let clock = ContinuousClock()
    let turn = clock.measure { sections[0].run(firstPath: 0) } / .seconds(1)
    let turns = max(1, Int(0.2 / turn))
    let best = fastest(within: seconds) {
      DispatchQueue.concurrentPerform(iterations: sections.count) { thread in
        for index in 0..<turns {
          sections[thread].run(firstPath: (index * sections.count + thread) * S.pathsPerTurn)
        }
      }
    }
    return Double(turns * sections.count * S.pathsPerTurn) / best
  }
}
