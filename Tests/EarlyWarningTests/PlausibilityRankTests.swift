import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct PlausibilityRankTests {
  /// A model whose reconstruction is always zero and whose code is the mean: scores are sizes, known by hand.
  private struct Flat: WindowModel, Equatable {
    let componentCount = 1

    func read(_ windows: [MaskedGrid]) -> [WindowReading] {
      windows.map { window in
        WindowReading(
          code: [window.values.reduce(0, +) / Double(window.values.count)],
          reconstruction: [Double](repeating: 0, count: window.values.count))
      }
    }

    func codeGradients(at windows: [MaskedGrid], weights: [[Double]]) -> [[Double]] {
      zip(windows, weights).map { window, weights in
        window.values.map { _ in weights[0] / Double(window.values.count) }
      }
    }
  }

  private static let law = LatentLaw(mean: [0], covariance: [1])!

  private static func constant(_ value: Double) -> MaskedGrid {
    MaskedGrid([Double](repeating: value, count: 26), factorCount: 2)
  }

  /// History's windows have the sizes 1, 2, …, 100.
  private static let crossFit = CrossFit(
    folds: BlockedFolds(windowCount: 100, windowLength: 13),
    members: [ScoringModel<Flat>](repeating: ScoringModel(Flat(), law: law), count: BlockedFolds.count),
    windows: (1...100).map { constant(Double($0)) })

  @Test func ranksAreSharesOfHistory() {
    for (value, share) in [(0.5, 0.0), (1.0, 0.005), (50.5, 0.5), (100.0, 0.995), (101.0, 1.0)] {
      let scores = Self.crossFit.scores(of: [Self.constant(value)])[0]
      for measure in PlausibilityMeasure.allCases {
        let standing = Self.crossFit.standing(scores, by: measure)
        expectClose(standing.shareBelow, share, absolute: 1e-12, "rank of \(value)")
        expectClose(standing.value, value, absolute: 1e-12)
        #expect(standing.isBeyondHistory == (value > 100), "\(value)")
        expectClose(standing.highestInHistory, 100, absolute: 1e-12)
      }
    }
  }

  @Test func aMoreUnusualWindowNeverRanksLower() {
    let shares = stride(from: -124.1, through: 120, by: 7.3).map(abs).sorted().map { value in
      Self.crossFit.standing(Self.crossFit.scores(of: [Self.constant(value)])[0], by: .reconstructionError).shareBelow
    }
    #expect(shares == shares.sorted())
    #expect(shares.first == 0 && shares.last == 1)
  }

  @Test func historyRanksAmongItsOthers() {
    let lowest = Self.crossFit.standing(ofHistory: 0, by: .mahalanobisDistance)
    let highest = Self.crossFit.standing(ofHistory: 99, by: .mahalanobisDistance)
    #expect(lowest.shareBelow == 0 && !lowest.isBeyondHistory)
    #expect(highest.shareBelow == 1 && highest.isBeyondHistory && highest.highestInHistory == 99)
  }

  /// A window is compared under the member of each block: a member that finds everything small lowers its block's part
  /// alone.
  @Test func eachBlockIsComparedUnderItsOwnMember() {
    let history = Self.crossFit.history
    var scores = [WindowScore](repeating: WindowScore(error: 1000, distance: 1000), count: BlockedFolds.count)
    scores[9] = WindowScore(error: 0, distance: 0)
    let standing = Self.crossFit.standing(scores, by: .reconstructionError)
    #expect(history.count == 100)
    expectClose(standing.shareBelow, 0.9, absolute: 1e-12)
    #expect(!standing.isBeyondHistory)
  }

  @Test func unknownCellsDoNotCount() {
    var values = [Double](repeating: 3, count: 26)
    for cell in 0..<25 { values[cell] = .nan }
    let window = MaskedGrid(values, factorCount: 2)
    expectClose(Self.crossFit.members[0].scores(of: [window])[0].error, 3, absolute: 1e-12)
  }
}
