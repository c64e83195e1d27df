import Foundation
import MacroScenarios
import PathSimulation

/// How natural values become coordinates that history repeats itself on, and back.
///
///     x = (y − mean) / deviation,   y the coordinate of `FactorScale`: growth, spread, logit, shadow rate
///
/// Means and deviations are those of the sample before the jump-off: units of measure, the same for every model and fold.
/// Nothing is clipped. A coordinate that cannot be computed is not known; NaN stands for it inside these files alone.
struct StationaryScale: Sendable, Equatable {
  let factors: [RiskFactor]
  let scales: [FactorScale]
  /// `[factor]`
  let means: [Double]
  /// `[factor]`, positive.
  let deviations: [Double]

  init(factors: [RiskFactor], means: [Double], deviations: [Double]) {
    precondition(
      means.count == factors.count && deviations.count == factors.count,
      "\(means.count) means and \(deviations.count) deviations for \(factors.count) factors")
    self.factors = factors
    scales = FactorScale.scales(of: factors)
    self.means = means
    self.deviations = deviations
  }

  /// - Parameter rows: `[quarter][factor]`, natural values of the sample, NaN where missing; the first row only serves
  ///   the growth of the second.
  /// - Throws: `M052` for a factor that does not change or is hardly ever known.
  init(fittedTo rows: [[Double]], factors: [RiskFactor], file: String) throws(InvalidInput) {
    let plain = StationaryScale(
      factors: factors, means: factors.map { _ in 0 }, deviations: factors.map { _ in 1 })
    let coordinates = zip(rows, rows.dropFirst()).map { plain.coordinates(of: $1, after: $0) }
    var means: [Double] = [], deviations: [Double] = [], problems: [Diagnostic] = []
    for (k, factor) in factors.enumerated() {
      let values = coordinates.map { $0[k] }.filter(\.isFinite)
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))
      means.append(mean)
      deviations.append(variance.squareRoot())
      if 2 * values.count < coordinates.count || variance.squareRoot() < 1e-9 {
        problems.append(
          Diagnostic(
            "M052",
            "'\(factor.id)' has \(values.count) usable values in \(coordinates.count) quarters with a standard deviation "
              + "of \(variance.squareRoot()): at least half, and some change, are needed", at: .init(file: file)))
      }
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, problems) }
    self.init(factors: factors, means: means, deviations: deviations)
  }

  /// What the coordinate of factor `k` is, such as `BBB corporate yield over 10-year Treasury yield`.
  func title(of k: Int) -> String {
    if let base = scales[k].base { return "\(factors[k].title) over \(factors[base].title)" }
    return scales[k] == .logGrowth ? "Growth of \(factors[k].title)" : factors[k].title
  }

  /// Standardised coordinates of one quarter; NaN where the scale cannot hold the value or one that it needs is missing.
  func coordinates(of row: [Double], after previous: [Double]?) -> [Double] {
    factors.indices.map { k in
      guard let y = scales[k].coordinate(of: k, in: row, after: previous) else { return .nan }
      return (y - means[k]) / deviations[k]
    }
  }

  /// The natural value of factor `k` at a standardised coordinate; `row` holds what it rides on.
  func value(of k: Int, coordinate x: Double, in row: [Double], after previous: [Double]) -> Double {
    scales[k].value(of: k, coordinate: means[k] + x * deviations[k], in: row, after: previous)
  }

  /// Consecutive quarters on the scale.
  /// - Parameter rows: `[quarter][factor]`, natural; the first row only serves the growth of the second.
  func grid(of rows: [[Double]]) -> MaskedGrid {
    MaskedGrid(
      zip(rows, rows.dropFirst()).flatMap { coordinates(of: $1, after: $0) }, factorCount: factors.count)
  }
}
