import Foundation
import MacroScenarios
import RiskMeasures
import Stochastics
import Testing

@testable import StressTesting

@Suite struct TailExperiment {
  @Test func experiment() throws {
    let test = try StressTest(
      try ScenarioLoader.load(path: FileManager.default.currentDirectoryPath + "/scenarios/us-severely-adverse-2026.yaml"))
    var clock = ContinuousClock.now
    let pilot = TailPilot(pipeline: try test.pipeline(seed: 1, networks: [], runsNetwork: false), seed: 3)
    let tail = try pilot.run()!
    print("pilot", ContinuousClock.now - clock, "shift", tail.law.shift)
    let base = try test.pipeline(seed: 2, networks: [], runsNetwork: true)
    let parts = base.normals
    var start = 0
    for part in parts {
      print("share of direction", tail.direction[start..<start + part.count].reduce(0) { $0 + $1 * $1 })
      start += part.count
    }
    let moved = base.moved(tail)
    for (pipeline, name) in [(base, "plain"), (moved, "tail")] {
      clock = ContinuousClock.now
      let count = name == "plain" ? 262_144 : 16_384
      let worker = pipeline.makeWorker(), layout = pipeline.layout
      let chunk = PathChunk(columnCount: layout.count, sumCount: pipeline.sums.count)
      for item in [ColumnLayout.SystemItem.loanLoss, .capitalDepletion] {
        var values: [Float] = [], weights: [Float] = []
        for first in stride(from: 0, to: count, by: 4096) {
          for offset in stride(from: 0, to: 4096, by: 512) {
            try worker.project(firstPath: first + offset, count: 512, into: chunk, at: offset)
          }
          let c = layout.system(item) * PathChunk.columnStride
          values += chunk.columns[c..<c + 4096]
          let w = layout.weight * PathChunk.columnStride
          weights += name == "plain" ? Array(repeating: 1, count: 4096) : Array(chunk.columns[w..<w + 4096])
        }
        let sample = WeightedSample(values, weights: weights, replicateSize: name == "plain" ? 1 : 64)
        for level in [0.95, 0.99, 0.999, 0.9999] {
          let v = sample.valueAtRisk(level), e = sample.expectedShortfall(level)
          print(name, item, level, v.value, v.standardError ?? -1, e.value, e.standardError ?? -1,
            "relative 95% half-width", 1.96 * (v.standardError ?? 0) / v.value, 1.96 * (e.standardError ?? 0) / e.value,
            "effective", sample.effectiveCount(beyond: level))
        }
      }
      print(name, ContinuousClock.now - clock)
    }
  }
}
