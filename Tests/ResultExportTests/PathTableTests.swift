import Foundation
import GRDB
import MacroScenarios
import SatelliteModels
import TestSupport
import Testing

@testable import ResultExport
@testable import StressTesting

@Suite struct PathTableTests {
  private static func write(_ scratch: ScratchDirectory, threads: Int = 2) throws -> String {
    let path = scratch.path + "/paths.csv"
    try PathTable.write(ExportFixture.short.get().totals, threadCount: threads, to: path)
    return path
  }

  /// Columns by name, read by the other reader.
  private static func columns(_ path: String) throws -> [String: [Double?]] {
    let rows = try CommaSeparatedReader(Array(#require(FileManager.default.contents(atPath: path)))).rows
    return Dictionary(
      uniqueKeysWithValues: rows[0].enumerated().map { place, name in
        (name ?? "", rows.dropFirst().map { $0[place].flatMap { Double($0) } })
      })
  }

  @Test func theFiguresOfTheReportFollowFromTheTable() throws {
    let run = try ExportFixture.short.get(), scratch = try ScratchDirectory()
    let columns = try Self.columns(try Self.write(scratch))
    let n = run.result.scenario.paths
    #expect(columns["path"] == (0..<n).map { Double($0) } && columns["weight"]?.allSatisfy { $0 == 1 } == true)
    func row(_ entity: String, _ item: String, _ statistic: String, _ variant: String? = nil) throws -> Double {
      try #require(
        run.result.rows.first {
          $0.entity == entity && $0.item == item && $0.statistic == statistic && $0.variant == variant
            && $0.quarter == nil
        }?.value)
    }
    func sorted(_ name: String) throws -> [Double] { try #require(columns[name]).map { try #require($0) }.sorted() }
    // The smallest loss that at least so many paths do not exceed.
    for (statistic, level) in [("var_95", 0.95), ("var_99", 0.99), ("var_99.9", 0.999), ("p50", 0.5)] {
      for item in ["loan_loss", "capital_depletion"] {
        let losses = try sorted(item)
        let rank = Int((Double(n) * level).rounded(.up))
        #expect(losses[rank - 1] == (try row("system", item, statistic)), "\(item) \(statistic)")
      }
    }
    // Means are added in another order.
    let mean = try sorted("loan_loss").reduce(0, +) / Double(n)
    expectClose(mean, try row("system", "loan_loss", "mean"), relative: 1e-12, "mean")
    let cards = try sorted("loan_loss_credit_card").reduce(0, +) / Double(n)
    expectClose(cards, try row("credit_card", "loan_loss", "mean"), relative: 1e-12, "cards")
    let variants = run.test.pipeline.networks.map(\.variant)
    #expect(variants.count == 2)
    for (network, variant) in variants.enumerated() {
      let defaults = try sorted("network_\(network + 1)_defaults")
      expectClose(
        Double(defaults.count { $0 > 0 }) / Double(n), try row("system", "defaults", "probability_any", variant),
        relative: 1e-12, variant)
    }
    let breaching = try sorted("banks_breaching")
    expectClose(
      Double(breaching.count { $0 >= 1 }) / Double(n), try row("system", "banks_breaching", "probability_at_least_1"),
      relative: 1e-12, "breaching")
    let types = columns.keys.filter { $0.hasPrefix("loan_loss_") && $0 != "loan_loss_without_proxies" }
    #expect(types.count == 7)
    let model = run.test.pipeline.lossRates.model
    #expect(columns["member"] == (0..<n).map { Double(model.memberOfPath($0)) })
  }

  @Test func theTailPathsAreTheWorstOfTheTable() throws {
    let run = try ExportFixture.short.get(), scratch = try ScratchDirectory()
    let columns = try Self.columns(try Self.write(scratch))
    let losses = try #require(columns["loan_loss"]).map { $0 ?? 0 }
    let worst = losses.indices.sorted { (losses[$1], $0) < (losses[$0], $1) }.prefix(100)
    let paths = try #require(run.result.tailPaths), described = try #require(run.result.tailColumns)
    #expect(paths.map(\.path) == Array(worst))
    for path in paths {
      let totals = run.test.pipeline.pathTotals.map { columns[$0.name]?[path.path] }
      #expect(totals == path.values.prefix(totals.count).map { $0 }, "path \(path.path)")
    }
    // The economy is drawn again; the first paths' own is on disk, in single precision.
    let pipeline = run.test.pipeline, store = try run.test.pathRun(in: run.scratch.path).store(stage: 0)
    for (index, factor) in pipeline.scenario.factors.enumerated() {
      let quarters = try (0..<pipeline.scenario.horizon).map {
        try store.column(pipeline.layout.factor(index, quarter: $0))
      }
      for (statistic, extreme) in [("lowest", { $0.min() }), ("highest", { $0.max() })]
        as [(String, ([Float]) -> Float?)]
      {
        let place = try #require(described.firstIndex { $0.entity == factor.id && $0.statistic == statistic })
        let kept = paths.map { path in extreme(quarters.map { $0[path.path] }) }
        #expect(paths.map { Float($0.values[place]) } == kept, "\(factor.id) \(statistic)")
      }
    }
  }

  /// Against sorting all, with many equal losses.
  @Test(arguments: [0, 1, 5, 99, 100, 101, 3_000])
  func worstPathsAreFoundInOneSweep(count: Int) {
    let losses = (0..<count).map { Float(($0 &* 7_919) % 61) }
    let expected = losses.indices.sorted { (losses[$1], $0) < (losses[$0], $1) }.prefix(100)
    #expect(TailPathTable.worst(losses) == Array(expected))
  }

  @Test func threadsChangeNoByte() throws {
    let one = try ScratchDirectory(), three = try ScratchDirectory()
    let hashes = [try Self.write(one, threads: 1), try Self.write(three, threads: 3)].map { Digest.sha256(ofFile: $0) }
    #expect(hashes[0] != nil && hashes[0] == hashes[1])
  }

  @Test func aDatabaseTakesThemIn() throws {
    let run = try ExportFixture.short.get(), scratch = try ScratchDirectory()
    let path = try Self.write(scratch)
    let columns = try Self.columns(path)
    let rows = try ExportFixture.database([run.result], in: scratch, paths: path).read {
      try GRDB.Row.fetchAll($0, sql: "SELECT * FROM paths ORDER BY path")
    }
    try #require(rows.count == 5_000)
    for column in Schema.pathColumns {
      #expect(rows.map { $0[column.name] as Double? } == columns[column.name], "\(column.name)")
    }
  }

  /// Every way in which a table of paths can be another one than was written.
  @Test func otherTablesAreRefused() throws {
    let scratch = try ScratchDirectory()
    let table = try String(contentsOfFile: Self.write(scratch), encoding: .utf8)
    let whole = table.split(separator: "\n").prefix(11).joined(separator: "\n") + "\n"
    func lines(_ change: (inout [Substring]) -> Void) -> String {
      var lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
      change(&lines)
      return lines.joined(separator: "\n")
    }
    let wrong: [(String, String)] = [
      ("", "0 whole paths"), ("path\n", "not a table of paths"), (String(whole.dropLast(1)), "whole paths"),
      (lines { $0.remove(at: 3) }, "expected path 2"), (lines { $0.swapAt(1, 2) }, "expected path 0"),
      (lines { $0[5] += ",1" }, "numbers"), (lines { $0[1].replace(",1,", with: ",nan,") }, "numbers"),
      (lines { $0[1].replace(",1,", with: ",,") }, "numbers"),
      (lines { $0[1].replace(",1,", with: ",1 OR 1,") }, "numbers"),
      (
        lines {
          $0.removeLast(2); $0.append("")
        }, "9 whole paths"
      ), (whole + "10\n", "expected path 10"),
      (String(repeating: "a", count: 200_000), "not a table of paths"),
    ]
    for (text, reason) in wrong {
      let path = scratch.path + "/wrong.csv"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: InvalidInput.self) {
        try PathTable.forEachPath(in: path, expecting: 10) { _ in }
      }
      #expect(error?.diagnostics.first?.code == "X002")
      #expect(error?.diagnostics.first?.message.contains(reason) == true, "\(error?.diagnostics.first?.message ?? "")")
    }
    let missing = #expect(throws: InvalidInput.self) {
      try PathTable.forEachPath(in: scratch.path + "/absent.csv", expecting: 1) { _ in }
    }
    #expect(missing?.kind == .missing)
  }
}
