import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import SatelliteModels

@Suite struct RevenueModelTests {
  static let data = repositoryFile("scenarios/data") + "/"
  static let factors = RiskFactor.catalogue.map(\.id)

  static func history(_ jumpOff: String) throws -> QuarterlyTable {
    let name = jumpOff <= "2023Q4" ? "us-macro-history-2023q4.csv" : "us-macro-history.csv"
    return try QuarterlyTable(contentsOf: data + name).cut(after: Quarter(jumpOff)!)
  }

  /// One path through the catalogue's sixteen factors; what revenue does not read is zero.
  static func path(bill: [Double], bond: [Double], bbb: [Double], index: [Double]) -> [Double] {
    bill.indices.flatMap { quarter in
      factors.map { id in
        switch id {
        case "treasury_3m": bill[quarter]
        case "treasury_10y": bond[quarter]
        case "bbb_yield": bbb[quarter]
        case "dow_jones_total_stock_market": index[quarter]
        default: 0
        }
      }
    }
  }

  static func responses(_ model: RevenueModel, _ factors: [Double], horizon: Int, quarters: Int) -> [Double] {
    let paths = factors.count / (horizon * Self.factors.count)
    var responses = [Double](repeating: .nan, count: paths * quarters)
    var span = responses.mutableSpan
    model.project(factors: factors.span, horizon: horizon, into: &span)
    return responses
  }

  /// The filters written out as sums over all the past: Σ 0.793^k drive(t−k), and so on.
  @Test func theFiltersAreTheirSums() throws {
    let history = try Self.history("2025Q4")
    let model = try RevenueModel(history: history, factors: Self.factors)
    let bill = [0.03, 0.01, 0.001]
    let bond = [0.03, 0.012, 0.015]
    let bbb = [0.06, 0.08, 0.07]
    let index = [50_000.0, 30_000, 33_000]
    let found = Self.responses(
      model, Self.path(bill: bill, bond: bond, bbb: bbb, index: index), horizon: 3, quarters: 3)

    func past(_ id: String) -> [Double] {
      let first = Quarter("1990Q1")!
      return (0...first.distance(to: history.lastQuarter)).map { history.value(id, in: first.advanced(by: $0))! }
    }
    let bills = past("treasury_3m") + bill
    let bonds = past("treasury_10y") + bond
    let bbbs = past("bbb_yield") + bbb
    let indices = past("dow_jones_total_stock_market") + index
    func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { value, _ in value * base } }
    for quarter in 0..<3 {
      let now = bills.count - 3 + quarter
      var expected = 0.0
      for lag in 0..<now {
        let t = now - lag
        expected += power(0.793, lag) * (0.022 * bills[t] + 0.0426 * (bonds[t] - bills[t]))
        expected += power(0.904, lag) * 0.00407 * (indices[t] / indices[t - 1] - 1)
        expected -= power(0.816, lag) * 0.179 * (bbbs[t] - bonds[t] - bbbs[t - 1] + bonds[t - 1])
      }
      // The sum starts in 1990 and leaves out the steady state before: 0.793^140 is below 1e-14.
      #expect(abs(found[quarter] - expected / 4) < 1e-13, "\(found[quarter]), \(expected / 4)")
    }
  }

  /// A jump of one point in the spread alone costs 0.179 points of assets a year in its first quarter.
  @Test func aWiderSpreadCostsWhatClassSays() throws {
    let model = try RevenueModel(history: try Self.history("2025Q4"), factors: Self.factors)
    let flat = [0.03, 0.03]
    let index = [60_000.0, 60_000]
    let plain = Self.responses(
      model, Self.path(bill: flat, bond: flat, bbb: [0.05, 0.05], index: index), horizon: 2, quarters: 2)
    let wider = Self.responses(
      model, Self.path(bill: flat, bond: flat, bbb: [0.06, 0.06], index: index), horizon: 2, quarters: 2)
    #expect(abs(plain[0] - wider[0] - 0.00179 / 4) < 1e-15)
    #expect(abs(plain[1] - wider[1] - 0.816 * 0.00179 / 4) < 1e-15)
  }

  @Test func everyPathIsItsOwn() throws {
    let model = try RevenueModel(history: try Self.history("2023Q4"), factors: Self.factors)
    let one = Self.path(bill: [0.05, 0.01], bond: [0.04, 0.02], bbb: [0.06, 0.07], index: [40_000, 30_000])
    let two = Self.path(bill: [0.05, 0.05], bond: [0.04, 0.04], bbb: [0.05, 0.05], index: [48_000, 49_000])
    let both = Self.responses(model, one + two, horizon: 2, quarters: 2)
    #expect(
      both == Self.responses(model, one, horizon: 2, quarters: 2) + Self.responses(model, two, horizon: 2, quarters: 2))
    #expect(Self.responses(model, one + two, horizon: 2, quarters: 1) == [both[0], both[2]])
  }

  /// The reference column of the bank tables: the mean response over nine quarters of each exercise's own economy,
  /// as Tests/ReferenceImplementations/bank_tables.py computes and prints it.
  @Test(arguments: [
    ("December 2020", "2020Q2", -0.0875), ("2021", "2020Q4", -0.1688), ("2023", "2022Q4", -0.1156),
    ("2024", "2023Q4", -0.1007),
  ]) func theReferenceEconomies(exercise: String, jumpOff: String, percent: Double) throws {
    let csv = try CommaSeparatedValues(contentsOf: Self.data + "us-reference-stress-paths.csv")
    let rows = csv.rows.filter { $0.cells[0] == exercise }
    #expect(rows.count == 9 && rows[0].cells[1] == Quarter(jumpOff)!.advanced(by: 1).description)
    func column(_ position: Int, _ scale: Double) -> [Double] { rows.map { Double($0.cells[position])! * scale } }
    let model = try RevenueModel(history: try Self.history(jumpOff), factors: Self.factors)
    let path = Self.path(bill: column(2, 0.01), bond: column(3, 0.01), bbb: column(4, 0.01), index: column(5, 1))
    let found = Self.responses(model, path, horizon: 9, quarters: 9).reduce(0, +) * 4 / 9
    #expect(abs(found - percent / 100) < 0.00005 / 100, "\(found * 100), expected \(percent)")
  }

  @Test func whatIsMissingIsSaid() throws {
    let history = try Self.history("2025Q4")
    #expect {
      try RevenueModel(history: history, factors: ["treasury_3m"])
    } throws: { error in
      (error as? InvalidInput)?.diagnostics[0].message.hasPrefix("revenue needs treasury_10y, bbb_yield") == true
    }
    #expect(throws: InvalidInput.self) {
      try RevenueModel(history: history.cut(after: Quarter("1989Q4")!), factors: Self.factors)
    }
  }
}
