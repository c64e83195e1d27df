import MacroScenarios
import Testing

@testable import Banking

/// The derived columns of the shipped bank tables, computed again from the published tables beside them.
@Suite struct BankTableSourceTests {
  /// Columns are written with four decimals of a percent, or of a billion.
  static let rounding = 0.000051 / 100

  @Test(arguments: ["2023Q4", "2025Q4"]) func theRecordIsTheMeanOfTheLastThreeExercises(jumpOff: String) throws {
    let results = try SupervisoryResults(
      contentsOf: dataFolder + "us-supervisory-results.csv", knownAt: Quarter(jumpOff)!)
    var without = 0
    for bank in try bankTable(jumpOff).banks {
      let own = results.rows.filter { $0.bankId == bank.id && $0.scenario == "severely_adverse" }
        .sorted { $0.published < $1.published }.suffix(3)
      #expect(bank.record.exercises == own.map(\.exercise).joined(separator: " + "))
      if own.isEmpty {
        without += 1
        continue
      }
      func mean(_ value: (SupervisoryResults.Row) -> Double) -> Double {
        own.map(value).reduce(0, +) / Double(own.count)
      }
      func share(_ column: String) -> Double {
        mean { ($0.value(column) ?? 0) / $0.value("risk_weighted_assets")! }
      }
      let record = bank.record
      for (name, found, expected) in [
        ("revenue", record.revenueRate, mean { $0.value("pre_provision_net_revenue_rate")! }),
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

  @Test func nothingPublishedAfterTheJumpOffIsKnown() throws {
    let early = try SupervisoryResults(
      contentsOf: dataFolder + "us-supervisory-results.csv", knownAt: Quarter("2023Q4")!)
    #expect(!early.rows.contains { $0.exercise == "2024" })
    #expect(early.rows.contains { $0.exercise == "2023" })
  }

  /// Opening allowance: years of coverage × Σ balance × scale × mean charge-off rate from 1991 to the jump-off.
  @Test(arguments: ["2023Q4", "2025Q4"]) func theOpeningAllowanceFollowsItsRule(jumpOff: String) throws {
    let end = Quarter(jumpOff)!
    let table = try QuarterlyTable(contentsOf: dataFolder + "us-charge-off-rates.csv")
    let results = try SupervisoryResults(contentsOf: dataFolder + "us-supervisory-results.csv", knownAt: end)
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
    let results = try SupervisoryResults(
      contentsOf: dataFolder + "us-supervisory-results.csv", knownAt: Quarter("2023Q4")!)
    let totals = results.rows.filter { $0.bankId == nil && $0.scenario == "severely_adverse" }.suffix(3)
    #expect(totals.map(\.exercise) == ["2021", "2022", "2023"])
    let ratio =
      totals.map { $0.value("other_loans_loss_rate")! / $0.value("commercial_and_industrial_loss_rate")! }
      .reduce(0, +) / 3
    #expect(abs(ratio - LoanTypeMapping.sources[LoanType.otherLoans.rawValue].scale) < 0.005)
  }

  @Test func theAdverseAddOnIsThePublishedRatio() throws {
    let rows = try SupervisoryResults(
      contentsOf: dataFolder + "us-supervisory-results.csv", knownAt: Quarter("2023Q4")!
    ).rows.filter { $0.bankId == nil }
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
