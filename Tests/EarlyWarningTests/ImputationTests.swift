import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct TableCompletionTests {
  /// Sixteen factors that two waves drive, through the scales of the real factors.
  private static let scale = StationaryScale(
    factors: RiskFactor.catalogue,
    means: [0.02, 0.02, 0.02, 0.02, -2.9, 0.02, 0.03, 0.01, 0.006, -4.2, -4.1, -3.5, 0.02, 0.01, 0.01, 3],
    deviations: [0.01, 0.01, 0.01, 0.01, 0.2, 0.01, 0.005, 0.002, 0.002, 0.2, 0.2, 0.1, 0.05, 0.01, 0.02, 0.3])

  /// Natural values, `[quarter][factor]`.
  private static func table(_ quarters: Int, seed: UInt64 = 11) -> [[Double]] {
    var random = PlainRandom(seed: seed)
    let loads = (0..<16).map { _ in (random.uniform(-1, 1), random.uniform(-1, 1)) }
    var rows: [[Double]] = [], previous = [Double](repeating: 100, count: 16)
    for quarter in 0..<quarters {
      let waves = (sin(0.31 * Double(quarter)), cos(0.83 * Double(quarter) + 1))
      var row = [Double](repeating: 0, count: 16)
      for k in 0..<16 {
        row[k] = scale.value(
          of: k, coordinate: loads[k].0 * waves.0 + loads[k].1 * waves.1, in: row, after: previous)
      }
      rows.append(row)
      previous = row
    }
    return rows
  }

  private static func principal(_ rows: [[Double]]) -> PrincipalComponents {
    let unknown = [Double](repeating: .nan, count: 16)
    let windows = scale.grid(of: [unknown] + rows).windows(ofQuarters: 13).dropFirst()
    return PrincipalComponents(fittedTo: Array(windows), components: 4)
  }

  /// Where the truth has low rank, hidden values are found again, of every kind of factor and in every place; straight lines
  /// between neighbours are far off.
  @Test(arguments: [
    (20, 4), (30, 0), (33, 6), (25, 9), (40, 12), (44, 13), (21, 15), (59, 13), (59, 4), (0, 15), (3, 14),
  ])
  func hiddenValuesOfLowRankAreFoundAgain(_ quarter: Int, _ factor: Int) throws {
    let truth = Self.table(60)
    var holed = truth
    holed[quarter][factor] = .nan
    let completion = TableCompletion(scale: Self.scale, model: Self.principal(truth), bridge: nil)
    let filled = completion.complete([holed])[0]
    let deviation = HiddenValueTest.error(
      of: filled[quarter][factor], truth[quarter][factor], Self.scale.factors[factor])
    let line = Interpolation.complete(holed, factors: Self.scale.factors)[quarter][factor]
    let straight = HiddenValueTest.error(of: line, truth[quarter][factor], Self.scale.factors[factor])
    #expect(abs(deviation) < 0.1 * abs(straight), "filled \(deviation) off, a line \(straight)")
    for q in truth.indices {
      for k in 0..<16 where (q, k) != (quarter, factor) { #expect(filled[q][k] == truth[q][k]) }
    }
  }

  @Test func anIndexLeadsFromLevelToLevelAcrossItsGap() {
    let truth = Self.table(60)
    var holed = truth
    for quarter in 20..<24 { holed[quarter][13] = .nan }
    // A model that knows nothing says mean growth; the gap's ends still join.
    let mean = PrincipalComponents(
      mean: [Double](repeating: 0, count: 208), axes: [1] + [Double](repeating: 0, count: 207), variances: [1],
      noiseVariance: 0.5)
    let filled = TableCompletion(scale: Self.scale, model: mean, bridge: nil).complete([holed])[0]
    let growth = (19..<24).map { log(filled[$0 + 1][13] / filled[$0][13]) }
    for step in growth { expectClose(step, growth[0], absolute: 1e-12, "an even share of the way") }
  }

  @Test func aTableShorterThanAWindowStaysAsItIs() {
    var holed = Self.table(12)
    holed[5][4] = .nan
    let model = Self.principal(Self.table(60))
    let filled = TableCompletion(scale: Self.scale, model: model, bridge: nil).complete([holed])[0]
    #expect(filled[5][4].isNaN)
  }
}

@Suite struct ResidualBridgeTests {
  /// The conditional mean of a stationary AR(1) between two known values, by the covariance matrix written out.
  @Test(arguments: [0.3, 0.8, 0.95], [(1, 1), (1, 3), (2, 2)])
  func aBridgeIsTheConditionalMean(_ ρ: Double, _ gap: (Int, Int)) {
    let (a, b) = gap
    let bridge = ResidualBridge(autocorrelations: [ρ])
    let (left, right) = (1.7, -0.6)
    // Cov(r_t, ·) = (ρᵃ, ρᵇ); the ends' own covariance is [[1, c], [c, 1]], c = ρ^{a+b}.
    let c = pow(ρ, Double(a + b)), p = pow(ρ, Double(a)), q = pow(ρ, Double(b))
    let expected = ((p - c * q) * left + (q - c * p) * right) / (1 - c * c)
    expectClose(
      bridge.expected(factor: 0, before: (left, a), after: (right, b)), expected, absolute: 1e-12)
    expectClose(bridge.expected(factor: 0, before: (left, a), after: nil), p * left, absolute: 1e-15)
    #expect(bridge.expected(factor: 0, before: nil, after: nil) == 0)
  }

  @Test func noMemorySaysNothing() {
    #expect(ResidualBridge(autocorrelations: [0]).expected(factor: 0, before: (3, 1), after: (3, 1)) == 0)
  }
}

@Suite struct InterpolationTests {
  @Test func linesAndEndsAreThoseByHand() {
    let factors = [RiskFactor.named("unemployment_rate")!, RiskFactor.named("house_price_index")!]
    let nan = Double.nan
    let filled = Interpolation.complete(
      [[nan, nan], [0.04, 100], [nan, nan], [nan, nan], [0.07, 800], [nan, nan]], factors: factors)
    expectClose(filled.map { $0[0] }, [0.04, 0.04, 0.05, 0.06, 0.07, 0.07], absolute: 1e-15)
    expectClose(filled.map { $0[1] }, [100, 100, 200, 400, 800, 800], relative: 1e-12)
  }
}

@Suite struct TableImputationTests {
  private func impute(_ text: String, multiple: Double = 8) throws -> TableImputation {
    try PlausibilityFixture.withFile(text) {
      try TableImputation(of: $0, model: PlausibilityFixture.shipped.get(), multiple: multiple)
    }
  }

  private func refusal(_ text: String) throws -> [Diagnostic] {
    let error = #expect(throws: InvalidInput.self) { try impute(text) }
    #expect(error?.kind == .invalid)
    return error?.diagnostics ?? []
  }

  @Test func whatWasThereIsNotTouchedAndHolesAreNamed() throws {
    let text = try PlausibilityFixture.text()
    let holed = PlausibilityFixture.edited(text) { quarter, column, cell in
      quarter == "2004Q2" && column == "unemployment_rate" || quarter >= "2025Q3" && column == "cre_price_index"
        ? "" : cell
    }
    let result = try impute(holed)
    let mine = result.filled
    #expect(
      mine.map { "\($0.quarter) \($0.factor.id)" } == [
        "2004Q2 unemployment_rate", "2025Q3 cre_price_index", "2025Q4 cre_price_index",
      ])
    #expect(mine.map(\.gap) == [.singleValues, .lastQuarters, .lastQuarters])
    // Published: 5.6 %; the interval is one of nine in ten, and this is not the tenth. 2020 makes it 2.3 points wide.
    #expect(mine[0].lower < 0.056 && 0.056 < mine[0].upper && mine[0].upper - mine[0].lower < 0.025)
    let completed = result.completedTable.split(separator: "\n", omittingEmptySubsequences: false)
    let before = holed.split(separator: "\n", omittingEmptySubsequences: false)
    let notes = before.count { $0.hasPrefix("#") }
    // One note more; otherwise only empty cells changed.
    #expect(completed.count == before.count + 1)
    for (old, new) in zip(before.dropFirst(notes), completed.dropFirst(notes + 1)) where old != new {
      for (a, b) in zip(
        old.split(separator: ",", omittingEmptySubsequences: false),
        new.split(separator: ",", omittingEmptySubsequences: false))
      { #expect(a == b || a.isEmpty && Double(b) != nil) }
    }
    #expect(result.listing.split(separator: "\n").count == 1 + result.filled.count + result.suspects.count)
    // The completed table is a table, with nothing left to fill.
    let again = try impute(result.completedTable)
    #expect(again.filled.isEmpty)
  }

  /// A slip of the pen in one cell is found, alone among its neighbours.
  @Test(arguments: [
    ("2016Q2", "unemployment_rate", "48.0"), ("2016Q2", "house_price_index", "1780.0"),
    ("2004Q3", "treasury_10y", "43.0"), ("2013Q1", "vix", "1.9"),
  ])
  func aSlipIsFound(_ quarter: String, _ column: String, _ wrong: String) throws {
    let text = try PlausibilityFixture.text()
    let clean = try impute(text).suspects
    let spoilt = PlausibilityFixture.edited(text) { $0 == quarter && $1 == column ? wrong : $2 }
    let found = try impute(spoilt).suspects.filter { suspect in
      !clean.contains { $0.quarter == suspect.quarter && $0.factor == suspect.factor }
    }
    #expect(found.map { "\($0.quarter) \($0.factor.id)" } == ["\(quarter) \(column)"])
  }

  @Test func otherUnitsAreRefusedByColumn() throws {
    let text = try PlausibilityFixture.text()
    for (column, factor) in [("unemployment_rate", 0.01), ("treasury_10y", 100), ("real_gdp_growth", 0.01)] {
      let found = try refusal(
        PlausibilityFixture.edited(text) { $1 == column && !$2.isEmpty ? "\(Double($2)! * factor)" : $2 })
      #expect(found.contains { $0.code == "T074" && $0.message.contains("'\(column)'") }, "\(column): \(found)")
    }
    let swapped = text.replacing("unit,percent,", with: "unit,index,")
    #expect(try refusal(swapped).map(\.code).contains { $0 == "T072" || $0 == "T018" })
  }

  @Test func constantColumnsAreRefusedAndEmptyOnesLeft() throws {
    let text = try PlausibilityFixture.text()
    let flat = try refusal(PlausibilityFixture.edited(text) { $1 == "vix" && !$2.isEmpty ? "20" : $2 })
    #expect(flat.map(\.code) == ["T073"])
    let empty = try impute(PlausibilityFixture.edited(text) { $1 == "vix" ? "" : $2 })
    #expect(empty.warnings.map(\.code) == ["T076"])
    #expect(!empty.filled.contains { $0.factor.id == "vix" })
  }

  @Test func rowsTwiceShuffledOrTooFewAreRefusedByLine() throws {
    let lines = try PlausibilityFixture.text().split(separator: "\n").map(String.init)
    let twice = lines[..<50] + [lines[49]] + lines[50...]
    #expect(try refusal(twice.joined(separator: "\n") + "\n").first?.code == "T016")
    #expect(try refusal(twice.joined(separator: "\n") + "\n").first?.place.line == 51)
    var shuffled = lines
    shuffled.swapAt(60, 61)
    #expect(try refusal(shuffled.joined(separator: "\n") + "\n").allSatisfy { $0.code == "T016" })
    let head = lines.firstIndex { $0.hasPrefix("as_of") }! + 1
    let short = try refusal(lines[..<(head + 12)].joined(separator: "\n") + "\n")
    #expect(short.map(\.code).contains("T070"))
    #expect(
      try refusal("quarter,alpha\nunit,percent\nas_of,2020Q4\n2020Q4,1\n").map(\.code).sorted() == ["T070", "T071"])
  }
}
