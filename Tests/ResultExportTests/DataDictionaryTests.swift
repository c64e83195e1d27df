import Foundation
import MacroScenarios
import StressTesting
import TestSupport
import Testing

@testable import ResultExport

/// Whatever a result holds is explained. A new item, statistic, variant or unit needs an entry in
/// `DataDictionary+Items.swift` or `DataDictionary+Statistics.swift`.
@Suite struct DataDictionaryTests {
  private func expectExplained(_ result: StressTestResult) {
    var unexplained: Set<String> = []
    func demand(_ isExplained: Bool, _ name: String) {
      if !isExplained { unexplained.insert(name) }
    }
    for names in Set(result.rows.map { [$0.item, $0.statistic, $0.unit, $0.variant] }) {
      let item = names[0] ?? "", statistic = names[1] ?? "", unit = names[2] ?? ""
      demand(DataDictionary.describes(item: item), "item \(item)")
      demand(DataDictionary.describes(statistic: statistic, of: item), "statistic \(statistic) of \(item)")
      demand(DataDictionary.describes(unit: unit), "unit \(unit)")
      let always = DataDictionary.items.first { $0.name == item }?.unit ?? ""
      demand(
        always.isEmpty || always == unit || statistic.hasPrefix("probability"), "unit \(unit) of \(item) \(statistic)")
      guard let variant = names[3] else { continue }
      demand(DataDictionary.describes(variant: variant, of: item), "variant \(variant) of \(item)")
    }
    for column in result.tailColumns ?? [] {
      demand(DataDictionary.describes(item: column.item), "item \(column.item)")
      demand(DataDictionary.describes(statistic: column.statistic, of: column.item), "statistic \(column.statistic)")
      demand(DataDictionary.describes(unit: column.unit), "unit \(column.unit)")
    }
    #expect(unexplained.isEmpty, "not in the data dictionary: \(unexplained.sorted())")
  }

  @Test(arguments: ExportFixture.ids)
  func shippedResultsAreExplained(id: String) throws { expectExplained(try ExportFixture.shipped(id)) }

  @Test func aRunOfTodayIsExplained() throws { expectExplained(try ExportFixture.short.get().result) }

  @Test func aCardPortfolioIsExplained() throws {
    let scratch = try ScratchDirectory()
    expectExplained(try ExportFixture.run("card-portfolio-2026", paths: 200, in: scratch.path).1)
  }

  @Test func aStoppingRuleIsExplained() throws {
    let scratch = try ScratchDirectory()
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    let rule = "  stop_when: {metric: min(system.cet1_ratio), measure: p05, half_width: 1%}"
    let shipped = try String(
      contentsOfFile: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), encoding: .utf8)
    let path = scratch.path + "/stopping.yaml"
    try shipped.replacing("simulation:\n", with: "simulation:\n\(rule)\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    let test = try StressTest(ScenarioLoader.load(path: path, overrides: .init(paths: 200)))
    let result = try test.run(
      threadCount: 2, in: scratch.path + "/blocks", cancellation: Cancellation(), progress: { _, _ in })
    #expect(result.stopping != nil)
    expectExplained(result)
  }

  @Test func whatIsUnknownIsNotExplained() {
    #expect(!DataDictionary.describes(item: "loan_losses"))
    #expect(!DataDictionary.describes(statistic: "var_", of: "loan_loss"))
    #expect(!DataDictionary.describes(statistic: "var_99x", of: "loan_loss"))
    #expect(!DataDictionary.describes(statistic: "calm", of: "loan_loss"))
    #expect(!DataDictionary.describes(variant: "inside_share=%", of: "defaults"))
    #expect(!DataDictionary.describes(unit: "percent"))
  }

  @Test func entriesAreWholeAndEachStandsOnce() throws {
    let entries = DataDictionary.entries
    #expect(Set(entries.map { [$0.kind.rawValue, $0.place, $0.name] }).count == entries.count)
    #expect(entries.allSatisfy { !$0.meaning.isEmpty && !$0.name.isEmpty && !$0.meaning.contains("\n") })
    for unit in Set(entries.map(\.unit)) where !unit.isEmpty { #expect(DataDictionary.describes(unit: unit)) }
    for table in Schema.all { for column in table.columns { #expect(!column.meaning.contains("\n")) } }
    #expect(try CommaSeparatedReader(ResultTables.dictionary).rows.count == entries.count + 1)
  }
}
