import Testing

@testable import Banking
@testable import MacroScenarios

@Suite struct BankTableTests {
  static let header =
    "id_rssd,bank,risk_weighted_assets,cet1_ratio,first_mortgage,junior_lien,commercial_and_industrial,"
    + "commercial_real_estate,credit_card,other_consumer,other_loans,average_assets,revenue_rate,"
    + "reference_revenue_response,trading_and_counterparty_losses,securities_losses,other_losses,"
    + "other_comprehensive_income,opening_allowance"
  static let units =
    "unit,,usd_bn,percent,usd_bn,usd_bn,usd_bn,usd_bn,usd_bn,usd_bn,usd_bn,usd_bn,percent,percent,percent,percent,"
    + "percent,percent,usd_bn"
  static let dates = "as_of,," + [String](repeating: "2025Q4", count: 17).joined(separator: ",")
  static let row = "11,First,100,10.5,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1"

  static func read(
    header: String = header, units: String = units, dates: String = dates, rows: [String]
  ) throws(InvalidInput) -> BankTable {
    let text = ([header, units, dates] + rows).joined(separator: "\n")
    return try BankTable(CommaSeparatedValues(bytes: Array(text.utf8), file: "banks.csv"), jumpOff: Quarter("2025Q4")!)
  }

  static func problems(_ body: () throws(InvalidInput) -> BankTable) -> [String] {
    do {
      _ = try body()
      return []
    } catch {
      return error.diagnostics.map { "\($0.code) \($0.place.file):\($0.place.line ?? 0) \($0.message)" }
    }
  }

  @Test func unitsAreConvertedAndMissingStaysMissing() throws {
    let bank = try Self.read(rows: [Self.row]).banks[0]
    #expect(bank.riskWeightedAssets == 100_000)
    #expect(abs(bank.cet1 - 10_500) < 1e-9)
    #expect(bank.balances == [20_000, nil, 30_000, 5_000, nil, 1_000, nil])  // the last is published as 0
    #expect(abs(bank.record.referenceRevenueResponse + 0.001) < 1e-15)
    #expect(bank.intraFinancialAssets == nil)
  }

  @Test func everyProblemIsReportedWithItsRow() {
    let bad = [
      Self.row,
      "11,Twin,100,10.5,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1",
      "12,Text,100,abc,-20,,30,5,,1,0,nan,2,-0.1,1,0.1,0.2,0,1",
      "x,Id,,10.5,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1",
    ]
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(rows: bad) } == [
        "T051 banks.csv:5 bank 11 stands twice (first in row 4)",
        "T047 banks.csv:6 'cet1_ratio' is 'abc', expected a number, or nothing where it is not known",
        "T049 banks.csv:6 'first_mortgage' is -20, expected at least 0.0",
        "T047 banks.csv:6 'average_assets' is 'nan', expected a number, or nothing where it is not known",
        "T048 banks.csv:7 'risk_weighted_assets' is empty, expected a number",
        "T050 banks.csv:7 id_rssd is 'x', expected 1 to 18 digits, the first of them not 0",
      ])
  }

  /// Figures that no bank has, each of which would stop a run where nobody can say why.
  @Test(arguments: [
    ("99999999999999999999,Id,100,10.5,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1", "T050"),
    ("011,Id,100,10.5,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1", "T050"),
    ("11,No capital,100,0,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1", "T049"),
    ("11,Less than none,100,-3,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1", "T049"),
    ("11,No assets,100,10.5,20,,30,5,,1,0,1e-300,2,-0.1,1,0.1,0.2,0,1", "T049"),
    ("11,All money,1e300,10.5,20,,30,5,,1,0,150,2,-0.1,1,0.1,0.2,0,1", "T049"),
    ("11,All loss,100,10.5,20,,30,5,,1,0,150,2,-0.1,1,-1e300,0.2,0,1", "T049"),
    ("11,Owns itself,100,10.5,20,,30,5,,1,0,10,2,-0.1,1,0.1,0.2,0,1", "T058"),
  ]) func whatNoBankHasIsRefused(row: String, code: String) {
    let problems = Self.problems { () throws(InvalidInput) in try Self.read(rows: [row]) }
    #expect(problems.count == 1 && problems.first?.hasPrefix("\(code) banks.csv:4 ") == true, "\(problems)")
  }

  @Test func theHeaderIsChecked() {
    let unknown = Self.header.replacing("credit_card", with: "credit_cards")
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(header: unknown, rows: [Self.row]) } == [
        "T041 banks.csv:1 unknown column 'credit_cards'", "T043 banks.csv:1 column 'credit_card' is missing",
      ])
    let twice = Self.header.replacing("junior_lien", with: "first_mortgage")
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(header: twice, rows: [Self.row]) } == [
        "T042 banks.csv:1 column 'first_mortgage' stands twice in the header",
        "T043 banks.csv:1 column 'junior_lien' is missing",
      ])
    let wrongUnit = Self.units.replacing("unit,,usd_bn,percent", with: "unit,,usd_bn,usd_bn")
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(units: wrongUnit, rows: [Self.row]) } == [
        "T044 banks.csv:2 unit of 'cet1_ratio' is 'usd_bn', expected 'percent'"
      ])
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(units: "percent,,", rows: [Self.row]) }.count == 1)
  }

  @Test func aColumnAfterTheJumpOffIsRefused() {
    let late = Self.dates.replacing("as_of,,2025Q4,2025Q4", with: "as_of,,2025Q4,2026Q1")
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(dates: late, rows: [Self.row]) } == [
        "T046 banks.csv:3 'cet1_ratio' is as of 2026Q1, after the jump-off 2025Q4: a run must not know it"
      ])
  }

  @Test func gapsAreFilledByTheirRuleAndSaid() throws {
    let rows = [
      Self.row,
      "12,Second,100,10.5,20,,10,5,,1,0,150,4,-0.2,0,0.1,0.2,0,2",
      "13,Third,100,10.5,20,,10,5,,1,0,150,3,-0.3,0,0.1,0.2,0,2",
      "14,New,100,10.5,9,,30,5,,1,0,150,,,,,,,",
      "15,Cards,100,10.5,,,,,50,1,0,150,9,-0.3,0,0.1,0.2,0,2",
    ]
    let table = try Self.read(rows: rows)
    let new = table.banks[3]
    // One other bank is mainly in C&I: too few, so the median of 2, 4, 3 and 9.
    #expect(abs(new.record.revenueRate - 0.035) < 1e-15)
    #expect(abs(new.record.referenceRevenueResponse + 0.0025) < 1e-15)
    #expect(new.record.tradingAndCounterpartyLossRate == 0)
    #expect(new.record.exercises == "")
    // Allowance over loans: 1/56, 2/36, 2/36, 2/51; median of the four, times 45.
    #expect(abs(new.openingAllowance - 45_000 * (2.0 / 51 + 2.0 / 36) / 2) < 1e-9)
    #expect(table.warnings.filter { $0.code == "T054" }.count == 7)
    #expect(
      table.warnings.contains {
        $0.message == "New: 'revenue_rate' is empty; used the median of all banks" && $0.place.line == 7
      })
    #expect(table.warnings.contains { $0.message.hasPrefix("'credit_card' has no balance for 4 of 5 banks") })
  }

  /// Card banks earn 12, 15 and 18 % of assets on cards of 60, 50 and 90 % of assets: 20, 30 and 20 % of cards.
  @Test func aSpecialistEarnsWhatItsPeersEarnOnTheirMainLoans() throws {
    let cards = [(12, 60), (15, 50), (18, 90)].enumerated().map { index, bank in
      "2\(index),Cards \(index),100,10.5,,,,,\(bank.1),1,0,100,\(bank.0),-0.3,0,0.1,0.2,0,2"
    }
    let table = try Self.read(rows: cards + ["31,New,100,10.5,,,,,70,1,0,100,,-0.3,0,0.1,0.2,0,2"])
    #expect(abs(table.banks[3].record.revenueRate - 0.2 * 0.7) < 1e-15)
  }

  @Test func aGapThatNothingCanFillIsAnError() {
    let alone = "14,New,100,10.5,9,,30,5,,1,0,150,,,,,,,"
    #expect(
      Self.problems { () throws(InvalidInput) in try Self.read(rows: [alone]) }.first?.hasPrefix("T053 banks.csv:4")
        == true)
  }

  @Test func aMissingFileIsSaidToBeMissing() {
    #expect {
      try BankTable(contentsOf: "/nowhere/banks.csv", jumpOff: Quarter("2025Q4")!)
    } throws: { error in (error as? InvalidInput)?.kind == .missing }
  }

  @Test(arguments: [("2023Q4", 31), ("2025Q4", 32)]) func theShippedTablesLoad(jumpOff: String, count: Int) throws {
    let table = try bankTable(jumpOff)
    #expect(table.banks.count == count)
    #expect(table.currency == "USD")
    for bank in table.banks { #expect(bank.cet1Ratio > 0.09 && bank.averageAssets > bank.cet1) }
  }

  @Test func theLaterTableIsRefusedAtTheEarlierJumpOff() {
    #expect(throws: InvalidInput.self) {
      try BankTable(contentsOf: dataFolder + "us-banks-2025q4.csv", jumpOff: Quarter("2023Q4")!)
    }
  }

  @Test func theMappingSpreadsFiveSeriesOverSevenTypes() throws {
    let series = [
      "credit_cards", "commercial_and_industrial", "commercial_real_estate", "residential_real_estate",
      "other_consumer",
    ]
    let mapping = try LoanTypeMapping(series: series, file: "model")
    let rates = [0.04, 0.01, 0.02, 0.005, 0.012, 0.08, 0.02, 0.04, 0.01, 0.024]
    var mapped = [Double](repeating: 0, count: 14)
    var span = mapped.mutableSpan
    mapping.spread(rates.span, into: &span)
    #expect(mapped[0..<7] == [0.005, 0.005, 0.01, 0.02, 0.04, 0.012, 0.52 * 0.01])
    #expect(mapped[13] == 0.52 * 0.02)
    #expect(LoanType.allCases.filter(LoanTypeMapping.isProxy) == [.juniorLien, .otherLoans])
    #expect(throws: InvalidInput.self) { try LoanTypeMapping(series: ["credit_cards"], file: "model") }
  }
}
