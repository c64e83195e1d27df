import Foundation
import StressTesting
import TestSupport
import Testing

@testable import ResultExport

@Suite struct ResultTableTests {
  @Test(arguments: ExportFixture.ids)
  func anotherReaderFindsEveryFigureWithItsBits(id: String) throws {
    let result = try ExportFixture.shipped(id)
    let rows = try CommaSeparatedReader(ResultTables.statistics(of: [result])).rows
    let header = rows[0].map { $0 ?? "" }
    #expect(header.prefix(6) == ["run", "scenario", "entity", "entity_kind", "entity_name", "quarter"])
    try #require(rows.count == result.rows.count + 1 && rows.allSatisfy { $0.count == header.count })
    func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }
    let names = Dictionary(uniqueKeysWithValues: result.entities.map { ($0.id, $0.name) })
    let texts: [(String, (StressTestResult.Row) -> String?)] = [
      ("run", { _ in result.runIdentity }), ("scenario", { _ in result.scenario.id }), ("entity", \.entity),
      ("entity_name", { names[$0.entity] }), ("quarter", \.quarter), ("item", \.item), ("statistic", \.statistic),
      ("variant", \.variant), ("unit", \.unit),
    ]
    for (name, text) in texts {
      let place = try column(name)
      for (row, expected) in zip(rows.dropFirst(), result.rows) where row[place] != text(expected) {
        Issue.record("\(name) is \(row[place] ?? "empty"), expected \(text(expected) ?? "empty")")
      }
    }
    let numbers: [(String, (StressTestResult.Row) -> Double?)] = [
      ("value", \.value), ("standard_error", \.standardError), ("lower", \.lower), ("upper", \.upper),
      ("parameter_error", \.parameterError), ("model_error", \.modelError),
    ]
    for (name, number) in numbers {
      let place = try column(name)
      for (row, expected) in zip(rows.dropFirst(), result.rows) {
        let found = row[place].map { Double($0)?.bitPattern }
        if found != number(expected)?.bitPattern {
          Issue.record("\(name) is \(row[place] ?? "empty"), expected \(number(expected) ?? .nan)")
        }
      }
    }
  }

  /// A spreadsheet must not take a text for a formula; a number stays a number.
  @Test(arguments: [
    ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"), ("+1", "'+1"),
    ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
    ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("a,b", "a,b"),
    ("say \"so\"", "say \"so\""), ("two\nlines", "two\nlines"), ("", ""), (" =1", " =1"), ("a\0b", "a␀b"), ("−5", "−5"),
  ])
  func cellsAreHarmless(_ text: String, _ expected: String) throws {
    var writer = CommaSeparated()
    writer.append([.text(text), .missing, .text("next")])
    let rows = try CommaSeparatedReader(writer.bytes).rows
    #expect(rows == [[expected, nil, "next"]])
  }

  @Test func textOfAnAuthorCannotBecomeAFormula() throws {
    var result = try ExportFixture.short.get().result
    let formula = "=cmd|' /C calc'!A0"
    result.entities = result.entities.map { .init(id: $0.id, kind: $0.kind, name: formula, unit: $0.unit) }
    result.rows = result.rows.map { row in
      var row = row
      row.variant = row.variant.map { _ in formula }
      return row
    }
    for table in [ResultTables.statistics(of: [result]), ResultTables.tailPaths(of: [result]), ResultTables.dictionary]
    {
      for cell in try CommaSeparatedReader(table).rows.joined() {
        guard let cell, let first = cell.first, "=+-@\t\r".contains(first) else { continue }
        #expect(Double(cell) != nil, "\(cell)")
      }
    }
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0"), (3, "3"), (-12, "-12"), (0.1, "0.1"), (0.30000000000000004, "0.30000000000000004"),
    (1e18, "1e+18"), (1e-7, "1e-07"), (2_147_483_648, "2147483648"), (123_456.5, "123456.5"),
    (.leastNonzeroMagnitude, "5e-324"),
  ])
  func numbersAreShort(_ number: Double, _ text: String) {
    var writer = CommaSeparated()
    writer.append(number)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    #expect(Double(text)?.bitPattern == number.bitPattern)
  }

  @Test func tailPathsAreToldInLongForm() throws {
    let result = try ExportFixture.short.get().result
    let rows = try CommaSeparatedReader(ResultTables.tailPaths(of: [result])).rows
    let columns = try #require(result.tailColumns), paths = try #require(result.tailPaths)
    try #require(rows.count == 1 + columns.count * paths.count)
    for (index, path) in paths.enumerated() {
      for (place, column) in columns.enumerated() {
        let row = rows[1 + index * columns.count + place]
        #expect(
          row[2] == "\(index + 1)" && row[3] == "\(path.path)" && row[6] == column.entity && row[7] == column.item)
        #expect(row[10].flatMap { Double($0) } == path.values[place])
      }
    }
    #expect(ResultTables.isOwn(ResultTables.tailPaths(of: [])) && ResultTables.isOwn(ResultTables.dictionary))
    #expect(!ResultTables.isOwn(Array("run,scenario\n".utf8)))
  }
}
