import MacroScenarios
import Testing

@testable import Banking

/// The derived columns of the shipped bank tables, computed again from the published tables beside them.
@Suite struct BankTableSourceTests {
  /// Columns are written with four decimals of a percent, or of a billion.
  static let rounding = 0.000051 / 100

  @Test(arguments: ["2023Q4", "2025Q4"]) func theRecordIsTheMeanOfTheLastThreeExercises(jumpOff: String) throws {
    let records = try PublishedRecords(knownAt: Quarter(jumpOff)!)
    var without = 0
    for bank in try bankTable(jumpOff).banks {
      let own = records.exercises(of: bank.id).suffix(3)
      let names = own.map(\.name).joined(separator: " + ")
      let absorbed = own.flatMap(\.lines).filter { $0.bankId != bank.id }.map(\.bank)
      let suffix = absorbed.first.map { " (with \($0))" } ?? ""
      #expect(Set(absorbed).count <= 1)
      #expect(bank.record.exercises == names + suffix)
      if own.isEmpty {
        without += 1
        continue
      }
      func mean(_ value: (PublishedRecords.Exercise) -> Double) -> Double {
        own.map(value).reduce(0, +) / Double(own.count)
      }
      func share(_ column: String) -> Double { mean { $0.sum(column) / $0.sum("risk_weighted_assets") } }
      let record = bank.record
      for (name, found, expected) in [
        ("revenue", record.revenueRate, mean(\.revenueRate)),
        ("trading", record.tradingAndCounterpartyLossRate, share("trading_and_counterparty_losses")),
        ("securities", record.securitiesLossRate, share("securities_losses")),
        ("other", record.otherLossRate, share("other_losses")),
        ("oci", record.otherComprehensiveIncomeRate, share("other_comprehensive_income")),
      ] {
        #expect(abs(found - expected) < Self.rounding, "\(bank.name) \(name): \(found), expected \(expected)")
      }
    }
    #expect(without == (jumpOff == "2023Q4" ? 0 : 2))
  }

  /// Capital One absorbed Discover in 2025Q2, so the two stand side by side at 2023Q4 and are one bank at 2025Q4.
  @Test func aBankThatAbsorbedAnotherHasTheRecordOfBoth() throws {
    func bank(_ id: String, _ jumpOff: String) throws -> Bank? { try bankTable(jumpOff).banks.first { $0.id == id } }
    let before = try #require(try bank("2277860", "2023Q4"))
    #expect(before.record.exercises == "2021 + 2022 + 2023")
    #expect(try bank("3846375", "2023Q4") != nil)
    #expect(try bank("3846375", "2025Q4") == nil)
    let after = try #require(try bank("2277860", "2025Q4"))
    #expect(after.record.exercises == "December 2020 + 2022 + 2024 (with Discover Financial Services)")
    // Published: revenue, billions, and percent of average assets; Capital One, then Discover.
    let expected =
      ((23.1 + 13.6) / (23.1 / 5.5 + 13.6 / 12.0) + (29.1 + 15.2) / (29.1 / 6.7 + 15.2 / 13.8)
        + (35.2 + 22.6) / (35.2 / 7.4 + 22.6 / 14.9)) / 3 / 100
    #expect(abs(after.record.revenueRate - expected) < Self.rounding)
    // Published: securities losses of both over the risk-weighted assets of both, billions.
    let securities = (0 / (290.2 + 90.7) + 0.3 / (332.7 + 97.2) + 0.3 / (369.2 + 130.9)) / 3
    #expect(abs(after.record.securitiesLossRate - securities) < Self.rounding)
  }

  /// The path of the 2022 exercise was not found: the reference is that of the other two.
  @Test func theReferenceFollowsTheExercisesOfTheRecord() throws {
    let banks = try bankTable("2025Q4").banks
    let combined = try #require(banks.first { $0.record.exercises.hasPrefix("December 2020 + 2022 + 2024 (with") })
    let plain = try #require(banks.first { $0.record.exercises == "December 2020 + 2022 + 2024" })
    #expect(combined.record.referenceRevenueResponse == plain.record.referenceRevenueResponse)
  }

  @Test func nothingPublishedAfterTheJumpOffIsKnown() throws {
    let early = try SupervisoryResults(knownAt: Quarter("2023Q4")!)
    #expect(!early.rows.contains { $0.exercise == "2024" })
    #expect(early.rows.contains { $0.exercise == "2023" })
  }

  /// Opening allowance: years of coverage × Σ balance × scale × mean charge-off rate from 1991 to the jump-off.
  @Test(arguments: ["2023Q4", "2025Q4"]) func theOpeningAllowanceFollowsItsRule(jumpOff: String) throws {
    let end = Quarter(jumpOff)!
    let table = try QuarterlyTable(contentsOf: dataFolder + "us-charge-off-rates.csv")
    let results = try SupervisoryResults(knownAt: end)
    let totals = results.rows.filter { $0.bankId == nil && $0.scenario == "severely_adverse" }
      .sorted { $0.published < $1.published }.suffix(2)
    let years = totals.map { coverage($0, table) }.reduce(0, +) / 2
    #expect((1.7...1.8).contains(years), "coverage is \(years) years")
    let rates = LoanType.allCases.map { longRunRate($0, table, until: end) }
    for bank in try bankTable(jumpOff).banks {
      let expected = years * zip(bank.balances, rates).map { ($0 ?? 0) * $1 }.reduce(0, +)
      #expect(abs(bank.openingAllowance - expected) < 0.051, "\(bank.name): \(bank.openingAllowance), \(expected)")
    }
  }

  private func rate(_ type: LoanType, _ table: QuarterlyTable, _ quarter: Quarter) -> Double? {
    let source = LoanTypeMapping.sources[type.rawValue]
    let found =
      table.value(source.series, in: quarter)
      ?? (source.series == "other_consumer" ? table.value("other_consumer_unadjusted", in: quarter) : nil)
    return found.map { $0 * source.scale }
  }

  private func quarters(until end: Quarter) -> [Quarter] {
    let first = Quarter("1991Q1")!
    return (0...first.distance(to: end)).map { first.advanced(by: $0) }
  }

  private func longRunRate(_ type: LoanType, _ table: QuarterlyTable, until end: Quarter) -> Double {
    let known = quarters(until: end).compactMap { rate(type, table, $0) }
    return known.reduce(0, +) / Double(known.count)
  }

  private func coverage(_ total: SupervisoryResults.Row, _ table: QuarterlyTable) -> Double {
    let balances = LoanType.allCases.map { total.value($0.id + "_losses")! / total.value($0.id + "_loss_rate")! }
    let portfolio = quarters(until: total.jumpOff).map { quarter in
      let known = LoanType.allCases.compactMap { type in
        rate(type, table, quarter).map { ($0 * balances[type.rawValue], balances[type.rawValue]) }
      }
      return known.map(\.0).reduce(0, +) / known.map(\.1).reduce(0, +)
    }
    let nine = (0...(portfolio.count - 13)).map { portfolio[$0..<($0 + 9)].reduce(0, +) }
    let worst = nine.indices.max { nine[$0] < nine[$1] }!
    let share = portfolio[(worst + 9)..<(worst + 13)].reduce(0, +) / nine[worst]
    let opening = total.value("loan_losses")! * (1 + share) - total.value("provisions")!
    return opening
      / LoanType.allCases.map { balances[$0.rawValue] * longRunRate($0, table, until: total.jumpOff) }.reduce(0, +)
  }

  @Test func theOtherLoansProxyIsThePublishedRatio() throws {
    let results = try SupervisoryResults(knownAt: Quarter("2023Q4")!)
    let totals = results.rows.filter { $0.bankId == nil && $0.scenario == "severely_adverse" }.suffix(3)
    #expect(totals.map(\.exercise) == ["2021", "2022", "2023"])
    let ratio =
      totals.map { $0.value("other_loans_loss_rate")! / $0.value("commercial_and_industrial_loss_rate")! }
      .reduce(0, +) / 3
    #expect(abs(ratio - LoanTypeMapping.sources[LoanType.otherLoans.rawValue].scale) < 0.005)
  }

  @Test func theAdverseAddOnIsThePublishedRatio() throws {
    let rows = try SupervisoryResults(knownAt: Quarter("2023Q4")!).rows.filter { $0.bankId == nil }
    let adverse = rows.filter { $0.scenario == "adverse" }
    func losses(_ rows: [SupervisoryResults.Row]) -> Double {
      rows.map { $0.value("trading_and_counterparty_losses")! }.reduce(0, +)
    }
    let severe = rows.filter { row in
      row.scenario == "severely_adverse" && adverse.contains { $0.exercise == row.exercise }
    }
    #expect(adverse.count == 6 && severe.count == 6)
    #expect(abs(losses(adverse) / losses(severe) - CapitalRules.addOnScale(severity: "adverse")) < 0.005)
  }
}
