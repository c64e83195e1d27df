import Glibc

/// A portfolio in equal parts of its accounts, safest first, each with its share of the exposure and its score.
///
/// The score is a logit: the odds of default between two segments are e^(difference), whatever the level of the whole.
public struct RiskSegments: Sendable, Equatable {
  /// Share of the exposure, `[segment]`; adds up to 1.
  public let shares: [Double]
  /// Logit of default, `[segment]`, ascending.
  public let scores: [Double]
  /// Accounts, `[segment]`.
  public let counts: [Int]

  public var count: Int { shares.count }

  /// - Parameters:
  ///   - probabilities: of default, in (0, 1), `[account]`.
  ///   - exposures: 0 or more, `[account]`; some above 0.
  ///   - count: how many segments; at most as many as accounts.
  ///   - spread: multiplies every distance between logits: 1 takes the ranking as it is, 0 makes all segments alike.
  /// A segment's score is the logit of the exposure-weighted mean of its probabilities (of the plain mean where it has no
  /// exposure). The order of the accounts changes nothing: equal probabilities are put in the order of their exposure.
  public init(probabilities: [Double], exposures: [Double], count: Int, spread: Double = 1) {
    precondition(
      probabilities.count == exposures.count && (1...max(1, probabilities.count)).contains(count),
      "\(count) segments of \(probabilities.count) accounts with \(exposures.count) exposures")
    precondition(probabilities.allSatisfy { $0 > 0 && $0 < 1 }, "a probability outside 0 to 1, ends left out")
    precondition(exposures.allSatisfy { $0 >= 0 && $0.isFinite }, "an exposure below 0")
    precondition(spread >= 0, "a spread of \(spread)")
    let order = probabilities.indices.sorted {
      (probabilities[$0], exposures[$0]) < (probabilities[$1], exposures[$1])
    }
    let segments = (0..<count).map { order[$0 * order.count / count..<($0 + 1) * order.count / count] }
    let totals = segments.map { $0.reduce(0) { $0 + exposures[$1] } }
    let total = totals.reduce(0, +)
    precondition(total > 0, "no exposure")
    let means = zip(segments, totals).map { members, exposure in
      exposure > 0
        ? members.reduce(0) { $0 + exposures[$1] * probabilities[$1] } / exposure
        : members.reduce(0) { $0 + probabilities[$1] } / Double(members.count)
    }
    shares = totals.map { $0 / total }
    scores = means.map { spread * logit($0) }
    counts = segments.map(\.count)
  }

  /// Each segment's probability of default when that of the whole is `level`:
  ///
  ///     PD_s = logistic(score_s + a),   Σ share_s · PD_s = level
  ///
  /// One number a, the state of the cycle, moves all segments along; the odds between them stay. It is found by Newton's
  /// method inside a bracket, to the last bits.
  /// - Parameters:
  ///   - level: 0 to 1, both ends allowed.
  ///   - probabilities: `[segment]`, overwritten.
  public func spread(_ level: Double, into probabilities: inout MutableSpan<Double>) {
    precondition((0...1).contains(level), "a level of \(level), expected 0 to 1")
    precondition(probabilities.count == count, "\(probabilities.count) places for \(count) segments")
    guard level > 0, level < 1 else {
      for segment in 0..<count { probabilities[segment] = level }
      return
    }
    // With the highest score everywhere the level would be reached at `low`, with the lowest at `high`.
    let target = logit(level)
    var (low, high) = (target - scores[count - 1], target - scores[0])
    var shift = target
    for segment in 0..<count { shift -= shares[segment] * scores[segment] }
    for _ in 0..<Self.mostSteps {
      shift = min(max(shift, low), high)
      var (sum, slope) = (0.0, 0.0)
      for segment in 0..<count {
        let p = logistic(scores[segment] + shift)
        sum += shares[segment] * p
        slope += shares[segment] * p * (1 - p)
      }
      let gap = sum - level
      if gap > 0 { high = shift } else { low = shift }
      if abs(gap) <= Self.tolerance * level || high - low <= 1e-16 * abs(shift) { break }
      let next = shift - gap / slope
      shift = next > low && next < high ? next : (low + high) / 2
    }
    for segment in 0..<count { probabilities[segment] = logistic(scores[segment] + shift) }
  }

  public func spread(_ level: Double) -> [Double] {
    var probabilities = [Double](repeating: 0, count: count)
    var span = probabilities.mutableSpan
    spread(level, into: &span)
    return probabilities
  }

  /// How many times the odds of default of one segment are those of another, at any level.
  public func odds(of segment: Int, to other: Int) -> Double { exp(scores[segment] - scores[other]) }

  private static let tolerance = 1e-14
  private static let mostSteps = 200
}
