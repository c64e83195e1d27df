/// Scores of probabilities against what came.
enum ProbabilityScore {
  /// Σₖ (pₖ − yₖ)² of one quarter (Brier 1950): 0 is perfect, 2 is certain and wrong.
  static func brier(_ probabilities: [Double], _ own: Int) -> Double {
    probabilities.indices.reduce(0) { sum, level in
      let error = probabilities[level] - (level == own ? 1 : 0)
      return sum + error * error
    }
  }

  /// Mean (p − y)² of a yes-or-no event.
  static func brier(_ probabilities: [Double], _ events: [Bool]) -> Double {
    zip(probabilities, events).reduce(0) { sum, pair in
      let error = pair.0 - (pair.1 ? 1 : 0)
      return sum + error * error
    } / Double(events.count)
  }

  /// Area under the receiver operating characteristic: the chance that an event has the higher probability of a pair,
  /// ties counted half (Mann & Whitney 1947); `nil` without an event or without a quarter that is none.
  static func areaUnderCurve(_ probabilities: [Double], _ events: [Bool]) -> Double? {
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    let positives = events.count { $0 }
    guard positives > 0, positives < events.count else { return nil }
    var rankSum = 0.0
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, probabilities[order[last + 1]] == probabilities[order[first]] { last += 1 }
      let rank = Double(first + last) / 2 + 1
      for place in first...last where events[order[place]] { rankSum += rank }
      first = last + 1
    }
    let n = Double(positives)
    return (rankSum - n * (n + 1) / 2) / (n * Double(events.count - positives))
  }
}
