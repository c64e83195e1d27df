import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

/// What a scenario's own quarters get from the crisis models that it names.
@Suite struct EarlyWarningRowsTests {
  private static let key = "  early_warning: models/early-warning-2025Q4.safetensors\n"

  /// The shipped file with the key's line replaced, beside links to the shipped data and models.
  private static func test(_ line: String, in scratch: ScratchDirectory) throws -> StressTest {
    let shipped = try String(
      contentsOfFile: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), encoding: .utf8)
    try #require(shipped.contains(key))
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    let path = scratch.path + "/changed.yaml"
    try shipped.replacing(key, with: line).write(toFile: path, atomically: true, encoding: .utf8)
    return try StressTest(ScenarioLoader.load(path: path, overrides: .init(paths: 64)))
  }

  @Test func aScenarioThatNamesTheModelsHasARowForEachQuarter() throws {
    let scratch = try ScratchDirectory()
    let test = try Self.test(Self.key, in: scratch)
    let model = try #require(test.earlyWarning)
    let rows = EarlyWarningRows(model: model, scenario: test.scenario).rows
    for kind in ["cnn", "logistic"] {
      let own = rows.filter { $0.item == "early_warning" && $0.variant == kind && $0.quarter != nil }
      let quarters = Set(own.compactMap(\.quarter)).sorted()
      #expect(quarters.count == 17 && quarters.first == "2025Q1" && quarters.last == "2029Q1")
      for quarter in quarters {
        let p = own.filter { $0.quarter == quarter && $0.statistic != "member_spread" }.compactMap(\.value)
        #expect(p.count == 3 && abs(p.reduce(0, +) - 1) < 1e-6 && p.allSatisfy { (0...1).contains($0) })
      }
      let drivers = rows.filter { $0.item == "early_warning_driver" && $0.variant == kind }
      #expect(drivers.count == 14)
      let sum = drivers.filter { $0.statistic != "completeness_gap" }.compactMap(\.value).reduce(0, +)
      let highest = try #require(
        quarters.filter { $0 > "2025Q4" }.map { quarter in
          own.filter { $0.quarter == quarter && ["elevated", "crisis"].contains($0.statistic) }
            .compactMap(\.value).reduce(0, +)
        }.max())
      // The sum that stands for the integral is off by a hundredth of a point at most.
      #expect(abs(sum - highest) < 0.01)
    }
    #expect(test.identity.models.map(\.file).last == "models/early-warning-2025Q4.safetensors")
    #expect(test.identity.models.allSatisfy { $0.hash.count == 64 })
  }

  @Test func withoutTheKeyNothingIsSaidAndAllElseIsTheSame() throws {
    let (with, without) = (try ScratchDirectory(), try ScratchDirectory())
    let named = try Self.test(Self.key, in: with), unnamed = try Self.test("", in: without)
    #expect(unnamed.earlyWarning == nil && unnamed.identity.models.count == named.identity.models.count - 1)
    #expect(named.identity.runIdentity != unnamed.identity.runIdentity)
    func rows(_ test: StressTest, _ scratch: ScratchDirectory) throws -> [StressTestResult.Row] {
      try test.run(
        threadCount: 1, in: scratch.path, cancellation: Cancellation(), progress: { _, _ in }
      ).rows.filter { !$0.item.hasPrefix("early_warning") }
    }
    #expect(try rows(named, with) == rows(unnamed, without))
  }

  @Test func weightsOfALaterJumpOffAreRefused() throws {
    let path = repositoryFile("scenarios/us-severely-adverse-2024.yaml")
    let scratch = try ScratchDirectory()
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacing("early-warning-2023Q4", with: "early-warning-2025Q4")
    try text.write(toFile: scratch.path + "/late.yaml", atomically: true, encoding: .utf8)
    let scenario = try ScenarioLoader.load(path: scratch.path + "/late.yaml", overrides: .init(paths: 64))
    let error = #expect(throws: InvalidInput.self) { try StressTest(scenario) }
    #expect(error?.diagnostics.first?.code == "M020")
  }

  @Test func weightsThatAreNoneAreRefused() throws {
    let scratch = try ScratchDirectory()
    let error = #expect(throws: InvalidInput.self) {
      try Self.test("  early_warning: models/loss-rates-2025Q4.safetensors\n", in: scratch)
    }
    #expect(error?.kind == .invalid && error?.diagnostics.first?.code == "M002")
    let other = try ScratchDirectory()
    let absent = #expect(throws: InvalidInput.self) {
      try Self.test("  early_warning: models/nowhere.safetensors\n", in: other)
    }
    #expect(absent?.kind == .missing && absent?.diagnostics.contains { $0.code == "S045" } == true)
  }
}
