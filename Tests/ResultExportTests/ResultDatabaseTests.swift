import Foundation
import GRDB
import NeuralNetworks
import StressTesting
import TestSupport
import Testing

@testable import ResultExport

@Suite struct ResultDatabaseTests {
  /// SQLite has no negative zero.
  private static func isEqual(_ found: Double?, _ expected: Double?) -> Bool {
    found?.bitPattern == expected.map { $0 == 0 ? 0 : $0 }?.bitPattern
  }

  private func expectEqual(_ found: Double?, _ expected: Double?, _ subject: String) {
    #expect(Self.isEqual(found, expected), "\(subject): found \(found ?? .nan), expected \(expected ?? .nan)")
  }

  @Test(arguments: ExportFixture.ids)
  func everyFigureIsFoundWithItsBits(id: String) throws {
    let result = try ExportFixture.shipped(id), scratch = try ScratchDirectory()
    let database = try ExportFixture.database([result], in: scratch)
    // By place, and one expectation a row: there are thousands of both.
    let columns = [
      "run", "entity", "quarter", "item", "statistic", "variant", "unit", "value", "standard_error", "lower", "upper",
      "parameter_error", "model_error",
    ].joined(separator: ", ")
    let rows = try database.read {
      try GRDB.Row.fetchAll($0, sql: "SELECT \(columns) FROM statistics ORDER BY position")
    }
    try #require(rows.count == result.rows.count)
    for (row, expected) in zip(rows, result.rows) {
      let texts: [String?] = [
        result.runIdentity, expected.entity, expected.quarter, expected.item, expected.statistic, expected.variant,
        expected.unit,
      ]
      let numbers = [
        expected.value, expected.standardError, expected.lower, expected.upper, expected.parameterError,
        expected.modelError,
      ]
      let isFound =
        texts.indices.allSatisfy { row[$0] as String? == texts[$0] }
        && numbers.indices.allSatisfy { Self.isEqual(row[texts.count + $0], numbers[$0]) }
      if !isFound { Issue.record("found \(row), expected \(expected)") }
    }
  }

  @Test func everythingElseIsThereToo() throws {
    let result = try ExportFixture.short.get().result, scratch = try ScratchDirectory()
    let database = try ExportFixture.database([result], in: scratch)
    try database.read { database in
      func count(_ table: String) throws -> Int { try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)")! }
      #expect(try count("settings") == result.scenario.resolved.count)
      #expect(try count("inputs") == result.inputs.count)
      #expect(try count("entities") == result.entities.count)
      #expect(try count("banks") == result.entities.count { $0.kind == .bank })
      #expect(try count("histograms") == result.histograms.reduce(0) { $0 + $1.counts.count })
      #expect(try count("convergence") == result.convergence.count)
      #expect(try count("checks") == result.checks.count)
      #expect(try count("notes") == result.notes.count)
      #expect(try count("models") == result.models.count)
      #expect(try count("model_scores") == result.models.reduce(0) { $0 + $1.card.scores.count })
      let cells = result.models.flatMap { $0.explanations ?? [] }.flatMap(\.rows).reduce(0) { $0 + $1.values.count }
      #expect(try count("attributions") == cells && cells > 0)
      #expect(try count("worst_paths") == 100)
      #expect(try count("tail_values") == 100 * result.tailColumns!.count)
      #expect(try count("paths") == 0)
      let run = try #require(try GRDB.Row.fetchOne(database, sql: "SELECT * FROM runs"))
      #expect(run["scenario"] as String? == result.scenario.id && run["title"] as String? == result.scenario.title)
      #expect(run["seed"] as String? == "\(result.scenario.seed)" && run["paths"] as Int? == 5_000)
      let system = try Double.fetchOne(
        database,
        sql:
          "SELECT value FROM long_statistics WHERE entity_kind = 'system' AND item = 'loan_loss' AND statistic = 'es_99'"
      )
      expectEqual(
        system,
        result.rows.first { $0.entity == "system" && $0.item == "loan_loss" && $0.statistic == "es_99" }?.value, "es_99"
      )
      let worst = try #require(try GRDB.Row.fetchOne(database, sql: "SELECT * FROM worst_paths WHERE rank = 1"))
      let path = try #require(result.tailPaths?.first), columns = try #require(result.tailColumns)
      #expect(worst["path"] as Int? == path.path)
      for item in ["loan_loss", "capital_depletion", "minimum_cet1_ratio", "end_cet1_ratio", "banks_breaching"] {
        let index = columns.firstIndex { $0.entity == "system" && $0.item == item }
        expectEqual(worst[item], index.map { path.values[$0] }, item)
      }
      let first = try GRDB.Row.fetchOne(database, sql: "SELECT * FROM quarters WHERE offset = 1")
      #expect(first?["quarter"] as String? == "2026Q1" && first?["first_day"] as String? == "2026-01-01")
      #expect(first?["last_day"] as String? == "2026-03-31" && first?["phase"] as String? == "capital")
    }
  }

  @Test func tablesAreStrictAndWhole() throws {
    let result = try ExportFixture.shipped(ExportFixture.ids[0]), scratch = try ScratchDirectory()
    let database = try ExportFixture.database([result], in: scratch)
    try database.read { database in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try GRDB.Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      let tables = try GRDB.Row.fetchAll(
        database,
        sql: "SELECT * FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'")
      #expect(tables.count == Schema.all.count && tables.allSatisfy { $0["strict"] as Int? == 1 })
      #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == 1)
      #expect(try Int32.fetchOne(database, sql: "PRAGMA application_id") == ResultDatabase.applicationID)
      let references = try Schema.all.map {
        try Int.fetchOne(database, sql: "SELECT count(DISTINCT id) FROM pragma_foreign_key_list('\($0.name)')")!
      }
      #expect(references == Schema.all.map(\.references.count))
    }
    let insertion = "INSERT INTO notes VALUES ((SELECT run FROM runs), ?, 'warning', 'text')"
    #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: insertion, arguments: ["first"]) } }
    #expect(throws: DatabaseError.self) {
      try database.write { try $0.execute(sql: "INSERT INTO notes VALUES ('other', 1, 'warning', 'text')") }
    }
    let bytes = try #require(FileManager.default.contents(atPath: scratch.path + "/results.sqlite"))
    #expect(ResultDatabase.isOwn(bytes) && !ResultDatabase.isOwn(Array("SQLite format 3\0".utf8)))
  }

  @Test func equalResultsAreEqualBytesAndNothingIsLeftBeside() throws {
    let result = try ExportFixture.short.get().result
    let files = try (0..<2).map { _ in
      let scratch = try ScratchDirectory()
      try ResultDatabase.write([.init(result)], to: scratch.path + "/a.sqlite")
      #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.sqlite"])
      return try #require(FileManager.default.contents(atPath: scratch.path + "/a.sqlite"))
    }
    #expect(files[0] == files[1])
    // No write-ahead log is wanted by readers: bytes 18 and 19 of the header are 1.
    #expect(files[0][18] == 1 && files[0][19] == 1)
  }

  @Test func severalRunsStandSideBySide() throws {
    let results = try ExportFixture.ids.map(ExportFixture.shipped), scratch = try ScratchDirectory()
    let all = try ExportFixture.database(results, in: scratch)
    for result in results {
      let alone = try ExportFixture.database([result], in: try ScratchDirectory())
      for table in Schema.all {
        let filter = table.name == "data_dictionary" ? "" : " WHERE run = '\(result.runIdentity)'"
        let sql = "SELECT * FROM \(table.name)\(filter) ORDER BY \(table.key.joined(separator: ", "))"
        #expect(
          try all.read { try GRDB.Row.fetchAll($0, sql: sql) } == alone.read { try GRDB.Row.fetchAll($0, sql: sql) })
      }
    }
    #expect(try all.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM runs") } == 2)
  }

  /// Text of an author, or of a results.json that was made to do harm.
  @Test(arguments: [
    "'; DROP TABLE runs; --", "\"", "", "=1+1", "line\nbreak", "\u{FFFE}", String(repeating: "x", count: 100_000),
  ])
  func textIsKeptAsItIs(_ text: String) throws {
    var result = try ExportFixture.small()
    result.scenario.title = text
    result.notes = [.init(.warning, text)]
    result.rows[0].variant = text
    let scratch = try ScratchDirectory()
    let database = try ExportFixture.database([result], in: scratch)
    for sql in ["title FROM runs", "text FROM notes", "variant FROM statistics WHERE position = 0"] {
      #expect(try database.read { try String.fetchOne($0, sql: "SELECT " + sql) } == text)
    }
  }

  @Test func aNulDoesNotCutText() throws {
    var result = try ExportFixture.small()
    result.scenario.title = "before\0after"
    let scratch = try ScratchDirectory()
    let title = try ExportFixture.database([result], in: scratch).read {
      try String.fetchOne($0, sql: "SELECT title FROM runs")
    }
    #expect(title == "before␀after")
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    let result = try ExportFixture.small()
    let error = #expect(throws: OutputFailure.self) {
      try ResultDatabase.write([.init(result)], to: "/nowhere/at/all.sqlite")
    }
    #expect(error?.kind == .cannotCreate)
  }
}
