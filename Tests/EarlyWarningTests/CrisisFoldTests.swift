import MacroScenarios
import NeuralNetworks
import Testing

@testable import EarlyWarning

@Suite struct CrisisFoldTests {
  @Test func eachCrisisIsLeftOutOnceAndTogetherTheyCoverAllQuarters() throws {
    let sample = try CrisisFixture.sample()
    let folds = CrisisFold.all(of: sample)
    #expect(folds.map(\.crisis) == ["1990", "2001", "2008", "2020"])
    #expect(folds.flatMap(\.test) == Array(sample.quarters.indices))
    #expect(folds.map { "\(sample.quarters[$0.test[0]])" } == ["1987Q1", "1996Q2", "2005Q1", "2014Q4"])
  }

  /// What a training window reads or is labelled by, and what a test window reads or is labelled by, share no quarter.
  @Test func noQuarterServesBothSides() throws {
    let sample = try CrisisFixture.sample()
    func reach(_ places: [Int]) -> Set<Int> {
      Set(places.flatMap { ($0 - EarlyWarningModel.leadIn)...($0 + CrisisLabels.leadQuarters) })
    }
    for fold in CrisisFold.all(of: sample) {
      #expect(reach(fold.test).isDisjoint(with: reach(fold.training)))
      #expect(fold.training.count > 60)
      for inner in fold.inner(of: sample) {
        #expect(Set(inner.test + inner.training).isSubset(of: Set(fold.training)))
        #expect(inner.crisis != fold.crisis)
        #expect(reach(inner.test).isDisjoint(with: reach(inner.training)))
      }
    }
  }

  /// Everything later than the jump-off replaced by nonsense: every window, label and fitted figure stays as it is.
  @Test func nothingAfterTheJumpOffIsSeen() throws {
    let jumpOff = Quarter(year: 2023, number: 4)
    func model(isSpoilt: Bool) throws -> EarlyWarningModel {
      func table(_ name: String, asOf: String) throws -> QuarterlyTable {
        try QuarterlyTable(text: CrisisTables.text(name, asOf: asOf, spoiltAfter: isSpoilt ? jumpOff : nil))
      }
      let recessions = try RecessionTable(
        text: CrisisTables.recessions + (isSpoilt ? "2023-01,2023-10,2024-01-05,2024-11-05\n" : ""))
      return try EarlyWarningTraining.run(
        history: table("us-macro-history.csv", asOf: "2023Q4"),
        chargeOffs: table("us-charge-off-rates.csv", asOf: "2023Q4"),
        recessions: recessions, jumpOff: jumpOff, settings: CrisisFixture.tiny, progress: { _ in })
    }
    let clean = try model(isSpoilt: false)
    let spoilt = try model(isSpoilt: true)
    #expect(clean == spoilt)
    #expect(clean.card.window == "1987Q1–2021Q4")
  }

  @Test func aHistoryOfALaterVintageIsRefused() throws {
    let error = #expect(throws: InvalidInput.self) { try CrisisFixture.sample(Quarter(year: 2023, number: 4)) }
    #expect(error?.diagnostics.first?.code == "M016")
  }

  @Test func tooFewCrisesAreRefused() throws {
    let jumpOff = Quarter(year: 2004, number: 4)
    let history = try QuarterlyTable(text: CrisisTables.text("us-macro-history.csv", asOf: "2004Q4", spoiltAfter: nil))
    let error = #expect(throws: InvalidInput.self) {
      try CrisisSample(
        history: history, chargeOffs: CrisisFixture.chargeOffs(), recessions: CrisisFixture.recessions(),
        jumpOff: jumpOff)
    }
    #expect(error?.diagnostics.first?.code == "M032")
  }
}
