import Foundation
import Testing

@testable import MacroScenarios

@Suite("The scenarios that are shipped")
struct ShippedScenarioTests {
  private static let scenarios = "\(ScenarioFolder.repository)/scenarios"

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: scenarios)) ?? []).filter { $0.hasSuffix(".yaml") }.sorted()

  /// Bank tables and weights stand in their own places; here a file of the same name will do.
  private func load(_ name: String) throws -> Scenario {
    let folder = try ScenarioFolder()
    for file in Self.names {
      var text = try String(contentsOfFile: "\(Self.scenarios)/\(file)", encoding: .utf8)
      text.replace(/models\/[\w-]+\.safetensors/, with: "weights.safetensors")
      text.replace(/data\/us-banks-\w+\.csv/, with: file.contains("2024") ? "old-banks.csv" : "banks.csv")
      try folder.write(text, to: file)
    }
    try folder.write("id_rssd,bank,cet1_ratio\nas_of,,2023Q4\n1073757,One,11.5\n", to: "old-banks.csv")
    do {
      return try folder.load(name)
    } catch {
      Issue.record("\(error.text())")
      throw error
    }
  }

  @Test("there are four or more, and each loads in well under a second", arguments: names)
  func loads(_ name: String) throws {
    #expect(Self.names.count >= 4)
    var scenario: Scenario?
    let time = try processorTime { scenario = try load(name) }
    #expect(time < 1)
    #expect(scenario.map { "\($0.id).yaml" } == name)
  }

  @Test("the Board's paths, as published")
  func published() throws {
    let scenario = try load("us-severely-adverse-2026.yaml")
    let unemployment = (0..<13).map { scenario.central[$0 * 16 + 4] }
    #expect(unemployment.max() == 10.0 / 100 && unemployment.firstIndex(of: 0.1) == 6)
    #expect(scenario.central[7 * 16 + 14] == 187.0, "commercial property at its lowest")
    let earlier = try load("us-severely-adverse-2024.yaml")
    #expect(earlier.central[6 * 16 + 13] == 198.8 && earlier.history.lastQuarter == Quarter(year: 2023, number: 4))
  }

  @Test("history and path of one vintage join without rescaling", arguments: names)
  func join(_ name: String) throws {
    #expect(try load(name).warnings.allSatisfy { $0.code != "S053" })
  }

  @Test("paths of every exercise have thirteen quarters after their as_of")
  func table() throws {
    let table = try ScenarioTable(contentsOf: "\(Self.scenarios)/data/us-scenarios-domestic.csv")
    #expect(table.factors == RiskFactor.catalogue)
    #expect(table.paths.count == 11)
    for path in table.paths {
      #expect(path.asOf.distance(to: path.lastQuarter) == 13)
      #expect(path.values.allSatisfy { $0.allSatisfy { $0 != nil } })
    }
    let exercises = table.paths.filter { $0.scenario == "severely_adverse" }.map(\.vintage)
    #expect(exercises == ["2015", "2020_december_resubmission", "2021", "2023", "2024", "2025", "2026_final"])
  }
}
