import Banking
import CreditRisk
import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

/// The shipped scenario with a card portfolio, on few paths.
@Suite("A card portfolio in a run")
struct CardPortfolioTests {
  typealias Row = StressTestResult.Row

  private static func result(threads: Int = 2) throws -> StressTestResult {
    let scratch = try ScratchDirectory()
    let scenario = try ScenarioLoader.load(
      path: repositoryFile("scenarios/card-portfolio-2026.yaml"), overrides: .init(paths: 600))
    return try StressTest(scenario).run(
      threadCount: threads, in: scratch.path, cancellation: Cancellation(), progress: { _, _ in })
  }

  private static let shared = Result { try result() }

  private func values(_ result: StressTestResult, _ item: String, _ statistic: String, quarter: String? = nil)
    -> [Double]
  {
    result.entities.filter { $0.kind == .segment }.compactMap { segment in
      result.rows.first {
        $0.entity == segment.id && $0.item == item && $0.statistic == statistic && $0.quarter == quarter
      }?.value
    }
  }

  private func value(
    _ result: StressTestResult, _ entity: String, _ item: String, _ statistic: String, quarter: String? = nil
  ) throws -> Double {
    try #require(
      result.rows.first {
        $0.entity == entity && $0.item == item && $0.statistic == statistic && $0.quarter == quarter
      }?.value)
  }

  @Test("ten segments share out balance and losses, and each bears more the riskier it is")
  func shares() throws {
    let result = try Self.shared.get()
    let balances = values(result, "exposure_share", "level")
    #expect(balances.count == 10)
    expectClose(balances.reduce(0, +), 1, absolute: 1e-12)
    // Single precision of every path's share.
    expectClose(values(result, "loss_share", "mean").reduce(0, +), 1, absolute: 1e-6)
    let rates = values(result, "segment_loss_rate", "mean")
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 < $1 })
    #expect(values(result, "odds_to_safest", "level")[0] == 1)
    for statistic in ["p05", "p50", "p95"] {
      let defaults = values(result, "probability_of_default", statistic, quarter: "2026Q4")
      #expect(zip(defaults, defaults.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test("the balance-weighted losses are those that the loss-rate model gives")
  func level() throws {
    let result = try Self.shared.get()
    let shares = values(result, "exposure_share", "level")
    // Every segment's default rises with the level, so that a quantile of one is made of quantiles of the other: the
    // middle future of a quarter adds up, as an order statistic does.
    for quarter in ["2026Q1", "2027Q1", "2028Q1"] {
      let rate = try value(result, "credit_card", "annualised_loss_rate", "p50", quarter: quarter)
      let defaults = values(result, "probability_of_default", "p50", quarter: quarter)
      let mean = zip(shares, defaults).reduce(0) { $0 + $1.0 * $1.1 }
      expectClose(mean, rate / 4 / 0.9, relative: 1e-6, quarter)
      expectClose(
        try value(result, "credit_card", "probability_of_default", "p50", quarter: quarter), rate / 4 / 0.9,
        relative: 1e-6)
    }
    let total = zip(values(result, "segment_loss", "mean"), shares).reduce(0) { $0 + $1.0 }
    let balance = try value(result, "credit_card", "balance", "level")
    let rates = zip(values(result, "segment_loss_rate", "mean"), shares).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(total, balance * rates, relative: 1e-9)
    // Before effects of single banks, which are one on average: near the losses of the capital walk.
    expectClose(total, try value(result, "credit_card", "loan_loss", "mean"), relative: 0.1)
  }

  @Test("the number of threads changes no bit")
  func threads() throws { #expect(try Self.shared.get() == Self.result(threads: 1)) }

  @Test("card and inputs are told, with the date of the accounts")
  func identity() throws {
    let result = try Self.shared.get()
    let model = try #require(result.models.first { $0.file == "models/accounts.safetensors" })
    #expect(model.hash.count == 64)
    #expect(result.inputs.first { $0.file == "data/card-accounts-2005.csv" }?.asOf == "2005Q3")
    #expect(result.notes.contains { $0.text.contains("does not transfer") })
  }

  @Test("without a card portfolio nothing of it is in the result")
  func absent() throws {
    let scratch = try ScratchDirectory()
    let scenario = try ScenarioLoader.load(
      path: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), overrides: .init(paths: 100))
    let result = try StressTest(scenario).run(
      threadCount: 2, in: scratch.path, cancellation: Cancellation(), progress: { _, _ in })
    #expect(!result.entities.contains { $0.kind == .segment })
    #expect(!result.models.contains { $0.file == "models/accounts.safetensors" })
    #expect(!result.rows.contains { $0.item == "probability_of_default" })
  }

  @Test("statements of a time after the jump-off, and a table that is none, are refused")
  func refused() throws {
    let scratch = try ScratchDirectory()
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    let base = try String(
      contentsOfFile: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), encoding: .utf8)
    try Data(base.utf8).write(to: URL(filePath: scratch.path + "/us-severely-adverse-2026.yaml"))
    let own = try String(contentsOfFile: repositoryFile("scenarios/card-portfolio-2026.yaml"), encoding: .utf8)
    try Data(own.replacing("data/card-accounts-2005.csv", with: "accounts.csv").utf8)
      .write(to: URL(filePath: scratch.path + "/own.yaml"))
    let table = try String(contentsOfFile: repositoryFile("scenarios/data/card-accounts-2005.csv"), encoding: .utf8)
    let some = table.split(separator: "\n").prefix(205).joined(separator: "\n")
    func code(_ text: String) throws -> String? {
      try Data(text.utf8).write(to: URL(filePath: scratch.path + "/accounts.csv"))
      do {
        _ = try StressTest(ScenarioLoader.load(path: scratch.path + "/own.yaml", overrides: .init(paths: 10)))
        return nil
      } catch {
        return error.diagnostics.first?.code
      }
    }
    #expect(try code(some) == nil)
    let later = some.replacing("_2005_", with: "_2026_")
    #expect(try code(later) == "S042")
    #expect(try code(some.replacing("bill_2005_04", with: "bills")) == "A001")
  }
}
