import Banking
import Foundation
import MacroScenarios
import RiskMeasures
import TestSupport
import Testing

@testable import StressTesting

/// The shipped scenario with its shipped data and weights, on few paths.
@Suite struct StressTestTests {
  typealias Row = StressTestResult.Row

  private static func scenario(_ name: String = "us-severely-adverse-2026", paths: Int, seed: UInt64? = nil) throws
    -> Scenario
  {
    try ScenarioLoader.load(
      path: repositoryFile("scenarios/\(name).yaml"), overrides: .init(paths: paths, seed: seed))
  }

  private static func result(
    _ name: String = "us-severely-adverse-2026", paths: Int, threads: Int = 2, seed: UInt64? = nil
  ) throws -> StressTestResult {
    let scratch = try ScratchDirectory()
    return try StressTest(scenario(name, paths: paths, seed: seed)).run(
      threadCount: threads, in: scratch.path, cancellation: Cancellation(), progress: { _, _ in })
  }

  /// One run that most tests look at.
  static let shared = Result { try result(paths: 5_000) }

  private func value(_ rows: [Row], _ entity: String, _ item: String, _ statistic: String) throws -> Double {
    try #require(
      rows.first {
        $0.entity == entity && $0.item == item && $0.statistic == statistic && $0.variant == nil && $0.quarter == nil
      }?.value)
  }

  @Test func threadsAndRepetitionChangeNoBit() throws {
    let one = try Self.result(paths: 5_000, threads: 1)
    let three = try Self.result(paths: 5_000, threads: 3)
    #expect(one == three)
    #expect(try Self.shared.get() == one)
  }

  @Test func anotherSeedGivesOtherPathsAndAnotherIdentity() throws {
    let other = try Self.result(paths: 5_000, seed: 1)
    let shared = try Self.shared.get()
    #expect(other.runIdentity != shared.runIdentity)
    let mine = try value(other.rows, "system", "loan_loss", "mean")
    let mean = try value(shared.rows, "system", "loan_loss", "mean")
    #expect(mine != mean)
    // Two estimates with a relative error of about 0.2 % each.
    #expect(abs(mine / mean - 1) < 0.015)
  }

  @Test func theFirstPathsAreTheSameInALongerRun() throws {
    let short = try ScratchDirectory(), long = try ScratchDirectory()
    let test = try StressTest(Self.scenario(paths: 1_000))
    func columns(_ paths: Int, _ directory: String) throws -> ColumnStore {
      let run = PathRun(
        stages: [PathStage("paths", pathCount: paths, test.pipeline)], runIdentity: [UInt8](repeating: 0, count: 32),
        directory: directory, threadCount: 2)
      try run.draw(run.tasks) { _ in }
      return try run.store(stage: 0)
    }
    let few = try columns(777, short.path), many = try columns(4_500, long.path)
    for column in 0..<test.pipeline.layout.count {
      #expect(try few.column(column) == Array(many.column(column).prefix(777)), "column \(column)")
    }
  }

  /// Five thousand paths of one author's file without any uncertainty are five thousand times the central path.
  @Test func noUncertaintyGivesOneOutcome() throws {
    let scratch = try ScratchDirectory()
    let shipped = try String(
      contentsOfFile: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), encoding: .utf8)
    let still =
      shipped
      .replacing("scale: 1.0", with: "scale: 0.0")
      .replacing("{residuals: on, bank_effects: on}", with: "{residuals: off, bank_effects: off}")
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    #expect(still.contains("scale: 0.0") && still.contains("residuals: off"))
    let path = scratch.path + "/still.yaml"
    try still.write(toFile: path, atomically: true, encoding: .utf8)
    let test = try StressTest(ScenarioLoader.load(path: path, overrides: .init(paths: 1_024)))
    let result = try test.run(
      threadCount: 2, in: scratch.path + "/blocks", cancellation: Cancellation(), progress: { _, _ in })
    for factor in test.scenario.factors {
      for quarter in 0..<test.scenario.horizon {
        let name = "\(test.scenario.quarter(quarter))"
        let rows = result.rows.filter { $0.entity == factor.id && $0.item == "macro" && $0.quarter == name }
        let central = try #require(rows.first { $0.statistic == "central" }?.value)
        for row in rows where row.statistic != "central" { #expect(row.value == Double(Float(central))) }
      }
    }
    // What is left is the spread of the ensemble's eight members.
    let members = try #require(result.rows.first { $0.item == "uncertainty" && $0.statistic == "parameters" }?.value)
    let all = try #require(result.rows.first { $0.item == "uncertainty" && $0.statistic == "all" }?.value)
    let macro = try #require(result.rows.first { $0.item == "uncertainty" && $0.statistic == "macro" }?.value)
    #expect(macro == 0)
    #expect(members > 0 && abs(members / all - 1) < 0.1)
  }

  /// The file as shipped but for one change, in a folder of its own beside links to the shipped data and models.
  private static func changed(_ text: String, to other: String, in scratch: ScratchDirectory) throws -> Scenario {
    let shipped = try String(
      contentsOfFile: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), encoding: .utf8)
    try #require(shipped.contains(text))
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    let path = scratch.path + "/changed.yaml"
    try shipped.replacing(text, with: other).write(toFile: path, atomically: true, encoding: .utf8)
    return try ScenarioLoader.load(path: path, overrides: .init(paths: 64))
  }

  @Test func moneyOfAnotherCurrencyIsRefused() throws {
    let scratch = try ScratchDirectory()
    let scenario = try Self.changed("currency: USD", to: "currency: EUR", in: scratch)
    #expect { try StressTest(scenario) } throws: { error in
      (error as? InvalidInput)?.diagnostics.map(\.code) == ["T063"]
    }
  }

  @Test func onePathHasFiguresAndNoErrors() throws {
    let result = try Self.result(paths: 1)
    let walk = try #require(result.rows.first { $0.entity == "system" && $0.item == "walk.provisions" })
    #expect(walk.value != nil && walk.standardError == nil && walk.lower == nil)
    #expect(result.rows.filter { $0.item == "uncertainty" }.allSatisfy { $0.value == nil })
  }

  @Test func lossesOfBanksAndOfLoanTypesAddUpToTheSystems() throws {
    let result = try Self.shared.get()
    let system = try value(result.rows, "system", "loan_loss", "mean")
    for kind in [StressTestResult.Entity.Kind.bank, .loanType] {
      let sum = try result.entities.filter { $0.kind == kind }
        .reduce(0) { try $0 + value(result.rows, $1.id, "loan_loss", "mean") }
      // Columns are single precision: each mean is good to about 1e-7.
      #expect(abs(sum / system - 1) < 1e-6)
    }
  }

  @Test func theWalkReconcilesForEveryBankAndTheSystem() throws {
    let result = try Self.shared.get()
    for entity in result.entities where entity.kind == .bank || entity.kind == .system {
      let walk = result.rows.filter { $0.entity == entity.id && $0.item.hasPrefix("walk.") }
      #expect(walk.count == 9)
      let start = try value(walk, entity.id, "walk.start", "mean"), end = try value(walk, entity.id, "walk.end", "mean")
      let weights = try value(result.rows, entity.id, "risk_weighted_assets", "level")
      let causes = walk.filter { !["walk.start", "walk.end"].contains($0.item) }.compactMap(\.value).reduce(0, +)
      #expect(abs(start + causes - end) <= 1e-9 * start)
      #expect(walk.allSatisfy { $0.standardError != nil })
      let last = "\(Quarter(result.scenario.jumpOff)!.advanced(by: result.scenario.capitalHorizon))"
      let median = try #require(
        result.rows.first {
          $0.entity == entity.id && $0.item == "cet1_ratio" && $0.quarter == last && $0.statistic == "p50"
        }?.value)
      // The mean of the end is no more than a third of the way between the quantiles off its median.
      #expect(abs(end / weights - median) < 0.03)
    }
  }

  @Test func everyTailMeasureIsInOrder() throws {
    let rows = try Self.shared.get().rows
    let entities = try Self.shared.get().entities.filter { $0.kind == .bank || $0.kind == .system }
    for entity in entities {
      for item in ["loan_loss", "capital_depletion"] {
        var last = -Double.infinity
        for level in ["95", "99", "99.9"] {
          let quantile = try value(rows, entity.id, item, "var_" + level)
          let shortfall = try value(rows, entity.id, item, "es_" + level)
          #expect(shortfall >= quantile && quantile >= last, "\(entity.name) \(item) \(level)")
          last = quantile
        }
      }
    }
  }

  @Test func noFigureIsNotANumber() throws {
    for row in try Self.shared.get().rows {
      for figure in [row.value, row.standardError, row.lower, row.upper, row.parameterError, row.modelError] {
        #expect(figure.map(\.isFinite) ?? true, "\(row)")
      }
    }
  }

  /// A milder economy costs less: the baseline against the severely adverse path, same banks, same draws.
  @Test func theBaselineIsMilder() throws {
    let baseline = try Self.result("us-baseline-2026", paths: 2_000), severe = try Self.shared.get()
    #expect(
      try value(baseline.rows, "system", "loan_loss", "p50") < 0.7 * value(severe.rows, "system", "loan_loss", "p50"))
    #expect(
      try value(baseline.rows, "system", "minimum_cet1_ratio", "p50")
        > value(severe.rows, "system", "minimum_cet1_ratio", "p50"))
  }
}
