import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

@Suite struct PathTotalsTests {
  private struct Drawn {
    let scratch: ScratchDirectory
    let test: StressTest
    let store: ColumnStore

    init(paths: Int) throws {
      scratch = try ScratchDirectory()
      test = try StressTest(
        ScenarioLoader.load(
          path: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), overrides: .init(paths: paths, seed: nil)))
      try test.draw(.whole, threadCount: 2, in: scratch.path, cancellation: .init(), progress: { _, _ in })
      store = try test.pathRun(in: scratch.path).store(stage: 0)
    }
  }

  /// A path is worth what its column says, and one where there is none.
  @Test func weightsAreThoseOfTheirColumn() throws {
    let drawn = try Drawn(paths: 600), column = drawn.test.pipeline.layout.system(.capitalDepletion)
    let totals = drawn.test.pipeline.pathTotals
    let weights = try [nil, column].map { weightColumn in
      try PathTotals(
        totals, weightColumn: weightColumn, chunkCount: 1, in: drawn.scratch.path + "/paths", cancellation: .init(),
        memberOfPath: { $0 }
      ).chunk(0).weights
    }
    #expect(weights[0] == [Double](repeating: 1, count: 600))
    #expect(try weights[1] == drawn.store.column(column).map { Double($0) })
  }

  /// Another economy than the one that was kept must never be told as the path's own.
  @Test func aPathThatIsDrawnAgainOtherwiseIsADefect() throws {
    let drawn = try Drawn(paths: 600), other = try Drawn(paths: 300)
    let table = TailPathTable(pipeline: drawn.test.pipeline)
    #expect(try table.paths(drawn.store, drawn.test.pathTotals(in: drawn.scratch.path)).count == 100)
    let seeded = try StressTest(
      ScenarioLoader.load(
        path: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), overrides: .init(paths: 300, seed: 1)))
    #expect(throws: NumericalFailure.self) {
      try TailPathTable(pipeline: seeded.pipeline).paths(other.store, other.test.pathTotals(in: other.scratch.path))
    }
  }

  @Test func aStoppedRunStopsHere() throws {
    let drawn = try Drawn(paths: 300), cancellation = Cancellation()
    let totals = try drawn.test.pathTotals(in: drawn.scratch.path, cancellation: cancellation)
    cancellation.request()
    #expect(throws: Interrupted.self) { try totals.chunk(0) }
    #expect(throws: OutputFailure.self) { try drawn.test.pathTotals(in: drawn.scratch.path + "/nowhere").chunk(0) }
  }
}
