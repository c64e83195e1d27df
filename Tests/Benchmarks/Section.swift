import Banking
import Contagion
import Dispatch
import Foundation
import MacroScenarios
import NeuralNetworks
import PathSimulation
import SatelliteModels
import StressTesting

/// One stretch of the row that every path goes through, driven by itself: a block of paths a turn, on one thread.
protocol Section: AnyObject, SendableMetatype {
  static var pathsPerTurn: Int { get }
  func run(firstPath: Int)
}

/// What sections are made of: the shipped scenario, its models and banks, and one block of its paths.
struct SectionInputs {
  static let scenario = "scenarios/us-severely-adverse-2026.yaml"
  static let pathsPerBlock = 512

  let test: StressTest
  let size: RowSize
  /// `[path][quarter][loanType]`, quarters beyond the scenario's begin it again.
  private(set) var lossRates: [Double] = []
  /// `[path][capitalQuarter]`
  private(set) var revenueResponses: [Double] = []

  init(_ size: RowSize) throws {
    self.size = size
    test = try StressTest(ScenarioLoader.load(path: Self.scenario))
    drawBlock()
  }

  /// The scenario's banks, over and over.
  var banks: [Bank] { (0..<size.banks).map { test.pipeline.walk.banks[$0 % test.pipeline.walk.banks.count] } }

  private mutating func drawBlock() {
    let pipeline = test.pipeline, horizon = pipeline.scenario.horizon, paths = Self.pathsPerBlock
    var factors = [Double](repeating: 0, count: paths * horizon * pipeline.scenario.factors.count)
    var series = [Double](repeating: 0, count: paths * horizon * LoanSeries.count)
    var rates = [Double](repeating: 0, count: paths * horizon * LoanType.count)
    var responses = [Double](repeating: 0, count: paths * horizon)
    var workspace = pipeline.simulator.makeWorkspace()
    var factorSpan = factors.mutableSpan
    pipeline.simulator.simulate(firstPath: 0, count: paths, into: &factorSpan, workspace: &workspace)
    var seriesSpan = series.mutableSpan
    pipeline.lossRates.makeProjector().project(factors: factors.span, firstPath: 0, count: paths, into: &seriesSpan)
    var rateSpan = rates.mutableSpan
    pipeline.mapping.spread(series.span, into: &rateSpan)
    var responseSpan = responses.mutableSpan
    pipeline.revenue.project(factors: factors.span, horizon: horizon, into: &responseSpan)
    let lossQuarters = size.capitalQuarters + CapitalWalk.quartersAhead
    for path in 0..<paths {
      for quarter in 0..<lossQuarters {
        let row = (path * horizon + quarter % horizon) * LoanType.count
        lossRates += rates[row..<row + LoanType.count]
      }
      for quarter in 0..<size.capitalQuarters { revenueResponses.append(responses[path * horizon + quarter % horizon]) }
    }
  }
}

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

/// Bank effects, the walk of every bank's capital, and contagion at both ends of the inside share.
final class CapitalSection: Section {
  static let pathsPerTurn = 64

  private let inputs: SectionInputs
  private let walk: CapitalWalk
  private let bankEffects: BankEffects
  private let networks: [ContagionModel]
  private var capital: CapitalWorkspace
  private var contagion: [ContagionModel.Workspace]
  private let effects: UnsafeMutableBufferPointer<Double>
  private let scratch: UnsafeMutableBufferPointer<Double>
  private let lowestCet1: UnsafeMutableBufferPointer<Double>

  /// What all threads share, made once.
  struct Plan {
    let inputs: SectionInputs
    let walk: CapitalWalk
    let bankEffects: BankEffects
    let networks: [ContagionModel]

    init(_ inputs: SectionInputs) throws {
      self.inputs = inputs
      let scenario = inputs.test.scenario, banks = inputs.banks
      walk = CapitalWalk(
        banks: banks, rules: inputs.test.pipeline.walk.rules, quarterCount: inputs.size.capitalQuarters)
      bankEffects = BankEffects(
        inputs.test.pipeline.lossRates.model.bankEffects, banks: Array(1...banks.count),
        balances: banks.flatMap { $0.balances.map { $0 ?? 0 } }, seed: 1)
      networks = try scenario.network.insideShare.map { share in
        ContagionModel(
          banks: banks, network: try InterbankNetwork(banks: banks, insideShare: share),
          recovery: scenario.network.recovery, defaultBelow: scenario.network.defaultBelow)
      }
    }
  }

  init(_ plan: Plan) {
    inputs = plan.inputs
    walk = plan.walk
    bankEffects = plan.bankEffects
    networks = plan.networks
    capital = walk.makeWorkspace()
    contagion = networks.map { $0.makeWorkspace() }
    effects = .allocate(capacity: Self.pathsPerTurn * walk.banks.count * LoanType.count)
    scratch = .allocate(capacity: BankEffects.scratchCount)
    lowestCet1 = .allocate(capacity: walk.banks.count)
    for buffer in [effects, scratch, lowestCet1] { buffer.initialize(repeating: 0) }
  }

  deinit { for buffer in [effects, scratch, lowestCet1] { buffer.deallocate() } }

  func run(firstPath: Int) {
    let effectCount = walk.banks.count * LoanType.count
    let lossRates = inputs.lossRates, revenueResponses = inputs.revenueResponses
    let rateCount = (walk.quarterCount + CapitalWalk.quartersAhead) * LoanType.count
    var effectSpan = effects.mutableSpan, scratchSpan = scratch.mutableSpan
    bankEffects.draw(firstPath: firstPath, count: Self.pathsPerTurn, into: &effectSpan, scratch: &scratchSpan)
    for row in 0..<Self.pathsPerTurn {
      let path = (firstPath + row) % SectionInputs.pathsPerBlock
      walk.walk(
        lossRates: lossRates.span.extracting(path * rateCount..<(path + 1) * rateCount),
        effects: effects.span.extracting(row * effectCount..<(row + 1) * effectCount),
        revenueResponse: revenueResponses.span.extracting(
          path * walk.quarterCount..<(path + 1) * walk.quarterCount), into: &capital)
      for bank in walk.banks.indices {
        lowestCet1[bank] = capital.minimumCet1Ratio(bank: bank) * walk.banks[bank].riskWeightedAssets
      }
      for index in networks.indices { networks[index].propagate(lowestCet1: lowestCet1.span, into: &contagion[index]) }
    }
  }
}

extension Benchmarks {
  /// Paths a second of one section on that many threads.
  static func section(_ name: String, _ size: RowSize, threads: Int, seconds: Double) throws -> Double? {
    switch name {
    case "shocks":
      let simulator = try ShockSection.simulator(SectionInputs(size))
      return rate((0..<threads).map { _ in ShockSection(simulator) }, seconds)
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
