import Foundation
import Testing

@testable import MacroScenarios

@Suite("Quarters")
struct QuarterTests {
  @Test("text to quarter and back", arguments: [("2025Q4", "2025Q4"), ("1976 Q1", "1976Q1")])
  func text(_ text: String, _ expected: String) { #expect(Quarter(text)?.description == expected) }

  @Test(
    "what is no quarter is none",
    arguments: [
      "", "2025", "2025Q", "2025Q0", "2025Q5", "2025  Q4", "Q4 2025", "25Q4", "2025q4", "2025Q44", "２０２５Q4", " 2025Q4",
    ])
  func refused(_ text: String) { #expect(Quarter(text) == nil) }

  @Test("arithmetic crosses years, forwards and backwards")
  func arithmetic() {
    let quarter = Quarter(year: 2025, number: 4)
    #expect(quarter.advanced(by: 1) == Quarter(year: 2026, number: 1))
    #expect(quarter.advanced(by: -4) == Quarter(year: 2024, number: 4))
    for count in -20...20 { #expect(quarter.distance(to: quarter.advanced(by: count)) == count) }
    #expect(quarter < quarter.advanced(by: 1))
  }
}

@Suite("Measures")
struct MeasureTests {
  @Test(
    "a number with its unit",
    arguments: [
      ("-30%", -30, Measure.Unit.percent), ("+350bp", 350, .basisPoints), ("2.5pp", 2.5, .percentagePoints),
      ("9q", 9, .quarters), ("100k", 100, .thousands), ("1M", 1, .millions), ("1.0", 1, .none), ("007", 7, .none),
    ])
  func read(_ text: String, _ number: Double, _ unit: Measure.Unit) throws {
    let measure = try Measure(text)
    #expect(measure.number == number && measure.unit == unit)
  }

  @Test(
    "no number",
    arguments: ["", "%", "+", "1.2.3%", ".5%", "5.%", "--1", "1,5%", "NaN", "inf", "٣%", "½", "1e5", "0x10"])
  func notANumber(_ text: String) { #expect(throws: Measure.Failure.notANumber) { try Measure(text) } }

  @Test("no unit", arguments: [("30 %", " %"), ("5bps", "bps"), ("3Q", "Q")])
  func unknownUnit(_ text: String, _ unit: String) {
    #expect(throws: Measure.Failure.unknownUnit(unit)) { try Measure(text) }
  }
}

@Suite("Spelling")
struct SpellingTests {
  @Test(
    "Damerau–Levenshtein distances",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("ca", "abc", 3), ("durration", "duration", 1),
      ("vxi", "vix", 1), ("abcd", "badc", 2),
    ])
  func distance(_ left: String, _ right: String, _ expected: Int) {
    #expect(Spelling.distance(left, right) == expected)
    #expect(Spelling.distance(right, left) == expected)
  }

  @Test("near words are proposed, far ones are not")
  func nearest() {
    let words = ["paths", "seed", "sampling", "horizon"]
    #expect(Spelling.nearest(to: "path", among: words) == "paths")
    #expect(Spelling.nearest(to: "sampelign", among: words) == "sampling", "three edits from eight letters on")
    #expect(Spelling.nearest(to: "horrrizzon", among: words) == "horizon")
    #expect(Spelling.nearest(to: "xyz", among: words) == nil)
    #expect(
      Spelling.nearest(to: "2026", among: ["2021", "2026_final"]) == "2026_final", "the rest of a word is missing")
    #expect(Spelling.nearest(to: "to", among: ["at"]) == nil, "a short word is not every other short word")
    #expect(Spelling.nearest(to: String(repeating: "x", count: 100_000), among: words) == nil)
  }
}

@Suite("Shapes and shocks")
struct PathShapeTests {
  @Test("a peak rises, turns and is back")
  func peak() {
    let path = PathShape(form: .peak, at: 4, revertOver: 4).path(from: 0.04, to: 0.08, horizon: 10, unit: .percent)
    let expected = [0.05, 0.06, 0.07, 0.08, 0.07, 0.06, 0.05, 0.04, 0.04, 0.04]
    // Sums of a few products: a few ULPs of 0.08.
    #expect(zip(path, expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(path)")
  }

  @Test("an index falls by the same share every quarter")
  func trough() {
    let path = PathShape(form: .trough, at: 2, revertOver: 1).path(from: 100, to: 64, horizon: 4, unit: .index)
    #expect(zip(path, [80, 64, 100, 100]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(path)")
  }

  @Test("a step jumps and stays, a ramp arrives and stays, a step may revert")
  func stepAndRamp() {
    func path(_ form: PathShape.Form, _ at: Int, _ revert: Int? = nil) -> [Double] {
      PathShape(form: form, at: at, revertOver: revert).path(from: 0, to: 1, horizon: 5, unit: .percent)
    }
    #expect(path(.step, 3) == [0, 0, 1, 1, 1])
    #expect(path(.step, 1) == [1, 1, 1, 1, 1])
    #expect(path(.step, 2, 2) == [0, 1, 0.5, 0, 0])
    #expect(path(.ramp, 4) == [0.25, 0.5, 0.75, 1, 1])
  }

  @Test("a shock's weight: before, during, fading")
  func shock() {
    let factor = RiskFactor.catalogue[0]
    func weights(at: Int, duration: Int?, decay: Double?) -> [Double] {
      let shock = Shock(id: "s", factor: factor, size: 1, at: at, duration: duration, decay: decay, why: "")
      return (1...6).map { shock.weight(inQuarter: $0) }
    }
    #expect(weights(at: 2, duration: nil, decay: nil) == [0, 1, 1, 1, 1, 1])
    #expect(weights(at: 2, duration: 2, decay: nil) == [0, 1, 1, 0, 0, 0])
    #expect(weights(at: 1, duration: 1, decay: 1) == [1, 0.5, 0.25, 0.125, 0.0625, 0.03125])
  }
}

@Suite("Assertions")
struct AssertionTests {
  @Test("what an author may assert")
  func read() throws {
    let first = try Assertion("p05(min(system.cet1_ratio)) >= 7.0%")
    #expect(first.statistic == .quantile(0.05) && first.metric.aggregation == .min && first.metric.entity == .system)
    #expect(first.metric.item == .cet1Ratio && first.comparison == .atLeast && abs(first.limit - 0.07) < 1e-15)
    let second = try Assertion(" p99.9 ( 1073757.loan_loss_rate )<9% ")
    #expect(second.statistic == .quantile(99.9 / 100) && second.metric.aggregation == nil)
    #expect(second.metric.entity == .bank(rssd: 1_073_757) && second.comparison == .below)
    #expect(try Assertion("mean(system.capital_depletion) <= 3%").statistic == .mean)
  }

  @Test(
    "the trouble and where it starts",
    arguments: [
      ("", 0), ("p(min(system.cet1_ratio)) > 1%", 0), ("p0(min(system.cet1_ratio)) > 1%", 0),
      ("p100(min(system.cet1_ratio)) > 1%", 0), ("p05 min(system.cet1_ratio) > 1%", 4),
      ("p05(max(system.cet1_ratio)) > 1%", 4), ("p05(min(sistem.cet1_ratio)) > 1%", 8),
      ("p05(min(system.cet1)) > 1%", 15), ("p05(min(system.cet1_ratio) > 1%", 27),
      ("p05(min(system.loan_loss_rate)) > 1%", 15), ("p05(min(system.cet1_ratio)) == 1%", 28),
      ("p05(min(system.cet1_ratio)) > 1", 30), ("p05(min(system.cet1_ratio)) > 1% or more", 30),
    ])
  func refused(_ text: String, _ offset: Int) {
    #expect {
      try Assertion(text)
    } throws: { error in
      (error as? Assertion.Refusal)?.offset == offset
    }
  }

  @Test("comparisons mean what they say")
  func comparisons() {
    #expect(Check.Comparison.atLeast.holds(1, 1) && !Check.Comparison.above.holds(1, 1))
    #expect(Check.Comparison.atMost.holds(1, 1) && !Check.Comparison.below.holds(1, 1))
    #expect(Check.Comparison.below.holds(0, 1) && !Check.Comparison.atLeast.holds(0, 1))
    #expect(!Check.Comparison.atMost.holds(.nan, 1), "not a number never passes")
  }
}
