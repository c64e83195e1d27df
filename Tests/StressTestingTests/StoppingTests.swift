import Foundation
import MacroScenarios
import RiskMeasures
import TestSupport
import Testing

@testable import StressTesting

@Suite struct StoppingTests {
  /// The shipped scenario with a rule, in a folder of its own.
  private struct Folder {
    let scratch: ScratchDirectory

    init() throws {
      scratch = try ScratchDirectory()
      for name in ["data", "models"] {
        try FileManager.default.createSymbolicLink(
          atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
      }
      try FileManager.default.copyItem(
        atPath: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), toPath: scratch.path + "/base.yaml")
    }

    func test(_ rule: String?, paths: Int) throws -> StressTest {
      let text = """
        schema: kentledge/1
        extends: base.yaml
        id: stopping
        title: Stopping
        simulation: {\(rule.map { "stop_when: {\($0)}" } ?? "sampling: plain")}

        """
      try text.write(toFile: scratch.path + "/stopping.yaml", atomically: true, encoding: .utf8)
      return try StressTest(
        ScenarioLoader.load(path: scratch.path + "/stopping.yaml", overrides: .init(paths: paths)))
    }

    func run(_ test: StressTest, threads: Int, in name: String) throws -> StressTestResult {
      try test.run(threadCount: threads, in: scratch.path + "/" + name, cancellation: Cancellation()) { _, _ in }
    }
  }

  private static func isOfTheRule(_ row: StressTestResult.Row) -> Bool { row.item == StressTest.Look.item }

  /// Half of the 95 % interval in a result's own row of the system, as a share of the figure.
  private static func halfWidth(of item: String, _ statistic: String, in result: StressTestResult) throws -> Double {
    let row = try #require(
      result.rows.first { $0.entity == "system" && $0.item == item && $0.statistic == statistic })
    let lower = try #require(row.lower), upper = try #require(row.upper), value = try #require(row.value)
    return (upper - lower) / 2 / value
  }

  @Test func everyMeasureIsAStatisticOfThatName() {
    for measure in StopRule.Measure.allCases { #expect(Statistic(measure).name == measure.rawValue) }
  }

  @Test func looksDoubleUpToAllThatMayBeDrawn() {
    #expect(StressTest.looks(upTo: 100_000) == [16_384, 32_768, 65_536, 100_000])
    #expect(StressTest.looks(upTo: 65_536) == [16_384, 32_768, 65_536])
    #expect(StressTest.looks(upTo: 16_384) == [16_384] && StressTest.looks(upTo: 5) == [5])
    #expect(StressTest.looks(upTo: 1 << 40).allSatisfy { $0 % PathFile.pathsPerFile == 0 })
  }

  /// The 99 % quantile is known to 1.0 % after 16,384 paths, which is not enough, and to 0.7 % after 32,768, which is.
  @Test func aRunThatIsPreciseEnoughIsARunOfThatManyPaths() throws {
    let folder = try Folder()
    let test = try folder.test("metric: system.loan_loss, measure: var_99, half_width: 0.8%", paths: 50_000)
    // Stopped in the middle of its growth, then taken up again with another number of threads.
    let cancellation = Cancellation()
    #expect(throws: Interrupted.self) {
      try test.draw(.whole, threadCount: 2, in: folder.scratch.path + "/a", cancellation: cancellation) {
        stage, count in
        if stage.name.hasPrefix("paths to 32768"), count > 0 { cancellation.request() }
      }
    }
    let drawn = try FileManager.default.contentsOfDirectory(atPath: folder.scratch.path + "/a/paths").count
    #expect((5..<8).contains(drawn))
    let resumed = try folder.run(test, threads: 1, in: "a")
    let once = try folder.run(test, threads: 3, in: "b")
    // Compared first: an expectation would print both results in full.
    let isResumedTheSame = once == resumed
    #expect(isResumedTheSame)
    let stopping = try #require(once.stopping)
    #expect(stopping.isReached && stopping.asked == 0.008 && stopping.confidence == 0.95)
    #expect(stopping.paths == 32_768 && stopping.mostPaths == 50_000 && once.scenario.paths == 32_768)
    #expect(stopping.figure == "var_99 of system.loan_loss")
    #expect(
      once.notes.contains { $0.topic == .method && $0.text.hasPrefix("The run stopped after 32768 of at most 50000") })

    let plain = try folder.run(folder.test(nil, paths: 32_768), threads: 2, in: "c")
    let areRowsTheSame = once.rows.filter { !Self.isOfTheRule($0) } == plain.rows
    let isRestTheSame =
      once.histograms == plain.histograms && once.tailPaths == plain.tailPaths && once.convergence == plain.convergence
    #expect(areRowsTheSame && isRestTheSame && plain.stopping == nil)
    #expect(once.runIdentity != plain.runIdentity)
    // What it says that it reached is the interval that the report shows.
    #expect(try stopping.reached == Self.halfWidth(of: "loan_loss", "var_99", in: plain))
    let totals = try test.pathTotals(in: folder.scratch.path + "/a")
    #expect(totals.chunkCount == 8)
  }

  @Test func aRunWithTooFewPathsSaysSo() throws {
    let folder = try Folder()
    let test = try folder.test(
      "metric: min(system.cet1_ratio), measure: p05, half_width: 0.01%, level: 99%", paths: 600)
    let result = try folder.run(test, threads: 2, in: "a")
    let stopping = try #require(result.stopping)
    #expect(!stopping.isReached && stopping.paths == 600 && stopping.confidence == 0.99)
    let warning = try #require(result.notes.first { $0.text.hasPrefix("Not converged") })
    #expect(warning.topic == .warning && warning.text.contains("99 % interval of p05 of min(system.cet1_ratio)"))
    // At 99 % wider than at 95 %, by the order statistics themselves.
    let half = try Self.halfWidth(of: "minimum_cet1_ratio", "p05", in: result), reached = try #require(stopping.reached)
    #expect(reached > half)

    let blind = try folder.test("metric: system.loan_loss, measure: es_99, half_width: 50%", paths: 600)
    let unknown = try folder.run(blind, threads: 2, in: "b")
    #expect(unknown.stopping?.isReached == false && unknown.stopping?.reached == nil)
    #expect(
      unknown.notes.contains { $0.topic == .warning && $0.text.contains("too few for the 95 % interval of es_99") })
  }

  @Test func whatABankTableLacksIsRefused() throws {
    let folder = try Folder()
    #expect {
      try folder.test("metric: 7.loan_loss, measure: mean, half_width: 1%", paths: 64)
    } throws: {
      let found = ($0 as? InvalidInput)?.diagnostics.first
      return found?.code == "S047" && found?.place.line == 5
    }
  }

  // MARK: Whether intervals hold the answer when their width has decided when to stop

  private static let measures: [StopRule.Measure] = [
    .mean, .valueAtRisk99, .valueAtRisk999, .expectedShortfall95, .expectedShortfall99,
  ]

  /// Where chance decides most often when a run stops: an early look at which the measure has an interval.
  private static func turningPoint(_ measure: StopRule.Measure) -> Double {
    measure == .expectedShortfall99 ? 65_536 : 32_768
  }

  /// How many of the runs that stop when precise enough hold the answer, by measure.
  /// - Parameters:
  ///   - aims: half-widths asked for.
  ///   - losses: of a run, those from its first path to the given count.
  private static func covered(
    runs: Int, most: Int, answers: [Double], aims: [Double], losses: (_ run: Int, _ range: Range<Int>) -> [Float]
  ) -> [Int] {
    var covered = [Int](repeating: 0, count: measures.count)
    for run in 0..<runs {
      var values: [Float] = [], open = Set(measures.indices)
      for count in StressTest.looks(upTo: most) where !open.isEmpty {
        values += losses(run, values.count..<count)
        let sample = SortedSample(sorting: values)
        for index in open.sorted() {
          let statistic = Statistic(measures[index])
          let halfWidth = StressTest.halfWidth(of: statistic, from: sample, level: 0.95)
          guard count == most || (halfWidth.map { $0 <= aims[index] } ?? false) else { continue }
          open.remove(index)
          let found = statistic.estimate(from: sample)
          if let lower = found.lower, let upper = found.upper, (lower...upper).contains(answers[index]) {
            covered[index] += 1
          }
        }
      }
    }
    return covered
  }

  /// Exponential losses, whose figures have closed forms: VaR = −ln(1 − α), ES = VaR + 1. Asked for is what a run has on
  /// average at the turning point.
  @Test func intervalsHoldTheAnswerWhereverARunStops() {
    let runs = 200, most = 131_072
    let answers = Self.measures.map { measure -> Double in
      switch measure {
      case .mean: 1
      case .valueAtRisk99: log(100)
      case .valueAtRisk999: log(1_000)
      case .expectedShortfall95: 1 + log(20)
      default: 1 + log(100)
      }
    }
    var random = PlainRandom(seed: 20_261_123)
    func exponential(_ count: Int) -> [Float] { (0..<count).map { _ in Float(-log1p(-random.uniform())) } }
    let pilot = SortedSample(sorting: exponential(1 << 20))
    let aims = Self.measures.map {
      Statistic($0).estimate(from: pilot).relativeHalfWidth!
        * (Double(pilot.count) / Self.turningPoint($0)).squareRoot()
    }
    let covered = Self.covered(runs: runs, most: most, answers: answers, aims: aims) { exponential($1.count) }
    for (measure, count) in zip(Self.measures, covered) {
      // 95 % less three binomial deviations; two hundred cannot tell 93 % from 95 %, the long version below can.
      #expect(Double(count) >= 0.904 * Double(runs), "\(measure.rawValue): \(count) of \(runs)")
    }
  }

  /// The same with the shipped scenario: runs of their own paths against all of them together. `COVERAGE_RUNS=400` does
  /// what takes minutes; without it there is nothing here.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COVERAGE_RUNS"] != nil))
  func intervalsOfTheScenarioHoldTheAnswerWhereverARunStops() throws {
    let runs = try #require(ProcessInfo.processInfo.environment["COVERAGE_RUNS"].flatMap { Int($0) }), most = 131_072
    let test = try StressTest(
      ScenarioLoader.load(path: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), overrides: .init(paths: 64)))
    let pipeline = try test.pipeline(seed: 5, networks: [], runsNetwork: true), layout = pipeline.layout
    let perRun = try concurrentMap(runs, threadCount: 2) { run -> [Float] in
      let worker = PipelineWorker(pipeline), chunk = PathChunk(columnCount: layout.count, sumCount: pipeline.sums.count)
      let column = layout.system(.loanLoss) * PathChunk.columnStride
      return stride(from: run * most, to: (run + 1) * most, by: pathsPerBlock).flatMap { first -> [Float] in
        worker.project(firstPath: first, count: pathsPerBlock, into: chunk, at: 0)
        return Array(chunk.columns[column..<column + pathsPerBlock])
      }
    }
    let all = SortedSample(sorting: perRun.flatMap { $0 })
    let estimates = Self.measures.map { Statistic($0).estimate(from: all) }
    let aims = zip(Self.measures, estimates).map { measure, estimate in
      estimate.relativeHalfWidth! * (Double(all.count) / Self.turningPoint(measure)).squareRoot()
    }
    let covered = Self.covered(runs: runs, most: most, answers: estimates.map(\.value), aims: aims) {
      Array(perRun[$0][$1])
    }
    for (measure, count) in zip(Self.measures, covered) {
      print("coverage where a run stops,", measure.rawValue + ":", count, "of", runs)
      #expect((0.93...0.97).contains(Double(count) / Double(runs)), "\(measure.rawValue): \(count) of \(runs)")
    }
  }
}
