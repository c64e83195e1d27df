import CGSL

/// The outcomes of one quantity over paths that were not drawn from the law that is asked about, with their likelihood
/// ratios w: importance sampling.
///
///     P(X > x) ≈ Σ wᵢ 1{Xᵢ > x} / n
///
/// Paths come in replicates of equal size that are independent of one another, while those of one replicate need not be:
/// strata, for one. Every error is that of a mean of independent replicate totals, with Student's quantile. Where the
/// replicates take turns with something that is not drawn, the members of an ensemble for one, they are strata of their
/// own, and what lies between those is no error:
///
///     SE² = Σₕ (nₕ / n)² sₕ² / nₕ
///
/// An error that rests on the few paths that weigh most is itself less sure than that of so many normal numbers. Degrees
/// of freedom are 2 over its relative variance (Satterthwaite 1946), κ being the excess kurtosis of the N paths' shares in
/// the mean, at least 0:
///
///     2 / ν = 2 / (n − H) + κ / N
public struct WeightedSample: Sendable {
  private let values: [Float]
  private let weights: [Float]
  private let replicateSize: Int
  /// H: replicate r is of stratum r mod H.
  private let strataCount: Int
  /// Indices of `values`, the largest value first; equal ones in the order of the paths.
  private let order: [Int]

  public var count: Int { values.count }
  public var replicateCount: Int { count / replicateSize }

  /// - Parameters:
  ///   - values: finite, in the order of the paths.
  ///   - weights: one a value, none negative.
  ///   - replicateSize: paths in a replicate.
  ///   - turn: replicates after which whatever they take turns with comes round again; with fewer than two rounds their
  ///     differences count as error.
  /// - Precondition: two whole replicates or more.
  public init(_ values: [Float], weights: [Float], replicateSize: Int, turn: Int = 1) {
    precondition(values.count == weights.count, "\(values.count) values with \(weights.count) weights")
    precondition(
      replicateSize > 0 && values.count % replicateSize == 0 && values.count >= 2 * replicateSize,
      "\(values.count) values are not two or more replicates of \(replicateSize)")
    self.values = values
    self.weights = weights
    self.replicateSize = replicateSize
    strataCount = values.count >= 2 * turn * replicateSize ? turn : 1
    order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
  }

  /// P(X < limit).
  public func shareBelow(_ limit: Double) -> Estimate { mean { $0 < limit ? 1 : 0 }.estimate() }

  /// P(X > limit).
  public func shareAbove(_ limit: Double) -> Estimate { mean { $0 > limit ? 1 : 0 }.estimate() }

  /// The smallest outcome x with P(X > x) ≤ 1 − α.
  ///
  /// Its interval holds the outcomes at which the interval of P(X > x) ends (Woodruff 1952); one whose end would be beyond
  /// the largest outcome has none.
  public func valueAtRisk(_ confidence: Double) -> Estimate {
    precondition(confidence > 0 && confidence < 1, "a confidence level lies in (0, 1), not at \(confidence)")
    let value = quantile(upperTail: 1 - confidence)
    let share = mean { $0 > value ? 1 : 0 }
    let lower = quantile(upperTail: 1 - confidence + share.halfWidth)
    let upper = 1 - confidence > share.halfWidth ? quantile(upperTail: 1 - confidence - share.halfWidth) : nil
    return Estimate(
      value: value, standardError: upper.map { ($0 - lower) / (2 * share.studentQuantile) }, lower: lower, upper: upper)
  }

  /// Expected shortfall, VaR + E[(X − VaR)⁺] / (1 − α) (Rockafellar & Uryasev 2000). VaR minimises that, so that its own
  /// error does not count to first order.
  public func expectedShortfall(_ confidence: Double) -> Estimate {
    precondition(confidence > 0 && confidence < 1, "a confidence level lies in (0, 1), not at \(confidence)")
    let quantile = quantile(upperTail: 1 - confidence)
    return mean { max(0, $0 - quantile) / (1 - confidence) }.estimate(above: quantile)
  }

  /// How many equally weighted outcomes beyond VaR would be worth as much: (Σ w)² / Σ w² over them (Kish 1965).
  public func effectiveCount(beyond confidence: Double) -> Double {
    let quantile = quantile(upperTail: 1 - confidence)
    var sum = 0.0, squares = 0.0
    for index in order.prefix(while: { Double(values[$0]) > quantile }) {
      let weight = Double(weights[index])
      sum += weight
      squares += weight * weight
    }
    return squares > 0 ? sum * sum / squares : 0
  }

  private func quantile(upperTail share: Double) -> Double {
    // A product that misses a whole number by rounding is taken as that number.
    let allowed = share * Double(count) * (1 + 1e-9)
    var beyond = 0.0
    for (place, index) in order.enumerated() {
      beyond += Double(weights[index])
      // All that weigh so far lie above the next outcome.
      if beyond > allowed || place == count - 1 { return Double(values[index]) }
    }
    preconditionFailure("a sample has outcomes")
  }

  /// A weighted mean with its error.
  private struct Mean {
    let value: Double
    let standardError: Double
    /// Of 97.5 %.
    let studentQuantile: Double

    var halfWidth: Double { studentQuantile * standardError }

    func estimate(above level: Double = 0) -> Estimate {
      Estimate(
        value: level + value, standardError: standardError, lower: level + value - halfWidth,
        upper: level + value + halfWidth)
    }
  }

  /// The weighted mean of a function of the outcome, with the error of independent replicates.
  private func mean(of function: (Double) -> Double) -> Mean {
    let parts = zip(values, weights).map { Double($1) * function(Double($0)) }
    let totals = stride(from: 0, to: count, by: replicateSize).map { first in
      parts[first..<first + replicateSize].reduce(0, +) / Double(replicateSize)
    }
    let n = Double(replicateCount), mean = totals.reduce(0, +) / n
    var variance = 0.0
    for stratum in 0..<strataCount {
      let part = stride(from: stratum, to: totals.count, by: strataCount).map { totals[$0] }
      let size = Double(part.count), centre = part.reduce(0, +) / size
      variance += size / (n * n) * part.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / (size - 1)
    }
    let relativeVariance = 2 / (n - Double(strataCount)) + Self.kurtosis(parts, around: mean) / Double(count)
    return Mean(
      value: mean, standardError: variance.squareRoot(),
      studentQuantile: gsl_cdf_tdist_Pinv(0.975, 2 / relativeVariance))
  }

  /// Excess kurtosis, 0 where it is negative or nothing varies.
  private static func kurtosis(_ values: [Double], around mean: Double) -> Double {
    var squares = 0.0, fourths = 0.0
    for value in values {
      let square = (value - mean) * (value - mean)
      squares += square
      fourths += square * square
    }
    return squares > 0 ? max(0, Double(values.count) * fourths / (squares * squares) - 3) : 0
  }
}
