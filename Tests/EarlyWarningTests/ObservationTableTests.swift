import MacroScenarios
import Testing

@testable import EarlyWarning

@Suite struct ObservationTableTests {
  private static let first = Quarter(year: 2021, number: 1)
  private static let last = Quarter(year: 2025, number: 4)

  /// Header, units, dates, then twenty quarters: line 4 is 2021Q1.
  private static func lines() throws -> [String] { try CrisisFixture.lines(from: first, to: last) }

  private static func take(
    _ lines: [String], isWhole: Bool = true
  ) throws -> (reports: [CrisisMonitor.Report], warnings: [Diagnostic]) {
    var monitor = CrisisMonitor(try CrisisFixture.model.get(), file: "table.csv")
    return try monitor.take(CrisisFixture.numbered(lines), isWhole: isWhole)
  }

  @Test func aSoundTableIsReadFromTheNinthQuarterOn() throws {
    let (reports, warnings) = try Self.take(Self.lines())
    #expect(warnings.isEmpty)
    #expect(reports.map { "\($0.assessment.quarter)" }.first == "2023Q1")
    #expect(reports.count == 12 && reports.allSatisfy { $0.level != nil && $0.assessment.missingCells == 0 })
    for report in reports {
      let outlook = try #require(report.assessment[.logistic])
      #expect(abs(outlook.calm + outlook.elevated + outlook.crisis - 1) < 1e-9)
      #expect(report.explanations.allSatisfy { $0?.drivers.count == 12 })
    }
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let code: String
    /// Where it is found; `nil` where the whole table is at fault.
    let line: Int?
    let change: @Sendable ([String]) -> [String]
    var testDescription: String { name }
  }

  static let faults = [
    Fault(name: "a gap", code: "T016", line: 8) { $0.enumerated().filter { $0.offset != 7 }.map(\.element) },
    Fault(name: "shuffled rows", code: "T016", line: 8) { lines in
      var lines = lines
      lines.swapAt(7, 9)
      return lines
    },
    Fault(name: "a quarter twice with other figures", code: "T016", line: 9) { lines in
      var lines = lines
      lines.insert(CrisisFixture.changing("vix", in: lines) { _ in "99" }[7], at: 8)
      return lines
    },
    Fault(name: "a missing column", code: "T082", line: 1) { lines in
      [lines[0].replacing("bbb_yield", with: "aaa_yield")] + lines.dropFirst()
    },
    Fault(name: "a column twice", code: "T011", line: 1) { lines in
      [lines[0].replacing("prime_rate", with: "vix")] + lines.dropFirst()
    },
    Fault(name: "no units", code: "T012", line: 2) { [$0[0]] + $0.dropFirst(2) },
    Fault(name: "units of fractions", code: "T013", line: 2) { lines in
      [lines[0], lines[1].replacing("percent", with: "fraction")] + lines.dropFirst(2)
    },
    Fault(name: "fractions called percent", code: "T086", line: 4) { lines in
      CrisisFixture.changing("unemployment_rate", in: lines) { "\(Double($0)! / 100)" }
    },
    Fault(name: "growth in fractions", code: "T086", line: 4) { lines in
      CrisisFixture.changing("real_gdp_growth", in: lines) { "\(Double($0)! / 100)" }
    },
    Fault(name: "basis points", code: "S037", line: 4) { lines in
      CrisisFixture.changing("mortgage_rate", in: lines) { "\(Double($0)! * 100)" }
    },
    Fault(name: "a constant column", code: "T085", line: 4) { lines in
      CrisisFixture.changing("treasury_10y", in: lines) { _ in "4.1" }
    },
    Fault(name: "text in a cell", code: "T017", line: 10) { lines in
      CrisisFixture.changing("vix", in: lines, from: 9) { _ in "n/a" }
    },
    Fault(name: "not a number", code: "T017", line: 10) { lines in
      CrisisFixture.changing("vix", in: lines, from: 9) { _ in "nan" }
    },
    Fault(name: "an index of nothing", code: "T018", line: 10) { lines in
      CrisisFixture.changing("house_price_index", in: lines, from: 9) { _ in "0" }
    },
    Fault(name: "an unemployment rate above all workers", code: "S037", line: 23) { lines in
      CrisisFixture.changing("unemployment_rate", in: lines, from: 22) { _ in "450" }
    },
    Fault(name: "a cell too many", code: "T005", line: 12) { lines in
      lines.enumerated().map { $0.offset == 11 ? $0.element + ",1" : $0.element }
    },
    Fault(name: "a date that is none", code: "T015", line: 12) { lines in
      lines.enumerated().map { $0.offset == 11 ? $0.element.replacing("2023Q1", with: "2023-03-31") : $0.element }
    },
    Fault(name: "an open quote", code: "T003", line: 12) { lines in
      lines.enumerated().map { $0.offset == 11 ? "\"" + $0.element : $0.element }
    },
    Fault(name: "too few rows", code: "T087", line: nil) { Array($0.prefix(11)) },
    Fault(name: "no rows", code: "T087", line: nil) { Array($0.prefix(2)) },
  ]

  @Test(arguments: faults) func aFaultIsNamedWithItsLine(_ fault: Fault) throws {
    let lines = fault.change(try Self.lines())
    let error = #expect(throws: InvalidInput.self) { try Self.take(lines) }
    #expect(error?.kind == .invalid)
    #expect(error?.diagnostics.first?.code == fault.code, "\(error?.diagnostics.first?.message ?? "")")
    #expect(error?.diagnostics.first?.place.line == fault.line)
  }

  @Test func everyFaultIsCounted() throws {
    let lines = CrisisFixture.changing("vix", in: try Self.lines() + Array(Self.manyRows)) { _ in "high" }
    let error = #expect(throws: InvalidInput.self) { try Self.take(lines) }
    #expect(error?.diagnostics.count == 20 && error?.omittedCount == 10)
  }

  /// Ten more quarters after the last.
  private static var manyRows: [String] {
    (1...10).map { "\(last.advanced(by: $0))" + String(repeating: ",4.5", count: 12) + ",60000,320,300,20" }
  }

  @Test func aQuarterTwiceWithTheSameFiguresIsPassedOver() throws {
    var lines = try Self.lines()
    let clean = try Self.take(lines)
    lines.insert(lines[7], at: 8)
    let (reports, warnings) = try Self.take(lines)
    #expect(reports == clean.reports)
    #expect(warnings.map(\.code) == ["T083"] && warnings[0].place.line == 9)
  }

  @Test func missingCellsAreCountedAndStandAtTheirMean() throws {
    let lines = CrisisFixture.changing("vix", in: try Self.lines(), from: 20) { _ in "" }
    let (reports, warnings) = try Self.take(lines)
    #expect(warnings.map(\.code) == ["T084"] && warnings[0].message.contains("3 of 20 quarters"))
    #expect(reports.map(\.assessment.missingCells).suffix(4) == [0, 1, 2, 3])
    #expect(reports.last?.level != nil)
  }

  /// More than a quarter of a window's cells missing: no probability.
  @Test func anEmptyWindowHasNoLevel() throws {
    var lines = try Self.lines()
    for column in ["vix", "bbb_yield", "house_price_index", "cre_price_index"] {
      lines = CrisisFixture.changing(column, in: lines, from: 8) { _ in "" }
    }
    let reports = try Self.take(lines).reports
    let last = try #require(reports.last)
    #expect(last.level == nil && last.assessment[.logistic] == nil && last.assessment.missingCells == 32)
    #expect(last.explanations.allSatisfy { $0 == nil })
  }

  @Test func anOutlierIsToldAndUsed() throws {
    let lines = CrisisFixture.changing("house_price_index", in: try Self.lines(), from: 22) { _ in "32.3" }
    let (reports, warnings) = try Self.take(lines)
    #expect(warnings.map(\.code) == ["T088"] && warnings[0].place.line == 23)
    #expect(reports.last?.assessment.outliers == ["house_prices"])
    #expect(try reports.last != Self.take(Self.lines()).reports.last)
  }

  @Test func quotesCarriageReturnsNotesAndAByteOrderMarkAreRead() throws {
    let lines = try Self.lines()
    let dressed =
      ["\u{FEFF}# a note"]
      + lines.enumerated().map { number, line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        return number == 0 ? cells.map { "\"\($0)\"" }.joined(separator: ",") + "\r" : line + "\r"
      } + [""]
    let reports = try Self.take(dressed).reports
    #expect(try reports == Self.take(lines).reports)
  }

  /// A row read later changes nothing that was said before, and lines may come one by one.
  @Test func laterRowsChangeNoEarlierOutput() throws {
    let lines = try Self.lines()
    let whole = try Self.take(lines).reports
    #expect(try Self.take(Array(lines.dropLast(5))).reports == Array(whole.dropLast(5)))
    let wild = CrisisFixture.changing("vix", in: lines, from: 20) { _ in "900" }
    #expect(try Self.take(wild).reports.dropLast(3) == whole.dropLast(3))
    var monitor = CrisisMonitor(try CrisisFixture.model.get(), file: "table.csv")
    var single: [CrisisMonitor.Report] = []
    for line in CrisisFixture.numbered(lines) { single += try monitor.take([line], isWhole: false).reports }
    #expect(single == whole)
  }

  @Test func aFileThatStartsAnewIsNotReportedTwice() throws {
    let lines = CrisisFixture.numbered(try Self.lines())
    var monitor = CrisisMonitor(try CrisisFixture.model.get(), file: "table.csv")
    let before = try monitor.take(Array(lines.dropLast(2)), isWhole: false).reports
    monitor.restart()
    let after = try monitor.take(lines, isWhole: false).reports
    #expect(before.count == 10 && after.map { "\($0.assessment.quarter)" } == ["2025Q3", "2025Q4"])
  }

  /// The shipped history as it stands: what starts late is told, nothing is refused.
  @Test func theShippedHistoryIsRead() throws {
    let (reports, warnings) = try Self.take(
      CrisisFixture.lines(from: Quarter(year: 1976, number: 1), to: Self.last))
    // The years before 1985 are no training quarters: the disinflation of 1980 lies outside their range.
    #expect(warnings.count { $0.code == "T084" } == 3)
    #expect(warnings.allSatisfy { $0.code == "T084" || ($0.code == "T088" && $0.place.line ?? 0 < 40) })
    #expect(reports.count == 192)
    let known = Dictionary(uniqueKeysWithValues: reports.map { ("\($0.assessment.quarter)", $0.level) })
    #expect(known["2008Q4"] == .crisis && known["1995Q2"] == .calm && known["2020Q2"] == .crisis)
  }
}
