/// One kind of model fitted ten times, each time without one block of history, and history's own scores from it.
///
/// Every window of history is scored by the model that has seen none of its quarters, and anything new by all ten. A new
/// window is compared with a window of history under the model of that window's block, so that both were equally unseen
/// (the comparison of cross-conformal prediction; Vovk 2015, Barber and others 2021). Windows overlap, so what comes out
/// is a rank and no p-value.
struct CrossFit<Model: WindowModel>: Sendable {
  let folds: BlockedFolds
  /// `[fold]`
  let members: [ScoringModel<Model>]
  /// `[window]`, each by the member that has not seen it.
  let history: [WindowScore]

  init(folds: BlockedFolds, members: [ScoringModel<Model>], history: [WindowScore]) {
    precondition(
      members.count == BlockedFolds.count && history.count == folds.windowCount,
      "\(members.count) members and \(history.count) scores for \(folds.windowCount) windows")
    self.folds = folds
    self.members = members
    self.history = history
  }

  init(folds: BlockedFolds, members: [ScoringModel<Model>], windows: [MaskedGrid]) {
    let history = (0..<BlockedFolds.count).flatMap { fold in
      members[fold].scores(of: Array(windows[folds.block(fold)]))
    }
    self.init(folds: folds, members: members, history: history)
  }

  /// `[window][fold]`
  func scores(of windows: [MaskedGrid]) -> [[WindowScore]] {
    let byMember = members.map { $0.scores(of: windows) }
    return windows.indices.map { row in byMember.map { $0[row] } }
  }

  /// Where a new window stands among those of history.
  /// - Parameter scores: `[fold]`
  func standing(_ scores: [WindowScore], by measure: PlausibilityMeasure) -> HistoricalStanding {
    var below = 0.0
    var isBeyondAll = true
    for fold in scores.indices {
      let own = scores[fold][measure]
      for window in folds.block(fold) {
        let other = history[window][measure]
        below += other < own ? 1 : other == own ? 0.5 : 0
        if other >= own { isBeyondAll = false }
      }
    }
    let mean = scores.reduce(0) { $0 + $1[measure] } / Double(scores.count)
    return HistoricalStanding(
      value: mean, shareBelow: below / Double(history.count), isBeyondHistory: isBeyondAll,
      highestInHistory: history.map { $0[measure] }.max() ?? 0)
  }

  /// The same of a window of history itself, among all others.
  func standing(ofHistory window: Int, by measure: PlausibilityMeasure) -> HistoricalStanding {
    let own = history[window][measure]
    let others = history.indices.filter { $0 != window }.map { history[$0][measure] }
    let below = others.reduce(0.0) { $0 + ($1 < own ? 1 : $1 == own ? 0.5 : 0) }
    return HistoricalStanding(
      value: own, shareBelow: below / Double(max(1, others.count)), isBeyondHistory: others.allSatisfy { $0 < own },
      highestInHistory: others.max() ?? 0)
  }
}

/// Where a window stands among the windows of history by one measure.
public struct HistoricalStanding: Sendable, Equatable {
  /// Mean over the members.
  public let value: Double
  /// Share of history's windows that are less unusual, ties counted half: a rank, no probability.
  public let shareBelow: Double
  /// More unusual than every window of history.
  public let isBeyondHistory: Bool
  public let highestInHistory: Double
}
