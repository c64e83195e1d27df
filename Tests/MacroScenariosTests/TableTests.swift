import Foundation
import Testing

@testable import MacroScenarios

/// Codes and lines of what is wrong with a table; empty when it loads.
private func problems(_ read: () throws(InvalidInput) -> Void) -> [String] {
  do {
    try read()
    return []
  } catch {
    return error.diagnostics.map { "\($0.code):\($0.place.line ?? 0)" }
  }
}

@Suite("Comma-separated values")
struct CommaSeparatedValuesTests {
  private func read(_ text: String) throws(InvalidInput) -> CommaSeparatedValues {
    try CommaSeparatedValues(bytes: Array(text.utf8), file: "t.csv")
  }

  @Test("quotes, commas, line ends and doubled quotes inside a cell (RFC 4180)")
  func quoted() throws {
    let csv = try read("# a note, with a comma\na,b\n\"x, y\",\"say \"\"no\"\"\"\n\"two\nlines\",3\n,\n")
    #expect(csv.notes == ["a note, with a comma"])
    #expect(csv.rows.map(\.cells) == [["x, y", "say \"no\""], ["two\nlines", "3"], ["", ""]])
    #expect(csv.rows.map(\.line) == [3, 4, 6], "a row's line is where it starts")
  }

  @Test("byte-order mark, Windows line ends, blank lines and a last line without end change nothing")
  func variants() throws {
    let plain = try read("a,b\n1,2\n3,4\n")
    for text in ["\u{FEFF}a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n\n1,2\n\n3,4", "a,b\r\n1,\"2\"\r\n3,4"] {
      let other = try read(text)
      #expect(other.header.cells == plain.header.cells && other.rows.map(\.cells) == plain.rows.map(\.cells))
    }
  }

  @Test(
    "what is not a table is refused with its line",
    arguments: [
      ("", "T004:0"), ("# only a note\n", "T004:0"), ("a,b\n1\n", "T005:2"), ("a,b\n1,2,3\n", "T005:2"),
      ("a,b\n1,\"2\n3,4\n", "T003:2"), ("a,b\n1,\"2\"x\n", "T006:2"),
    ])
  func refused(_ text: String, _ expected: String) {
    #expect(problems { () throws(InvalidInput) in _ = try read(text) } == [expected])
  }

  @Test("bytes that are not UTF-8, and a file that is not there")
  func unreadable() {
    let latin = problems { () throws(InvalidInput) in
      _ = try CommaSeparatedValues(bytes: [0x61, 0xE9, 0x0A], file: "t.csv")
    }
    #expect(latin == ["T002:0"])
    #expect(throws: InvalidInput.self) { try CommaSeparatedValues(contentsOf: "/nowhere/t.csv") }
    #expect(throws: InvalidInput.self) { try CommaSeparatedValues(contentsOf: "/tmp") }
  }
}

@Suite("Quarterly tables")
struct QuarterlyTableTests {
  private static let head = "quarter,rate,level\nunit,percent,index\nas_of,2020Q4,2020Q3\n"

  private func read(_ text: String) throws(InvalidInput) -> QuarterlyTable {
    try QuarterlyTable(CommaSeparatedValues(bytes: Array(text.utf8), file: "t.csv"))
  }

  @Test("percent becomes a fraction, an index stays, nothing stays nothing")
  func values() throws {
    let table = try read("# Source: S\n" + Self.head + "2020Q3,5.5,100\n2020Q4,,101.5\n2021Q1,-1e-1,\n")
    #expect(table.notes == ["Source: S"])
    #expect(table.firstQuarter == Quarter(year: 2020, number: 3) && table.lastQuarter == Quarter(year: 2021, number: 1))
    #expect(table.column("rate")?.values == [0.055, nil, -0.001])
    #expect(table.column("level")?.values == [100, 101.5, nil])
    #expect(table.column("level")?.asOf == Quarter(year: 2020, number: 3))
    #expect(table.value("level", in: Quarter(year: 2020, number: 4)) == 101.5)
    #expect(table.value("level", in: Quarter(year: 2019, number: 4)) == nil)
    #expect(table.value("level", in: Quarter(year: 2030, number: 4)) == nil)
    #expect(table.value("other", in: Quarter(year: 2020, number: 4)) == nil)
  }

  @Test("a cut leaves nothing later behind")
  func cut() throws {
    let table = try read(Self.head + "2020Q3,5.5,100\n2020Q4,6,101.5\n2021Q1,7,103\n")
    let cut = table.cut(after: Quarter(year: 2020, number: 4))
    #expect(cut.quarterCount == 2 && cut.columns.allSatisfy { $0.values.count == 2 })
    #expect(cut.value("rate", in: Quarter(year: 2021, number: 1)) == nil)
    #expect(table.cut(after: Quarter(year: 2030, number: 1)) == table)
    #expect(table.cut(after: Quarter(year: 2000, number: 1)).quarterCount == 0)
  }

  @Test(
    "what is wrong is found with its row, and only once",
    arguments: [
      ("date,rate\nunit,percent\nas_of,2020Q4\n2020Q1,1\n", ["T010:1"]),
      ("quarter,rate,rate\nunit,percent,percent\nas_of,2020Q4,2020Q4\n2020Q1,1,1\n", ["T011:1"]),
      ("quarter,rate\nas_of,2020Q4\nunit,percent\n2020Q1,1\n", ["T012:1"]),
      ("quarter,rate\nunit,percent\nas_of,2020Q4\n", ["T012:1"]),
      ("quarter,rate\nunit,bp\nas_of,2020Q4\n2020Q1,1\n", ["T013:2"]),
      ("quarter,rate\nunit,percent\nas_of,2020\n2020Q1,1\n", ["T014:3"]),
      (head + "2020-1,1,1\n2020Q2,1,1\n", ["T015:4"]),
      (head + "2020Q1,1,1\n2020Q3,1,1\n2020Q4,1,1\n", ["T016:5"]),
      (head + "2020Q1,1,1\n2020Q1,1,1\n2020Q2,1,1\n", ["T016:5"]),
      (head + "2020Q2,1,1\n2020Q1,1,1\n", ["T016:5"]),
      (head + "2020Q1,NaN,1\n", ["T017:4"]),
      (head + "2020Q1,inf,1\n", ["T017:4"]),
      (head + "2020Q1,0x10,1\n", ["T017:4"]),
      (head + "2020Q1,1e999,1\n", ["T017:4"]),
      (head + "2020Q1, 1,1\n", ["T017:4"]),
      (head + "2020Q1,n/a,1\n2020Q2,1,.\n", ["T017:4", "T017:5"]),
      (head + "2020Q1,1,0\n", ["T018:4"]),
      (head + "2020Q1,1\n", ["T005:4"]),
    ])
  func refused(_ text: String, _ expected: [String]) {
    #expect(problems { () throws(InvalidInput) in _ = try read(text) } == expected)
  }
}

@Suite("Tables of scenarios")
struct ScenarioTableTests {
  private static let head = "vintage,scenario,as_of,quarter,vix,treasury_3m\nunit,,,,index,percent\n"

  private func read(_ text: String) throws(InvalidInput) -> ScenarioTable {
    try ScenarioTable(CommaSeparatedValues(bytes: Array(text.utf8), file: "t.csv"))
  }

  @Test("paths are told apart by vintage and scenario")
  func paths() throws {
    let table = try read(Self.head + "a,x,2020Q4,2021Q1,20,1\nb,x,2020Q4,2020Q4,30,\na,x,2020Q4,2021Q2,21,2\n")
    let path = try #require(table.path(vintage: "a", scenario: "x"))
    #expect(path[Quarter(year: 2021, number: 2)] == [21, 0.02] && path[Quarter(year: 2021, number: 3)] == nil)
    #expect(table.path(vintage: "b", scenario: "x")?.values == [[30, nil]])
    #expect(table.path(vintage: "b", scenario: "y") == nil)
  }

  @Test(
    "what is wrong is found with its row",
    arguments: [
      ("quarter,vix\nunit,index\n", ["T010:1"]),
      ("vintage,scenario,as_of,quarter,vixx\nunit,,,,index\na,x,2020Q4,2021Q1,1\n", ["T019:1"]),
      ("vintage,scenario,as_of,quarter,vix\na,x,2020Q4,2021Q1,1\n", ["T012:1"]),
      ("vintage,scenario,as_of,quarter,vix\nunit,,,,percent\na,x,2020Q4,2021Q1,1\n", ["T013:2"]),
      (head + "a,x,2020,2021Q1,20,1\n", ["T014:3"]),
      (head + "a,x,2020Q4,2021Q1,20,1\na,x,2020Q3,2021Q2,20,1\n", ["T014:4"]),
      (head + "a,x,2020Q4,2021Q1,20,1\na,x,2020Q4,2021Q3,20,1\n", ["T016:4"]),
      (head + "a,x,2020Q4,2020Q3,20,1\n", ["T016:3"]),
      (head + "a,x,2020Q4,2021Q1,nan,1\n", ["T017:3"]),
    ])
  func refused(_ text: String, _ expected: [String]) {
    #expect(problems { () throws(InvalidInput) in _ = try read(text) } == expected)
  }
}

@Suite("Correlation tables")
struct CorrelationTableTests {
  private let factors = Array(RiskFactor.catalogue.suffix(2))  // cre_price_index, vix

  @Test(
    "only a correlation matrix of exactly these factors is taken",
    arguments: [
      ("factor,vix,cre_price_index\nvix,1,-0.4\ncre_price_index,-0.4,1\n", []),
      ("factor,cre_price_index\ncre_price_index,1\n", ["S044:1", "S044:1"]),
      ("factor,vix,cre_price_index\nvix,1,-0.4\n", ["S044:1"]),
      ("factor,vix,cre_price_indx\nvix,1,0\ncre_price_index,0,1\n", ["S044:1", "S044:1"]),
      ("factor,vix,cre_price_index\nvix,1,-0.4\ncre_price_index,-0.5,1\n", ["S044:2"]),
      ("factor,vix,cre_price_index\nvix,0.9,0\ncre_price_index,0,1\n", ["S044:2"]),
      ("factor,vix,cre_price_index\nvix,1,1.2\ncre_price_index,1.2,1\n", ["S044:2", "S044:3"]),
      ("factor,vix,cre_price_index\nvix,1,NaN\ncre_price_index,,1\n", ["S044:2", "S044:3"]),
      ("factor,vix,vix\nvix,1,1\nvix,1,1\n", ["S044:1", "S044:1", "S044:3", "S044:1"]),
    ])
  func checked(_ text: String, _ expected: [String]) {
    let found = problems { () throws(InvalidInput) in
      let csv = try CommaSeparatedValues(bytes: Array(text.utf8), file: "t.csv")
      let matrix = try CorrelationTable.read(csv, factors: factors)
      #expect(matrix == [[1, -0.4], [-0.4, 1]])
    }
    #expect(found == expected)
  }
}
