import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

/// The example that is shipped cannot rot: the shipped scenario, run in full, gives the shipped figures.
@Suite struct CommittedResultTests {
  @Test func theShippedExampleIsWhatTheScenarioGives() throws {
    let scratch = try ScratchDirectory()
    let id = "us-severely-adverse-2026"
    let test = try StressTest(ScenarioLoader.load(path: repositoryFile("scenarios/\(id).yaml")))
    let result = try test.run(
      threadCount: 2, in: scratch.path, cancellation: Cancellation(), progress: { _, _ in })
    let bytes = try #require(FileManager.default.contents(atPath: repositoryFile("reports/\(id)/results.json")))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let shipped = try decoder.decode(StressTestResult.self, from: bytes)
    #expect(result.rows.count == shipped.rows.count)
    if result.runIdentity == shipped.runIdentity {
      #expect(result == shipped)
      return
    }
    // Another processor's networks differ in their last bits: 1e-5 of a figure (a million, or 1e-6, where it is a small
    // difference of large ones), and two paths of a count.
    let paths = Double(test.scenario.simulation.paths)
    for (new, old) in zip(result.rows, shipped.rows) {
      #expect(new.entity == old.entity && new.item == old.item && new.statistic == old.statistic)
      guard let value = new.value, let expected = old.value else {
        #expect((new.value == nil) == (old.value == nil))
        continue
      }
      let isCount = ["breach", "banks_breaching", "defaults"].contains(new.item)
      expectClose(
        value, expected, absolute: isCount ? 2.5 / paths : new.unit == "millions" ? 1 : 1e-6, relative: 1e-5,
        "\(new.entity) \(new.item) \(new.statistic)")
    }
  }
}
