import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct CrisisLabelTests {
  private static func quarter(_ text: String) -> Quarter { Quarter(text)! }

  /// Counted by hand from the published dates and charge-offs: sorted, 1.71 % is the 133rd of 148 rates.
  @Test func knownQuartersHaveTheLabelOfTheRule() throws {
    let sample = try CrisisFixture.sample()
    let labels = sample.labels(training: Array(sample.quarters.indices))
    #expect(sample.quarters.first == Self.quarter("1987Q1") && sample.quarters.last == Self.quarter("2023Q4"))
    expectClose(labels.threshold, 0.0171, absolute: 1e-12)
    let stretches: [(String, String, RiskLevel)] = [
      ("1987Q1", "1989Q2", .calm), ("1989Q3", "1990Q2", .elevated), ("1990Q3", "1992Q1", .crisis),
      ("1992Q2", "2000Q1", .calm), ("2000Q2", "2001Q1", .elevated), ("2001Q2", "2002Q3", .crisis),
      ("2002Q4", "2006Q4", .calm), ("2007Q1", "2007Q4", .elevated), ("2008Q1", "2010Q2", .crisis),
      ("2010Q3", "2018Q4", .calm), ("2019Q1", "2019Q4", .elevated), ("2020Q1", "2020Q2", .crisis),
      ("2020Q3", "2023Q4", .calm),
    ]
    var counted = 0
    for (first, last, level) in stretches {
      for ahead in 0...Self.quarter(first).distance(to: Self.quarter(last)) {
        let quarter = Self.quarter(first).advanced(by: ahead)
        #expect(labels[quarter] == level, "\(quarter)")
        counted += 1
      }
    }
    #expect(counted == labels.levels.count)
  }

  @Test(
    arguments: [
      ([3], 3), ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9), ([5, 1, 4, 2, 3], 5), ((1...20).reversed().map(Double.init), 18),
    ] as [([Double], Double)])
  func topDecileIsAnOrderStatistic(values: [Double], expected: Double) {
    #expect(CrisisLabels.topDecile(values) == expected)
  }

  /// The threshold knows the training quarters alone.
  @Test func thresholdComesFromTrainingQuarters() throws {
    let sample = try CrisisFixture.sample()
    let calm = sample.quarters.indices.filter { sample.quarters[$0].year >= 2012 }
    #expect(sample.labels(training: calm).threshold < 0.006)
  }

  /// Before its announcement a recession is none; without an announced trough it goes on.
  @Test(arguments: [
    ("2008Q2", "2008Q3", false), ("2008Q2", "2008Q4", true), ("2009Q4", "2010Q2", true), ("2009Q4", "2010Q3", false),
    ("2007Q4", "2025Q4", false), ("2008Q1", "2025Q4", true), ("2009Q2", "2025Q4", true), ("2020Q1", "2020Q1", false),
    ("2020Q1", "2020Q2", true), ("1990Q3", "2025Q4", true), ("1990Q2", "2025Q4", false),
  ])
  func recessionsAreThoseThatWereKnown(quarter: String, date: String, expected: Bool) throws {
    let table = try CrisisFixture.recessions()
    #expect(table.isRecession(Self.quarter(quarter), knownAt: Self.quarter(date)) == expected)
  }

  @Test(arguments: [
    ("peak,trough\n", "header"),
    ("peak,trough,peak_announced,trough_announced\n1990-13,1991-03,1991-04-25,1992-12-22\n", "1990-13"),
    ("peak,trough,peak_announced,trough_announced\n1990-07,1991-03,1991-04-25,\n", "both empty"),
    ("peak,trough,peak_announced,trough_announced\n1990-07,1990-03,1991-04-25,1992-12-22\n", "take turns"),
    ("peak,trough,peak_announced,trough_announced\n", "no recession"),
  ])
  func aBrokenRecessionTableIsRefused(text: String, word: String) throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/recessions.csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: InvalidInput.self) { try RecessionTable(contentsOf: path) }
    #expect(error?.kind == .invalid && error?.diagnostics.first?.message.contains(word) == true)
  }
}
