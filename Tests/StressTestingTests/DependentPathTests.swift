import Banking
import Foundation
import MacroScenarios
import RiskMeasures
import Stochastics
import TestSupport
import Testing

@testable import StressTesting

/// Antithetic pairs and scrambled nets: the errors that they claim, and that a run of them is one at any number of threads.
@Suite struct DependentPathTests {
  static let nets = Dependence.replicates(count: ScrambledNet.replicateCount, blockSize: ScrambledNet.blockSize)

  /// Normals of the first paths, `[dimension][path]`.
  static func normals(_ arrangement: NormalField.Arrangement, seed: UInt64, dimensions: Int, count: Int) -> [[Float]] {
    var field = NormalField(seed: seed, stream: .backtests)
    field.arrangement = arrangement
    var all = [[Float]](repeating: [], count: dimensions)
    let width = NormalField.pathsPerTile, even = (dimensions + 1) / 2 * 2
    var tile = [Double](repeating: 0, count: even * width)
    for first in stride(from: 0, to: count, by: width) {
      var span = tile.mutableSpan
      field.fillTile(TilePaths(from: first), step: 0, count: even, into: &span)
      for k in 0..<dimensions { all[k] += tile[k * width..<(k + 1) * width].map { Float($0) } }
    }
    return all
  }

  /// Losses with a law in closed form: lognormal in a sum of six normals of unequal weight, so that neither pairs nor nets
  /// are exact; and a share of the paths without any.
  static func losses(_ normals: [[Float]]) -> [Float] {
    let weights: [Float] = [0.8, 0.4, 0.3, 0.2, 0.2, 0.173_205_08]
    return normals[0].indices.map { path in
      let along = weights.indices.reduce(Float(0)) { $0 + weights[$1] * normals[$1][path] }
      return Foundation.exp(0.5 * along)
    }
  }

  /// Figures of exp(z/2), z standard normal.
  static let exact: [(name: String, value: Double, estimate: @Sendable (PathSample) -> Estimate)] = {
    let mean = exp(0.125), quantile = { (level: Double) in exp(0.5 * Normal.standard.quantile(level)) }
    func shortfall(_ level: Double) -> Double {
      mean * Normal.standard.cdf(0.5 - Normal.standard.quantile(level)) / (1 - level)
    }
    return [
      ("mean", mean, { $0.mean() }), ("sd", (exp(0.5) - exp(0.25)).squareRoot(), { $0.standardDeviation() }),
      ("median", 1, { $0.quantile(0.5) }), ("var 95", quantile(0.95), { $0.valueAtRisk(0.95) }),
      ("var 99", quantile(0.99), { $0.valueAtRisk(0.99) }), ("es 95", shortfall(0.95), { $0.expectedShortfall(0.95) }),
      ("es 99", shortfall(0.99), { $0.expectedShortfall(0.99) }),
    ]
  }()

  /// How often 95 % intervals hold the closed form. `COVERAGE_RUNS=1000` says how often exactly.
  static func coverage(
    _ dependence: Dependence, pathCount: Int, _ arrangement: (UInt64) -> NormalField.Arrangement
  ) -> [(name: String, share: Double)] {
    let runs = ProcessInfo.processInfo.environment["COVERAGE_RUNS"].flatMap { Int($0) } ?? 60
    var inside = [Int](repeating: 0, count: exact.count + 1)
    // P(z > 3): some twenty of sixteen thousand.
    let limit = Float(exp(1.5)), probability = Normal.standard.survival(3)
    for run in 0..<runs {
      let seed = UInt64(1_000 + run)
      let values = losses(normals(arrangement(seed), seed: seed, dimensions: 6, count: pathCount))
      let sample = PathSample(values, dependence)
      let estimates =
        exact.map { ($0.value, $0.estimate(sample)) }
        + [(probability, dependence.probability(of: values) { $0 > limit })]
      for (index, (value, estimate)) in estimates.enumerated() {
        if let lower = estimate.lower, (lower...(estimate.upper ?? .infinity)).contains(value) { inside[index] += 1 }
      }
    }
    return zip(exact.map(\.name) + ["P(z > 3)"], inside).map { ($0, Double($1) / Double(runs)) }
  }

  private static func check(_ coverage: [(name: String, share: Double)], _ label: String) {
    let isLong = ProcessInfo.processInfo.environment["COVERAGE_RUNS"] != nil
    if isLong { print("coverage,", label, coverage.map { "\($0.name) \($0.share)" }.joined(separator: ", ")) }
    // At 95 % fewer than 83 % of sixty come once in a thousand times.
    for (name, share) in coverage { #expect(share >= (isLong ? 0.90 : 0.83), "\(label), \(name): \(share)") }
  }

  @Test func intervalsOfPairsHoldClosedForms() {
    Self.check(Self.coverage(.pairs, pathCount: 4_096) { _ in .mirrored }, "pairs")
  }

  @Test func intervalsOfNetsHoldClosedForms() {
    let arrangement = { (seed: UInt64) -> NormalField.Arrangement in
      .net(ScrambledNet(seed: seed), dimensions: Array(0..<6), numbersPerStep: 6)
    }
    Self.check(Self.coverage(Self.nets, pathCount: 16_384, arrangement), "nets")
  }

  /// On the 2026 scenario itself, against two million plain paths; minutes, so only where `COVERAGE_RUNS` asks for it.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["COVERAGE_RUNS"] != nil),
    arguments: ["plain", "antithetic", "sobol"])
  func intervalsHoldTheScenariosAnswer(sampling: String) throws {
    let runs = Int(ProcessInfo.processInfo.environment["COVERAGE_RUNS"] ?? "") ?? 0
    let test = try Self.test(sampling, paths: 16_384)
    let plain = try test.pipeline(seed: 99, networks: [], runsNetwork: true)
    let reference = SortedSample(sorting: Self.losses(plain, count: 2_097_152))
    let direction = try sampling == "sobol" ? test.losingDirection() : nil
    let statistics = Statistic.ofLosses
    let exact = statistics.map { $0.estimate(from: reference) }
    var inside = [Int](repeating: 0, count: statistics.count)
    for run in 0..<runs {
      let base = try test.pipeline(seed: UInt64(5_000 + run), networks: [], runsNetwork: true)
      let pipeline =
        switch sampling {
        case "sobol": base.spread(ScrambledNet(seed: UInt64(run)), along: try #require(direction))
        case "antithetic": base.mirrored()
        default: base
        }
      let sample = PathSample(Self.losses(pipeline, count: 16_384), pipeline.dependence)
      for (index, statistic) in statistics.enumerated() {
        let estimate = statistic.estimate(from: sample), distance = exact[index].value - estimate.value
        guard let bound = distance < 0 ? estimate.lower : estimate.upper else {
          inside[index] += 1
          continue
        }
        // The long run has an error too.
        let error = 1.96 * (exact[index].standardError ?? 0), reach = bound - estimate.value
        if distance * distance <= reach * reach + error * error { inside[index] += 1 }
      }
    }
    print(
      "coverage of", sampling, zip(statistics, inside).map { "\($0.name) \($1)" }.joined(separator: ", "), "of", runs)
    // What rests on rare extremes, that no small sample sees, fails with any sampling: standard deviation and shortfall.
    for (statistic, count) in zip(statistics, inside) {
      switch statistic {
      case .standardDeviation, .expectedShortfall: continue
      default: #expect(Double(count) >= 0.92 * Double(runs) - 2, "\(statistic.name)")
      }
    }
  }

  /// System loan losses of the first paths, by two workers.
  static func losses(_ pipeline: PathPipeline, count: Int) -> [Float] {
    let layout = pipeline.layout
    let halves = try? concurrentMap(2, threadCount: 2) { half -> [Float] in
      let worker = PipelineWorker(pipeline)
      let chunk = PathChunk(columnCount: layout.count, sumCount: pipeline.sumSetCount * pipeline.sums.count)
      let start = layout.system(.loanLoss) * PathChunk.columnStride
      return stride(from: half * count / 2, to: (half + 1) * count / 2, by: pathsPerBlock).flatMap { first in
        worker.project(firstPath: first, count: pathsPerBlock, into: chunk, at: 0)
        return Array(chunk.columns[start..<start + pathsPerBlock])
      }
    }
    return halves?.flatMap { $0 } ?? []
  }

  @Test func aLinearFigureOfPairsIsExact() throws {
    let normals = Self.normals(.mirrored, seed: 3, dimensions: 4, count: 512)
    let sums = normals[0].indices.map { path in 2 + normals.reduce(0) { $0 + $1[path] } }
    let mean = PathSample(sums, .pairs).mean()
    // Of single precision.
    #expect(abs(mean.value - 2) < 1e-7)
    #expect(try #require(mean.standardError) < 1e-7)
    #expect(try #require(PathSample(sums, .none).mean().standardError) > 0.05)
  }

  @Test func independentPathsKeepTheirFigures() {
    let values = Self.losses(Self.normals(.independent, seed: 4, dimensions: 6, count: 1_024))
    let sample = PathSample(values, .none), sorted = SortedSample(sorting: values)
    #expect(sample.mean() == sorted.mean() && sample.standardDeviation() == sorted.standardDeviation())
    for level in [0.5, 0.95, 0.99, 0.999] {
      #expect(sample.quantile(level) == sorted.quantile(level))
      #expect(sample.valueAtRisk(level) == sorted.valueAtRisk(level))
      #expect(sample.expectedShortfall(level) == sorted.expectedShortfall(level))
    }
  }

  @Test func errorsOfReplicatesAreThoseOfTheirMeans() throws {
    let values = Self.losses(Self.normals(.independent, seed: 4, dimensions: 6, count: 32_768))
    var means = [Double](repeating: 0, count: 32)
    for (path, value) in values.enumerated() { means[path / 512 % 32] += Double(value) / 1_024 }
    let mean = means.reduce(0, +) / 32
    let error = (means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 31 / 32).squareRoot()
    let found = PathSample(values, Self.nets).mean()
    expectClose(found.value, mean, relative: 1e-12)
    expectClose(try #require(found.standardError), error, relative: 1e-9)
    // Student's quantile of 31 degrees of freedom.
    expectClose(try #require(found.upper) - found.value, 2.0395 * error, relative: 1e-4)
  }

  /// Of rare events that no path shows the bound must be above the truth 95 % of the times: where three are expected, none
  /// may come at most once in twenty runs, as of independent paths.
  @Test func eventsThatNoPathShowsAreBounded() {
    let count = ScrambledNet.roundSize, probability = 3 / Double(count), runs = 400
    let dimensions = 12
    // Directions that no coordinate has to itself, and one that is a coordinate.
    let directions = (0..<6).map { event -> [Float] in
      var raw = [Float](repeating: 0, count: dimensions)
      raw[0] = 1
      if event > 0 { for k in 0..<dimensions { raw[k] = Float(cos(Double((event * 7 + 3) * (k + 1)))) } }
      let square = raw.reduce(Float(0)) { $0 + $1 * $1 }
      return raw.map { $0 / square.squareRoot() }
    }
    let limit = Float(-Normal.standard.quantile(probability))
    var none = [Int](repeating: 0, count: directions.count)
    for run in 0..<runs {
      let normals = Self.normals(
        .net(ScrambledNet(seed: UInt64(run)), dimensions: Array(0..<dimensions), numbersPerStep: dimensions),
        seed: 1, dimensions: dimensions, count: count)
      for (event, direction) in directions.enumerated() {
        let happens = (0..<count).contains { path in
          var along: Float = 0
          for k in 0..<dimensions { along += direction[k] * normals[k][path] }
          return along > limit
        }
        if !happens { none[event] += 1 }
      }
    }
    // 5 % of 400 is 20, with a standard deviation of 4.4: three of them.
    for count in none { #expect(count <= 33, "\(none) of \(runs) runs showed none") }
  }

  static func run(_ sampling: String, paths: Int, threads: Int) throws -> StressTestResult {
    let scratch = try ScratchDirectory()
    return try test(sampling, paths: paths).run(
      threadCount: threads, in: scratch.path, cancellation: Cancellation()
    ) { _, _ in }
  }

  static func test(_ sampling: String, paths: Int, seed: UInt64 = 5) throws -> StressTest {
    try ScenarioCopy(sampling: sampling).test(paths: paths, seed: seed)
  }

  @Test(arguments: [("antithetic", 4_224), ("sobol", 16_384)])
  func aRunIsTheSameAtAnyNumberOfThreads(sampling: String, paths: Int) throws {
    let results = try [1, 3].map { try Self.run(sampling, paths: paths, threads: $0) }
    #expect(results[0] == results[1])
    let rows = results[0].rows.filter { $0.item == "variance_reduction" }
    #expect(rows.count >= 12 && rows.allSatisfy { ($0.value ?? 0) > 0 })
    let reduction = try #require(
      rows.first { $0.variant == "loan_loss" && $0.statistic == "mean" }?.value)
    #expect(reduction > 2, "the mean of nearly linear losses gains \(reduction)")
    // The mean from sums is that of the columns, and so is its error: what CET1 loses and what it ends with.
    func row(_ item: String, _ statistic: String) throws -> StressTestResult.Row {
      try #require(results[0].rows.first { $0.entity == "system" && $0.item == item && $0.statistic == statistic })
    }
    #expect(try row("walk.end", "mean").standardError ?? 0 > 0)
    for item in ["loan_loss", "capital_depletion"] {
      let mean = try row(item, "mean"), quantile = try row(item, "var_99")
      #expect(try #require(mean.lower) < #require(mean.value) && #require(quantile.lower) <= #require(quantile.value))
    }
  }

  @Test func aShardOfPairsIsThatOfTheRun() throws {
    let test = try Self.test("antithetic", paths: 8_320)
    let plain = try Self.test("plain", paths: 8_320)
    let scratch = try ScratchDirectory(), other = try ScratchDirectory()
    try test.draw(.whole, threadCount: 2, in: scratch.path, cancellation: Cancellation()) { _, _ in }
    try plain.draw(.whole, threadCount: 2, in: other.path, cancellation: Cancellation()) { _, _ in }
    func losses(_ test: StressTest, _ directory: String) throws -> [Float] {
      try test.pathRun(in: directory).store(stage: 0).column(test.pipeline.layout.system(.loanLoss))
    }
    let pairs = try losses(test, scratch.path), single = try losses(plain, other.path)
    for path in stride(from: 0, to: pairs.count, by: 2) { #expect(pairs[path] == single[path]) }
    #expect(zip(pairs, single).count { $0 != $1 } > 4_000)
  }

  /// The system's CET1 at the end, once from the sums of the files of paths and once from a column.
  @Test(arguments: [("plain", 4_160), ("antithetic", 4_160), ("sobol", 16_384)])
  func errorsOfSumsAreThoseOfColumns(sampling: String, paths: Int) throws {
    let test = try Self.test(sampling, paths: paths), scratch = try ScratchDirectory()
    try test.draw(.whole, threadCount: 2, in: scratch.path, cancellation: Cancellation()) { _, _ in }
    let pipeline = test.pipeline, layout = pipeline.layout
    var store = try test.pathRun(in: scratch.path).store(stage: 0)
    store.dependence = pipeline.dependence
    let sums = try PathSums(store, pipeline.sums, loanLosses: layout.system(.loanLoss))
    let change = sums.mean(pipeline.sums.change(bank: pipeline.walk.banks.count))
    let end = try store.sample(layout.systemRatio(quarter: test.scenario.capitalHorizon - 1)).mean()
      .scaled(by: pipeline.walk.systemRiskWeightedAssets)
    // Columns are of single precision.
    expectClose(change.value, end.value - pipeline.walk.systemCet1, relative: 1e-4)
    expectClose(try #require(change.standardError), try #require(end.standardError), relative: 1e-4)
    expectClose(try #require(change.upper) - change.value, try #require(end.upper) - end.value, relative: 1e-3)
    // A ratio of sums, by hand: of the groups' own ratios' distances from it.
    let ratio = try #require(
      sums.provisionsToLosses(
        pipeline.sums.contribution(WalkItem.provisions.rawValue, bank: pipeline.walk.banks.count)))
    #expect(try #require(ratio.standardError) > 0 && ratio.value > 0.5 && ratio.value < 3)
  }

  @Test func netsOfTheScenarioAreThoseOfTheEngine() {
    #expect(Simulation.fewestNetPaths == ScrambledNet.roundSize)
    #expect(pathsPerBlock == ScrambledNet.blockSize)
  }
}
