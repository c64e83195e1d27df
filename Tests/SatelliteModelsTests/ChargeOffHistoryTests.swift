import MacroScenarios
import Testing

@testable import SatelliteModels

@Suite struct ChargeOffHistoryTests {
  private let header =
    "quarter,credit_cards,commercial_and_industrial,commercial_real_estate,residential_real_estate,"
    + "other_consumer,consumer,other_consumer_unadjusted\n"
    + "unit,percent,percent,percent,percent,percent,percent,percent\n"
    + "as_of,2026Q2,2026Q2,2026Q2,2026Q2,2026Q2,2026Q2,2026Q2\n"

  @Test func theIdentityFillsAGapExactlyWhenTheShareMovesInAStraightLine() throws {
    // Cards 4 %, other 1 %, and a share of cards from 40 % rising by 1 point a quarter; the third to sixth are missing.
    let rows = (0..<8).map { row in
      let share = 0.4 + 0.01 * Double(row)
      let consumer = share * 4 + (1 - share) * 1
      return
        "\(Quarter(year: 2016, number: 1).advanced(by: row)),4,1,1,1,\((2..<6).contains(row) ? "" : "1"),\(consumer),"
    }
    let history = try ChargeOffHistory(
      Fixture.table(header + rows.joined(separator: "\n") + "\n"), cutAfter: Quarter(year: 2030, number: 1))
    for row in 0..<8 {
      let quarter = Quarter(year: 2016, number: 1).advanced(by: row)
      let rate = try #require(history.rate(.otherConsumer, in: quarter))
      #expect(abs(rate - 0.01) < 1e-12)
      #expect(history.origin(.otherConsumer, in: quarter) == ((2..<6).contains(row) ? .filled : .published))
    }
  }

  @Test func aCutInsideTheGapHoldsTheLastShare() throws {
    let table = try Fixture.chargeOffs()
    let cut = Quarter(year: 2017, number: 4)
    let history = try ChargeOffHistory(table, cutAfter: cut)
    #expect(history.lastQuarter == cut)
    #expect(history.origin(.otherConsumer, in: cut) == .filled)
    let adjusted = try #require(history.rate(.otherConsumer, in: Quarter(year: 2015, number: 4)))
    let share =
      (table.value("consumer", in: Quarter(year: 2015, number: 4))! - adjusted)
      / (table.value("credit_cards", in: Quarter(year: 2015, number: 4))! - adjusted)
    let expected = (table.value("consumer", in: cut)! - share * table.value("credit_cards", in: cut)!) / (1 - share)
    #expect(abs(history.rate(.otherConsumer, in: cut)! - expected) < 1e-15)
  }

  @Test func aPureSeasonIsTakenOut() throws {
    // Transformed rates of 0.1 with a season of ±0.01 and ±0.005 that sums to zero.
    let season = [0.01, -0.005, -0.01, 0.005]
    let rows = (0..<20).map { row in
      "\(Quarter(year: 1991, number: 1).advanced(by: row)),4,1,1,1,,,\(RateScale.rate(0.1 + season[row % 4]) * 100)"
    }
    let history = try ChargeOffHistory(
      Fixture.table(header + rows.joined(separator: "\n") + "\n"), cutAfter: Quarter(year: 2000, number: 1))
    for row in 0..<20 {
      let quarter = Quarter(year: 1991, number: 1).advanced(by: row)
      #expect(abs(history.rate(.otherConsumer, in: quarter)! - RateScale.rate(0.1)) < 1e-12)
      #expect(history.origin(.otherConsumer, in: quarter) == .seasonallyAdjusted)
    }
  }

  @Test(arguments: ["2004Q2", "2017Q4", "2023Q4"])
  func nothingAfterTheCutMatters(_ text: String) throws {
    let cut = try #require(Quarter(text))
    let honest = try ChargeOffHistory(Fixture.chargeOffs(), cutAfter: cut)
    let spoilt = try ChargeOffHistory(Fixture.spoilt("data/us-charge-off-rates.csv", after: cut), cutAfter: cut)
    #expect(honest == spoilt)
  }

  @Test func anAbsentColumnIsNamed() throws {
    let table = try Fixture.table("quarter,credit_cards\nunit,percent\nas_of,2026Q2\n2020Q1,4\n")
    let error = #expect(throws: InvalidInput.self) {
      try ChargeOffHistory(table, cutAfter: Quarter(year: 2020, number: 1))
    }
    #expect(error?.diagnostics.count == 4)
    #expect(error?.diagnostics.first?.message.contains("commercial_and_industrial") == true)
  }

  @Test(arguments: [-0.005, -0.001, -0.0005, 0, 0.002, 0.2])
  func theScaleIsInvertibleEvenForRecoveries(_ rate: Double) {
    #expect(abs(RateScale.rate(RateScale.transform(rate)) - rate) < 1e-16)
    #expect(RateScale.transform(rate + 1e-6) > RateScale.transform(rate))
  }
}
