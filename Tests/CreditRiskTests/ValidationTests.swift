import Glibc
import TestSupport
import Testing

@testable import CreditRisk

@Suite("Figures of ranking and calibration")
struct ValidationTests {
  private static let sample = FixtureTable("sample.csv").rows
  private static let expected = Dictionary(
    uniqueKeysWithValues: FixtureTable("expected.csv").rows.map { ($0.text("name"), $0.number("value")) })

  private static func column(_ name: String) -> [Double] { sample.map { $0.number(name) } }
  private static var defaults: [Bool] { sample.map { $0.text("default") == "1" } }

  private func expectKnown(_ name: String, _ value: Double, relative: Double = 1e-10) throws {
    expectClose(value, try #require(Self.expected[name]), relative: relative, name)
  }

  @Test("AUC, its error, the error of a difference and the distance are those of the reference")
  func ranking() throws {
    let first = RankingQuality(Self.column("first"), Self.defaults)
    let second = RankingQuality(Self.column("second"), Self.defaults)
    for (name, quality) in [("first", first), ("second", second)] {
      try expectKnown("auc_\(name)", quality.areaUnderCurve.value)
      try expectKnown("auc_error_\(name)", quality.areaUnderCurve.standardError)
      let distance = RankingQuality.kolmogorovSmirnov(Self.column(name), Self.defaults, samples: 200, seed: 1)
      try expectKnown("ks_\(name)", distance.value)
      #expect(distance.standardError > 0.02 && distance.standardError < 0.1)
    }
    let lead = first.lead(over: second)
    try expectKnown("lead", lead.value)
    try expectKnown("lead_error", lead.standardError)
    expectClose(first.gini.value, 2 * first.areaUnderCurve.value - 1, absolute: 1e-15)
    expectClose(first.gini.standardError, 2 * first.areaUnderCurve.standardError, absolute: 1e-15)
  }

  @Test("closed forms: perfect, useless, reversed")
  func closedForms() {
    let defaults = [false, false, false, true, true]
    func quality(_ scores: [Double]) -> RankingQuality { RankingQuality(scores, defaults) }
    #expect(quality([1, 2, 3, 4, 5]).areaUnderCurve == IntervalEstimate(value: 1, standardError: 0))
    #expect(quality([5, 4, 3, 2, 1]).areaUnderCurve.value == 0)
    #expect(quality([2, 2, 2, 2, 2]).areaUnderCurve == IntervalEstimate(value: 0.5, standardError: 0))
    expectClose(quality([1, 3, 5, 2, 4]).areaUnderCurve.value, 3.0 / 6, absolute: 1e-15)
    func distance(_ scores: [Double]) -> Double {
      RankingQuality.kolmogorovSmirnov(scores, defaults, samples: 2, seed: 1).value
    }
    #expect(distance([1, 2, 3, 4, 5]) == 1 && distance([2, 2, 2, 2, 2]) == 0)
    expectClose(distance([1, 3, 5, 2, 4]), 1.0 / 3, absolute: 1e-15)
  }

  @Test("a rising function of the scores changes nothing; swapping the classes mirrors the AUC")
  func invariance() {
    let scores = Self.column("first")
    let quality = RankingQuality(scores, Self.defaults)
    #expect(RankingQuality(scores.map { exp($0) }, Self.defaults).areaUnderCurve == quality.areaUnderCurve)
    let swapped = RankingQuality(scores, Self.defaults.map { !$0 }).areaUnderCurve
    expectClose(swapped.value, 1 - quality.areaUnderCurve.value, absolute: 1e-14)
    expectClose(swapped.standardError, quality.areaUnderCurve.standardError, absolute: 1e-14)
    #expect(quality.lead(over: quality) == IntervalEstimate(value: 0, standardError: 0))
  }

  @Test("the 90 % interval of an AUC holds the truth about nine times in ten")
  func coverage() {
    // Scores N(0, 1) and N(1, 1): AUC = Φ(1/√2).
    let truth = 0.5 * erfc(-0.5)
    var random = PlainRandom(seed: 11)
    func normal() -> Double { (-2 * log(1 - random.uniform())).squareRoot() * cos(2 * .pi * random.uniform()) }
    var held = 0
    for _ in 0..<400 {
      let scores = (0..<120).map { normal() + ($0 < 40 ? 1 : 0) }
      let area = RankingQuality(scores, (0..<120).map { $0 < 40 }).areaUnderCurve
      if area.lower <= truth, truth <= area.upper { held += 1 }
    }
    // 360 expected, standard deviation 6; four of them, and a little for the normal approximation.
    #expect((330...388).contains(held), "\(held) of 400")
  }

  @Test("Brier score and calibration line are those of the reference")
  func calibration() throws {
    let quality = CalibrationQuality(Self.column("p"), Self.defaults)
    try expectKnown("brier", quality.brier.value)
    try expectKnown("calibration_slope", quality.slope.value, relative: 1e-7)
    try expectKnown("calibration_intercept", quality.intercept.value, relative: 1e-7)
    #expect(quality.slope.standardError > 0.05 && quality.intercept.standardError > 0.05)
    #expect(quality.reliability.count == 10 && quality.reliability.map(\.count).reduce(0, +) == Self.sample.count)
    #expect(zip(quality.reliability, quality.reliability.dropFirst()).allSatisfy { $0.predicted <= $1.predicted })
    #expect(quality.reliability.allSatisfy { $0.lower <= $0.observed && $0.observed <= $0.upper })
  }

  @Test("closed forms of the Brier score and of a constant forecast")
  func brier() {
    let defaults = (0..<40).map { $0 % 4 == 0 }
    let quality = CalibrationQuality(
      (0..<40).map { $0 % 8 < 4 ? 0.25 : 0.25000001 }, defaults)
    expectClose(quality.brier.value, 0.25 * 0.75, absolute: 1e-8)
    expectClose(quality.intercept.value, 0, absolute: 1e-7)
    // Wilson's interval of 1 in 4: (1 + z²/2 ± z √(3/4 + z²/4)) / (4 + z²)
    let z = IntervalEstimate.quantile
    let half = z * (0.75 + z * z / 4).squareRoot()
    expectClose(quality.reliability[0].lower, (1 + z * z / 2 - half) / (4 + z * z), absolute: 1e-12)
    expectClose(quality.reliability[0].upper, (1 + z * z / 2 + half) / (4 + z * z), absolute: 1e-12)
    let other = (0..<40).map { _ in 0.5 }
    let difference = CalibrationQuality.brierDifference((0..<40).map { _ in 0.25 }, other, defaults)
    expectClose(difference.value, 0.1875 - 0.25, absolute: 1e-15)
  }

  @Test("logistic regression is that of the reference, with and without a penalty", arguments: [0, 0.05])
  func logisticRegression(penalty: Double) throws {
    let rows = Self.sample.flatMap { [$0.number("x0"), $0.number("x1"), $0.number("x2")] }
    let fit = LogisticRegression(rows, width: 3, targets: Self.defaults, penalty: penalty)
    let name = penalty == 0 ? "0" : "0.05"
    #expect(fit.hasConverged)
    try expectKnown("logistic_intercept_\(name)", fit.intercept, relative: 1e-6)
    for j in 0..<3 { try expectKnown("logistic_\(j)_\(name)", fit.coefficients[j], relative: 1e-6) }
  }

  @Test("an intercept alone is the logit of the rate; an offset is taken off it")
  func intercept() {
    let targets = (0..<50).map { $0 < 10 }
    let plain = LogisticRegression([], width: 0, targets: targets, penalty: 0)
    expectClose(plain.intercept, log(0.25), absolute: 1e-12)
    // The information of 50 draws at a fifth is 50 · 0.2 · 0.8 = 8.
    expectClose(plain.standardErrors[0], 1 / 8.0.squareRoot(), relative: 1e-9)
    let offset = LogisticRegression(
      [], width: 0, targets: targets, penalty: 0, offsets: [Double](repeating: 1.5, count: 50))
    expectClose(offset.intercept, log(0.25) - 1.5, absolute: 1e-12)
  }

  @Test("a regressor that parts the outcomes wholly has no finite coefficient without a penalty, and says so")
  func separation() {
    let rows = (0..<20).map(Double.init)
    let targets = rows.map { $0 >= 10 }
    #expect(!LogisticRegression(rows, width: 1, targets: targets, penalty: 0).hasConverged)
    let tamed = LogisticRegression(rows, width: 1, targets: targets, penalty: 0.01)
    #expect(tamed.hasConverged && tamed.coefficients[0] > 0)
  }
}
