import Foundation
import MacroScenarios
import RiskMeasures
import Stochastics
import TestSupport
import Testing

@testable import StressTesting

@Suite struct TwoPhaseSamplingTests {
  private typealias Strata = CandidateStrata

  @Test func strataHoldEveryCandidateAndEveryPick() {
    #expect(Strata.strata.reduce(0) { $0 + $1.candidates } == Strata.candidateCount)
    #expect(Strata.strata.reduce(0) { $0 + $1.picks } == Strata.tileCount)
    #expect(Strata.strata.allSatisfy { $0.candidates % $0.picks == 0 })
  }

  @Test func weightsOfATileAddUp() {
    var random = PlainRandom(seed: 3)
    let picks = Strata.picks(from: Array(0..<Strata.candidateCount)) { Double.random(in: 0..<1, using: &random) }
    #expect(Set(picks.map(\.candidate)).count == Strata.tileCount)
    #expect(picks.reduce(0) { $0 + $1.weight } == Double(Strata.tileCount))
    #expect(picks.prefix(16).map(\.candidate) == Array(0..<16))
    // The ends of the unit interval pick the first and the last of each group.
    #expect(Strata.picks(from: Array(0..<Strata.candidateCount)) { 1e-300 }.last?.candidate == 8_192 - 848)
    #expect(Strata.picks(from: Array(0..<Strata.candidateCount)) { 1 }.last?.candidate == 8_191)
  }

  @Test func theWorstByEitherMeasureComeFirst() {
    var random = PlainRandom(seed: 8)
    // Few values, so that there are ties; and of every sign.
    var losses = (0..<500).map { _ in Float(Int.random(in: -20...20, using: &random)) / 4 }
    let depletions = (0..<500).map { _ in Float(Int.random(in: -20...20, using: &random)) * 3 }
    losses[123] = .nan
    func ranks(_ values: [Float]) -> [Int] {
      let worse = { (a: Int, b: Int) -> Bool in
        let (x, y) = (values[a].isNaN ? .infinity : values[a], values[b].isNaN ? .infinity : values[b])
        return (-x, a) < (-y, b)
      }
      var ranks = [Int](repeating: 0, count: values.count)
      for (rank, index) in values.indices.sorted(by: worse).enumerated() { ranks[index] = rank }
      return ranks
    }
    let byLoss = ranks(losses), byDepletion = ranks(depletions)
    let slow = losses.indices.sorted {
      (min(byLoss[$0], byDepletion[$0]), byLoss[$0]) < (min(byLoss[$1], byDepletion[$1]), byLoss[$1])
    }
    #expect(Strata.worstFirst(losses: losses, depletions: depletions) == slow)
    #expect(slow.first == 123)
  }

  /// A loss that the ranking sees with noise. The exact answers are those of the normal law.
  @Test func estimatesAreFreeOfBiasAndTheirIntervalsHold() throws {
    let runs = 100, tiles = 16
    let normal = Normal.standard, quantile = normal.quantile(0.999)
    let shortfall = normal.density(quantile) / 0.001
    var inside = (quantile: 0, shortfall: 0), share = 0.0, shareVariance = 0.0
    for run in 0..<runs {
      let sample = Self.sample(ofNoise: 0.3, firstTile: run * tiles, tiles: tiles)
      func holds(_ estimate: Estimate, _ exact: Double) -> Int {
        ((estimate.lower ?? -.infinity)...(estimate.upper ?? .infinity)).contains(exact) ? 1 : 0
      }
      inside.quantile += holds(sample.valueAtRisk(0.999), quantile)
      inside.shortfall += holds(sample.expectedShortfall(0.999), shortfall)
      let found = sample.shareAbove(quantile), error = try #require(found.standardError)
      share += found.value / Double(runs)
      shareVariance += error * error / Double(runs * runs)
      // A thousand plain paths would have an error of as much as the share itself.
      #expect(error < 0.25 * 0.001)
    }
    #expect(abs(share - 0.001) < 4 * shareVariance.squareRoot())
    // Of a hundred, a correct 95 % interval holds fewer than this once in a thousand times.
    #expect(inside.quantile >= 88 && inside.shortfall >= 88)
  }

  /// Picks of standard normals that were ranked by themselves plus noise.
  private static func sample(ofNoise noise: Double, firstTile: Int, tiles: Int) -> WeightedSample {
    let field = NormalField(seed: 12, stream: .shocks)
    var (values, weights): ([Float], [Float]) = ([], [])
    var normals = [Double](repeating: 0, count: 2 * 64)
    for tile in firstTile..<firstTile + tiles {
      var losses = [Float](repeating: 0, count: Strata.candidateCount), ranked = losses
      for start in stride(from: 0, to: Strata.candidateCount, by: 64) {
        var span = normals.mutableSpan
        field.fillTile(TilePaths(from: tile * Strata.candidateCount + start), step: 0, count: 2, into: &span)
        for path in 0..<64 {
          losses[start + path] = Float(normals[path])
          ranked[start + path] = Float(normals[path] + noise * normals[64 + path])
        }
      }
      var stream = RandomStream(seed: 4, stream: .stratification, path: tile)
      let order = Strata.worstFirst(losses: ranked, depletions: ranked)
      for pick in Strata.picks(from: order, uniform: { stream.uniform() }) {
        values.append(losses[pick.candidate])
        weights.append(Float(pick.weight))
      }
    }
    return WeightedSample(values, weights: weights, replicateSize: 64)
  }

  @Test func aPickIsThePathOfItsNumber() throws {
    let test = try ScenarioCopy(sampling: "two-phase").test(paths: 64)
    guard case .twoPhase(let sampling)? = test.tail else {
      Issue.record("no two-phase sampling")
      return
    }
    let layout = sampling.screening.layout, stride = PathChunk.columnStride
    // By the linear challenger, which does not ask in which tile of the ensemble a path stands.
    func chunk(_ paths: TilePaths) -> PathChunk {
      let chunk = PathChunk(columnCount: layout.count, sumCount: sampling.screening.sums.count)
      PipelineWorker(sampling.screening).project(paths, count: 64, keepsFans: false, into: chunk, at: 0)
      return chunk
    }
    let numbers = (0..<64).map { ($0 * 7_919 + 5) % 8_192 }
    let picked = chunk(TilePaths(at: 0) { numbers[$0] })
    for place in [0, 1, 31, 63] {
      // The slow twin: the tile of neighbours that it stands in.
      let first = numbers[place] / 64 * 64, neighbours = chunk(TilePaths(from: first))
      for column in 0..<layout.officialCount {
        #expect(
          picked.columns[column * stride + place] == neighbours.columns[column * stride + numbers[place] - first],
          "path \(numbers[place]), column \(column)")
      }
    }
  }

  @Test(arguments: ["importance", "two-phase", "auto"])
  func aRunWithATailIsTheSameAtAnyNumberOfThreads(sampling: String) throws {
    let test = try ScenarioCopy(sampling: sampling, tailPaths: 1_536).test(paths: 2_048)
    let results = try [1, 3].map { threads in
      let scratch = try ScratchDirectory()
      return try test.run(threadCount: threads, in: scratch.path, cancellation: Cancellation()) { _, _ in }
    }
    #expect(results[0] == results[1])
    let rows = results[0].rows.filter { $0.entity == "system" }
    func row(_ item: String, _ statistic: String) -> StressTestResult.Row? {
      rows.first { $0.item == item && $0.statistic == statistic }
    }
    let quantile = try #require(row("loan_loss", "var_99")), shortfall = try #require(row("loan_loss", "es_99"))
    let (lower, upper) = (try #require(quantile.value), try #require(shortfall.value))
    #expect(lower <= upper)
    let paths = try #require(row("tail_sampling", "paths")?.value)
    #expect(paths == 1_536)
    let notes = results[0].notes.map(\.text)
    let toldOfPilot = notes.contains { $0.contains("A pilot of 512 futures each") }
    #expect(toldOfPilot == (sampling == "auto"))
    guard sampling != "importance" else {
      #expect(notes.contains { $0.hasPrefix("Importance sampling") })
      return
    }
    #expect(notes.contains { $0.hasPrefix("Two-phase sampling") })
    let candidates = try #require(row("tail_sampling", "candidates")?.value)
    #expect(candidates == 1_536 * 128)
    guard sampling == "two-phase" else { return }
    // Two thousand plain paths alone know it to 1.5 %.
    let error = try #require(shortfall.standardError)
    #expect(error < 0.01 * upper)
  }
}
