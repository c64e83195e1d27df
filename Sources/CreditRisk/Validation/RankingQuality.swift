import Stochastics

/// How well a score puts defaults before the rest: area under the receiver operating characteristic, Gini coefficient,
/// Kolmogorov–Smirnov distance. A higher score is a riskier account.
public struct RankingQuality: Sendable {
  /// P(score of a default > score of another) + ½ P(equal), with the error of DeLong, DeLong & Clarke-Pearson (1988).
  public let areaUnderCurve: IntervalEstimate
  /// 2 · AUC − 1
  public var gini: IntervalEstimate { areaUnderCurve.scaled(by: 2, plus: -1) }

  /// Share of the other class that each score beats, ties counting one half: DeLong's placements.
  private let ofDefaults, ofOthers: [Double]

  /// - Parameters:
  ///   - scores: finite, `[account]`.
  ///   - defaults: two or more of each outcome.
  public init(_ scores: [Double], _ defaults: [Bool]) {
    precondition(scores.count == defaults.count, "\(scores.count) scores of \(defaults.count) accounts")
    let positive = zip(scores, defaults).filter(\.1).map(\.0)
    let negative = zip(scores, defaults).filter { !$0.1 }.map(\.0)
    precondition(
      positive.count >= 2 && negative.count >= 2,
      "\(positive.count) defaults of \(scores.count), expected 2 or more of both")
    ofDefaults = Self.placements(of: positive, among: negative)
    ofOthers = Self.placements(of: negative, among: positive).map { 1 - $0 }
    let value = Self.mean(ofDefaults)
    let variance =
      Self.variance(ofDefaults) / Double(positive.count) + Self.variance(ofOthers) / Double(negative.count)
    areaUnderCurve = IntervalEstimate(value: value, standardError: variance.squareRoot())
  }

  /// AUC of this score less that of another on the same accounts: the error knows that both saw the same defaults.
  public func lead(over other: RankingQuality) -> IntervalEstimate {
    precondition(
      ofDefaults.count == other.ofDefaults.count && ofOthers.count == other.ofOthers.count,
      "scores of different accounts")
    let defaults = zip(ofDefaults, other.ofDefaults).map { $0 - $1 }
    let others = zip(ofOthers, other.ofOthers).map { $0 - $1 }
    let variance =
      Self.variance(defaults) / Double(defaults.count) + Self.variance(others) / Double(others.count)
    return IntervalEstimate(value: Self.mean(defaults), standardError: variance.squareRoot())
  }

  /// Of each value, the share of `sample` below it, equal ones counting one half.
  private static func placements(of values: [Double], among sample: [Double]) -> [Double] {
    let sorted = sample.sorted()
    let n = Double(sorted.count)
    return values.map { value in
      let below = lowerBound(sorted) { $0 < value }
      let notAbove = lowerBound(sorted) { $0 <= value }
      return (Double(below) + Double(notAbove)) / (2 * n)
    }
  }

  /// How many at the front of the sorted values hold.
  private static func lowerBound(_ sorted: [Double], _ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func variance(_ values: [Double]) -> Double {
    let mean = mean(values)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  // MARK: Kolmogorov and Smirnov

  /// The largest gap between the distribution functions of the scores of defaults and of the rest; its error is the
  /// standard deviation over bootstrap samples, drawn within each class (Efron 1979).
  public static func kolmogorovSmirnov(
    _ scores: [Double], _ defaults: [Bool], samples: Int = 400, seed: UInt64
  ) -> IntervalEstimate {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    // Whether the next score is higher: gaps are looked at behind a group of equal scores only.
    let isLast = order.indices.map { $0 + 1 == order.count || scores[order[$0]] < scores[order[$0 + 1]] }
    let outcome = order.map { defaults[$0] }
    let classes = [false, true].map { wanted in outcome.indices.filter { outcome[$0] == wanted } }
    let whole = gap([Int](repeating: 1, count: order.count), outcome, isLast)
    var stream = RandomStream(seed: seed, stream: .backtests, path: 0)
    let drawn = (0..<samples).map { sample in
      stream.move(toPath: sample)
      var counts = [Int](repeating: 0, count: order.count)
      for members in classes {
        for _ in members { counts[members[stream.index(below: members.count)]] += 1 }
      }
      return gap(counts, outcome, isLast)
    }
    return IntervalEstimate(value: whole, standardError: samples > 1 ? variance(drawn).squareRoot() : 0)
  }

  private static func gap(_ counts: [Int], _ outcome: [Bool], _ isLast: [Bool]) -> Double {
    var totals = (0, 0)
    for (count, isDefault) in zip(counts, outcome) {
      if isDefault { totals.1 += count } else { totals.0 += count }
    }
    var passed = (0, 0)
    var largest = 0.0
    for place in counts.indices {
      if outcome[place] { passed.1 += counts[place] } else { passed.0 += counts[place] }
      guard isLast[place] else { continue }
      largest = max(largest, abs(Double(passed.0) / Double(totals.0) - Double(passed.1) / Double(totals.1)))
    }
    return largest
  }
}
