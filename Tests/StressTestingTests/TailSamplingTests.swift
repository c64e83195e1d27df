import Foundation
import MacroScenarios
import RiskMeasures
import Stochastics
import TestSupport
import Testing

@testable import StressTesting

@Suite struct TailSamplingTests {
  private static let scenario = repositoryFile("scenarios/us-severely-adverse-2026.yaml")

  private static func test(seed: UInt64) throws -> StressTest {
    try StressTest(ScenarioLoader.load(path: scenario, overrides: .init(paths: 64, seed: seed)))
  }

  /// System loan losses of that many parts of 65,536 plain paths.
  private static func losses(_ pipeline: PathPipeline, parts: Int) throws -> SortedSample {
    let layout = pipeline.layout
    let values = try concurrentMap(parts, threadCount: 2) { part in
      let worker = PipelineWorker(pipeline)
      let chunk = PathChunk(columnCount: layout.count, sumCount: pipeline.sums.count)
      var values: [Float] = []
      for first in stride(from: part << 16, to: (part + 1) << 16, by: pathsPerBlock) {
        worker.project(firstPath: first, count: pathsPerBlock, into: chunk, at: 0)
        values += chunk.column(layout.system(.loanLoss), count: pathsPerBlock)
      }
      return values
    }
    return SortedSample(sorting: values.flatMap { $0 })
  }

  @Test func weightsUndoTheLawOfTheTail() throws {
    let law = TailLaw(shift: 3)
    var stream = RandomStream(seed: 1, stream: .stratification, path: 0)
    var (coordinates, weights): ([Float], [Float]) = ([], [])
    for _ in 0..<1_000 {
      for path in 0..<TailLaw.tileCount {
        let u = law.coordinate(path: path, uniform: stream.uniform())
        coordinates.append(Float(u))
        weights.append(Float(law.weight(at: u)))
      }
    }
    #expect(weights.allSatisfy { $0 > 0 && $0 <= 4 })
    let sample = WeightedSample(coordinates, weights: weights, replicateSize: TailLaw.tileCount)
    for u in [-2.0, 0, 1, 2, 3, 4] {
      let found = sample.shareAbove(u), exact = Normal.standard.survival(u)
      let error = try #require(found.standardError)
      // Five standard errors: six looks at a fixed seed.
      #expect(abs(found.value - exact) < 5 * error + 1e-12, "at \(u): \(found.value), not \(exact)")
      // Strata and shift together: in the tail far surer than as many plain draws.
      if u >= 2 { #expect(error < (exact * (1 - exact) / 64_000).squareRoot() / 5) }
    }
  }

  @Test func conjugateGradientsSolveTheNormalEquations() throws {
    var random = PlainRandom(seed: 9)
    let columns = 12, rowCount = 300
    let rows = (0..<rowCount * columns).map { _ in Double.random(in: -1...1, using: &random) }
    let outcomes = (0..<rowCount).map { row in
      5 + 2 * rows[row * columns] - rows[row * columns + 7] + Double.random(in: -1...1, using: &random)
    }
    var centred = rows
    let found = LinearFit.coefficients(&centred, columnCount: columns, outcomes: outcomes)
    // The slow obvious twin: cross products and a Cholesky factor, the constant as one more column.
    let width = columns + 1
    let design = (0..<rowCount).map { row in Array(rows[row * columns..<(row + 1) * columns]) + [1] }
    var cross = [Double](repeating: 0, count: width * width), right = [Double](repeating: 0, count: width)
    for (row, outcome) in zip(design, outcomes) {
      for i in 0..<width {
        right[i] += row[i] * outcome
        for j in 0..<width { cross[i * width + j] += row[i] * row[j] }
      }
    }
    let exact = try #require(CholeskyFactor(cross, dimension: width)).solve(right)
    // Conjugate gradients end at a relative gradient of 10⁻⁶.
    for column in 0..<columns { #expect(abs(found[column] - exact[column]) < 1e-5) }
  }

  @Test func aMovedPathLiesWhereItsLawSays() throws {
    let test = try Self.test(seed: 4)
    let base = try test.pipeline(seed: 8, networks: [], runsNetwork: false)
    var random = PlainRandom(seed: 2)
    let raw = (0..<base.normals.reduce(0) { $0 + $1.count }).map { _ in Double.random(in: -1...1, using: &random) }
    let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let draws = TailDraws(law: TailLaw(shift: 2), direction: raw.map { $0 / length }, seed: 6)
    let moved = base.moved(draws)
    var amounts = [Double](repeating: 0, count: 64), scratch: [Double] = [], weights: [Double] = []
    var span = amounts.mutableSpan
    draws.fill(TilePaths(from: 128), moved.movedFields, amounts: &span, scratch: &scratch) { weights.append($1) }
    var along = [Double](repeating: 0, count: 64)
    for part in moved.normals {
      let count = (part.numberCount + 1) / 2 * 2
      var normals = [Double](repeating: 0, count: count * 64)
      for step in 0..<part.stepCount {
        var place = normals.mutableSpan
        part.field.fillTile(TilePaths(from: 128), step: step, count: count, into: &place)
        let direction = try #require(part.direction)
        direction.move(&place, step: step, by: amounts.span)
        for number in 0..<part.numberCount {
          for path in 0..<64 {
            along[path] += direction.coefficients[step * part.numberCount + number] * normals[number * 64 + path]
          }
        }
      }
    }
    for path in 0..<64 {
      // Some six hundred products of numbers around one.
      #expect(abs(draws.law.weight(at: along[path]) / weights[path] - 1) < 1e-10)
    }
  }

  @Test func noAmountMovesNothing() throws {
    let test = try Self.test(seed: 4)
    let plain = try test.pipeline(seed: 8, networks: [], runsNetwork: true)
    let count = plain.normals.reduce(0) { $0 + $1.count }
    let still = plain.moved(
      TailDraws(law: TailLaw(shift: 2), direction: [Double](repeating: 0, count: count), seed: 6))
    // With b = 0 every path stays; only weights differ.
    let chunks = [plain, still].map { pipeline in
      let chunk = PathChunk(columnCount: pipeline.layout.count, sumCount: pipeline.sums.count)
      PipelineWorker(pipeline).project(firstPath: 0, count: pathsPerBlock, into: chunk, at: 0)
      return (0..<plain.layout.weight).flatMap { column in
        chunk.columns[column * PathChunk.columnStride..<column * PathChunk.columnStride + pathsPerBlock]
      }
    }
    #expect(chunks[0] == chunks[1])
  }

  /// Repeated small runs: their 95 % intervals of VaR and expected shortfall at 99.9 % against a long run.
  /// `COVERAGE_RUNS=1000` does what takes half an hour, both samplings against a plain run of sixteen million paths;
  /// otherwise 40 with importance sampling alone, and its VaR, against a long run in the tail.
  @Test func intervalsHoldTheAnswerAsOftenAsTheySay() throws {
    let test = try Self.test(seed: 1)
    @Sendable func sampling(_ seed: UInt64, isTwoPhase: Bool) throws -> TailSampling {
      var seeds = RandomStream(seed: seed, stream: .pilot, path: 0)
      return try #require(isTwoPhase ? try test.twoPhaseSampling(&seeds) : try test.importanceSampling(&seeds))
    }
    guard let runs = ProcessInfo.processInfo.environment["COVERAGE_RUNS"].flatMap({ Int($0) }) else {
      let first = try sampling(77, isTwoPhase: false)
      guard case .importance(_, let draws) = first else { return }
      let exact = first.sample(.loanLoss, count: 65_536).valueAtRisk(0.999).value
      let found = try (0..<40).map { run -> Estimate in
        // Of the same pilot, which is most of a small run's work.
        let moved = try test.pipeline(seed: UInt64(2_000_000 + run), networks: [], runsNetwork: true).moved(
          TailDraws(law: draws.law, direction: draws.direction, seed: UInt64(run)))
        return TailSampling.importance(moved, draws).sample(.loanLoss, count: 2_048).valueAtRisk(0.999)
      }
      let (inside, width) = Self.coverage(found, of: exact)
      // At 95 % a correct interval holds fewer than this share of forty once in a thousand times.
      #expect(inside >= 0.825)
      // Two thousand plain paths leave two beyond the quantile: no lower end within a tenth.
      #expect(width < 0.04)
      return
    }
    let long = try Self.losses(test.pipeline(seed: 5, networks: [], runsNetwork: true), parts: 256)
    let exact = [long.valueAtRisk(0.999), long.expectedShortfall(0.999)]
    for isTwoPhase in [true, false] {
      let found = try concurrentMap(runs, threadCount: 2) { run in
        let sample = try sampling(UInt64(100 + run), isTwoPhase: isTwoPhase).sample(
          .loanLoss, count: 2_048)
        return [sample.valueAtRisk(0.999), sample.expectedShortfall(0.999)]
      }
      for measure in 0..<2 {
        let (inside, width) = Self.coverage(found.map { $0[measure] }, of: exact[measure].value)
        print(
          isTwoPhase ? "two-phase" : "importance", measure == 0 ? "VaR" : "ES", "at 99.9 %:", inside, "of", runs,
          "half-width", width, "long run", exact[measure])
        // Of a thousand, a correct interval holds less than 93 % once in three hundred times.
        #expect((0.93...0.97).contains(inside))
      }
    }
  }

  /// How many intervals hold the answer, and how far they reach below the estimate, as shares.
  private static func coverage(_ estimates: [Estimate], of exact: Double) -> (inside: Double, width: Double) {
    let count = Double(estimates.count)
    // An interval whose upper end lies beyond the sample holds all above its lower one.
    let inside = estimates.count { estimate in
      estimate.lower.map { ($0...(estimate.upper ?? .infinity)).contains(exact) } ?? false
    }
    let widths = estimates.map { ($0.value - ($0.lower ?? -.infinity)) / $0.value }
    return (Double(inside) / count, widths.reduce(0, +) / count)
  }
}
