import Foundation
import MacroScenarios
import Testing
import Stochastics

@testable import SatelliteModels

@Suite struct BankEffectTests {
  private let types = BankEffectLaw.loanTypes

  /// Results of one loan type (cards); other types are empty.
  private func results(_ rows: [(exercise: String, published: String, bank: String, loss: Double, rate: Double)]) throws
    -> CommaSeparatedValues
  {
    let header =
      ["exercise", "scenario", "published", "id_rssd"] + types.flatMap { ["\($0)_losses", "\($0)_loss_rate"] }
    let lines = rows.map { row in
      let cells = types.flatMap { $0 == "credit_card" ? ["\(row.loss)", "\(row.rate)"] : ["", ""] }
      return ([row.exercise, "severely_adverse", row.published, row.bank] + cells).joined(separator: ",")
    }
    return try Fixture.withFile(([header.joined(separator: ",")] + lines).joined(separator: "\n") + "\n") {
      try CommaSeparatedValues(contentsOf: $0)
    }
  }

  /// Two banks, two exercises: log ratios ±0.1 ± 0.02 exactly. Within: σ² = Σ 2·0.02²·2 / (4 − 2) = 0.0008;
  /// between: (2·0.1²·2 − 0.0008) / 2 = 0.0196.
  @Test func varianceComponentsOfABalancedTableAreExact() throws {
    var rows: [(exercise: String, published: String, bank: String, loss: Double, rate: Double)] = []
    for (exercise, sign) in [("2014", 1.0), ("2015", -1.0)] {
      rows.append((exercise, "\(exercise)Q2", "", 100, 10))
      rows.append((exercise, "\(exercise)Q2", "7", 5, 10 * exp(0.1 + 0.02 * sign)))
      rows.append((exercise, "\(exercise)Q2", "3", 5, 10 * exp(-0.1 + 0.02 * sign)))
    }
    rows.append(("2030", "2030Q2", "", 100, 10))
    rows.append(("2030", "2030Q2", "7", 5, 90))
    let law = try BankEffectLaw(results: results(rows), publishedBy: Quarter(year: 2025, number: 4))
    let cards = try #require(types.firstIndex(of: "credit_card"))
    #expect(law.banks == [3, 7])
    #expect(abs(law.withinBank[cards] - 0.0008.squareRoot()) < 1e-9)
    #expect(abs(law.betweenBanks[cards] - 0.0196.squareRoot()) < 1e-9)
    let weight = 0.0196 / (0.0196 + 0.0004)
    let seven = law.effect(ofBank: 7, loanType: cards)
    #expect(abs(seven.mean - 0.1 * weight) < 1e-9)
    #expect(abs(seven.standardDeviation - (0.0196 * (1 - weight) + 0.0008).squareRoot()) < 1e-9)
    let unknown = law.effect(ofBank: 99, loanType: cards)
    #expect(unknown.mean == 0)
    #expect(abs(unknown.standardDeviation - law.bankEffectStandardDeviations[cards]) < 1e-15)
    // Published later than the jump-off: never seen.
    let early = try BankEffectLaw(results: results(rows.dropLast(2)), publishedBy: Quarter(year: 2025, number: 4))
    #expect(early == law)
  }

  @Test func aTableWithoutItsColumnsIsRefused() throws {
    let csv = try Fixture.withFile("exercise,scenario\n2014,severely_adverse\n") {
      try CommaSeparatedValues(contentsOf: $0)
    }
    let error = #expect(throws: InvalidInput.self) {
      try BankEffectLaw(results: csv, publishedBy: Quarter(year: 2025, number: 4))
    }
    #expect(error?.diagnostics.contains { $0.message.contains("'id_rssd'") } == true)
  }

  /// `[path][bank][loanType]`
  private func draw(_ effects: BankEffects, firstPath: Int, count: Int) -> [Double] {
    let cells = effects.bankCount * types.count
    var tile = [Double](repeating: .nan, count: cells * 64)
    var scratch = [Double](repeating: 0, count: BankEffects.scratchCount)
    return (0..<count).flatMap { path in
      if path % 64 == 0 {
        var span = tile.mutableSpan
        var scratchSpan = scratch.mutableSpan
        effects.draw(TilePaths(from: firstPath + path), into: &span, scratch: &scratchSpan)
      }
      return (0..<cells).map { tile[$0 * 64 + path % 64] }
    }
  }

  @Test func effectsHaveMeanOneAndTheLawsSpread() throws {
    let law = try Fixture.model().bankEffects
    let effects = BankEffects(law, banks: [11, 99], balances: nil, seed: 3)
    let count = 64 * 600
    let values = draw(effects, firstPath: 0, count: count)
    for cell in 0..<14 {
      let s = law.bankEffectStandardDeviations[cell % 7]
      var sum = 0.0
      var logs = 0.0
      for path in 0..<count {
        let value = values[path * 14 + cell]
        sum += value
        logs += pow(log(value) + s * s / 2, 2)
      }
      // Four standard errors: √(exp(s²) − 1)/√n of the mean, 1/√(2n) of a standard deviation.
      #expect(abs(sum / Double(count) - 1) < 4 * (exp(s * s) - 1).squareRoot() / Double(count).squareRoot())
      #expect(abs((logs / Double(count)).squareRoot() / s - 1) < 4 / (2 * Double(count)).squareRoot())
    }
  }

  @Test func levelsLeaveTheSystemWhereItWas() throws {
    let law = try Fixture.model().bankEffects
    let balances = [100, 20, 50, 0, 80, 10, 5, 40, 30, 10, 60, 0, 90, 0].map(Double.init)
    let effects = BankEffects(law, banks: [11, 22], balances: balances, seed: 3)
    for type in 0..<7 {
      let total = balances[type] + balances[7 + type]
      let weighted = balances[type] * effects.levels[type] + balances[7 + type] * effects.levels[7 + type]
      #expect(abs(weighted - total) < 1e-9)
    }
    // Bank 11 has lost more than the system on other consumer loans, bank 22 less.
    #expect(effects.levels[5] > effects.levels[12])
  }

  @Test func theOrderOfBanksAndBlocksChangesNothing() throws {
    let law = try Fixture.model().bankEffects
    let there = draw(BankEffects(law, banks: [11, 22, 5], balances: nil, seed: 3), firstPath: 0, count: 128)
    let back = draw(BankEffects(law, banks: [5, 11, 22], balances: nil, seed: 3), firstPath: 0, count: 128)
    for path in 0..<128 {
      for type in 0..<7 {
        #expect(there[path * 21 + type] == back[path * 21 + 7 + type])
        #expect(there[path * 21 + 14 + type] == back[path * 21 + type])
      }
    }
    let part = draw(BankEffects(law, banks: [11, 22, 5], balances: nil, seed: 3), firstPath: 64, count: 20)
    #expect(part == Array(there[64 * 21..<84 * 21]))
  }
}
