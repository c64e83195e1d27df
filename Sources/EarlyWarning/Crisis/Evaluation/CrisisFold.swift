import MacroScenarios

/// One crisis left out: the stretch of time around it is judged, the rest, less a gap on both sides, is learned from.
struct CrisisFold: Sendable, Equatable {
  /// The year in which the recession began, e.g. `2008`.
  let crisis: String
  /// Places in `CrisisSample.quarters`.
  let test: [Int]
  let training: [Int]

  /// Between the last quarter of a training window and that of a test window lie at least so many quarters: neither the
  /// window (with the quarter that changes look back to) nor the four quarters that decide a label are shared.
  static let gap = IndicatorPanel.windowLength + MacroIndicator.longestLag + CrisisLabels.leadQuarters

  /// Time is cut in the middle between the trough of one recession and the peak of the next, by dates alone.
  static func segments(of sample: CrisisSample) -> [(crisis: String, quarters: [Int])] {
    let first = sample.quarters[0], last = sample.quarters[sample.quarters.count - 1]
    let recessions = sample.recessions.known(at: sample.jumpOff).filter {
      let start = Quarter(year: ($0.peak + 1) / 12, number: ($0.peak + 1) % 12 / 3 + 1)
      return start >= first && start <= last
    }
    let cuts = zip(recessions, recessions.dropFirst()).map { before, after in
      ((before.trough ?? after.peak) + after.peak) / 2
    }
    return recessions.enumerated().map { index, recession in
      let quarters = sample.quarters.indices.filter { place in
        let middle = 12 * sample.quarters[place].year + 3 * sample.quarters[place].number - 2
        return (index == 0 || middle > cuts[index - 1]) && (index == cuts.count || middle <= cuts[index])
      }
      return ("\((recession.peak + 1) / 12)", quarters)
    }
  }

  static func all(of sample: CrisisSample) -> [CrisisFold] {
    let everything = Array(sample.quarters.indices)
    return segments(of: sample).map { segment in
      CrisisFold(crisis: segment.crisis, test: segment.quarters, from: everything)
    }
  }

  /// Folds inside the training windows of another one, for choosing a setting without its test windows.
  func inner(of sample: CrisisSample) -> [CrisisFold] {
    Self.segments(of: sample).compactMap { segment in
      let test = segment.quarters.filter(Set(training).contains)
      guard segment.crisis != crisis, !test.isEmpty else { return nil }
      return CrisisFold(crisis: segment.crisis, test: test, from: training)
    }
  }

  private init(crisis: String, test: [Int], from pool: [Int]) {
    self.crisis = crisis
    self.test = test
    let first = test[0] - Self.gap, last = test[test.count - 1] + Self.gap
    training = pool.filter { $0 < first || $0 > last }
  }
}
