import Stochastics

/// Least squares with a penalty on the size of the coefficients (Hoerl & Kennard 1970).
///
///     minimise  Σᵢ (yᵢ − a − Σⱼ bⱼ xᵢⱼ)² + n Σⱼ λⱼ bⱼ²
///
/// The intercept bears no penalty. λⱼ is per observation, so that one value serves samples of any length.
struct RidgeRegression: Sendable, Equatable {
  let intercept: Double
  /// `[regressor]`
  let coefficients: [Double]

  init(intercept: Double, coefficients: [Double]) {
    self.intercept = intercept
    self.coefficients = coefficients
  }

  /// - Parameters:
  ///   - rows: `[observation][regressor]`
  ///   - targets: `[observation]`
  ///   - penalties: λ, `[regressor]`, not negative.
  /// - Precondition: equal counts, at least one observation, and a positive definite system.
  init(_ rows: [[Double]], _ targets: [Double], penalties: [Double]) {
    let system = Self.system(rows, targets, penalties)
    guard let factor = CholeskyFactor(system.normal, dimension: penalties.count) else {
      preconditionFailure("the normal equations of \(rows.count) observations are not positive definite")
    }
    self.init(factor.solve(system.moments), system)
  }

  /// The same objective with the sign of some coefficients given (quadratic programming by coordinate descent).
  /// - Parameter signs: `[regressor]`: 1 for bⱼ ≥ 0, −1 for bⱼ ≤ 0, 0 for a free one.
  init(_ rows: [[Double]], _ targets: [Double], penalties: [Double], signs: [Int]) {
    precondition(signs.count == penalties.count, "\(signs.count) signs, \(penalties.count) penalties")
    let system = Self.system(rows, targets, penalties)
    let width = penalties.count
    var solution = [Double](repeating: 0, count: width)
    // The objective is strictly convex: each round comes nearer to the one minimum.
    for _ in 0..<Self.mostRounds {
      var largestMove = 0.0
      for j in 0..<width {
        let others = (0..<width).reduce(0) { $1 == j ? $0 : $0 + system.normal[j * width + $1] * solution[$1] }
        var value = (system.moments[j] - others) / system.normal[j * width + j]
        if value * Double(signs[j]) < 0 { value = 0 }
        largestMove = max(largestMove, abs(value - solution[j]))
        solution[j] = value
      }
      if largestMove < 1e-13 { break }
    }
    self.init(solution, system)
  }

  private static let mostRounds = 20_000

  /// The normal equations of centred regressors, and what is needed to undo the centring.
  private struct System {
    var normal: [Double]
    var moments: [Double]
    let means: [Double]
    let targetMean: Double
  }

  private init(_ solution: [Double], _ system: System) {
    self.init(
      intercept: system.targetMean - zip(solution, system.means).reduce(0) { $0 + $1.0 * $1.1 }, coefficients: solution)
  }

  private static func system(_ rows: [[Double]], _ targets: [Double], _ penalties: [Double]) -> System {
    precondition(rows.count == targets.count && !rows.isEmpty, "\(rows.count) rows, \(targets.count) targets")
    let n = Double(rows.count)
    let width = penalties.count
    let means = (0..<width).map { j in rows.reduce(0) { $0 + $1[j] } / n }
    let targetMean = targets.reduce(0, +) / n
    var normal = [Double](repeating: 0, count: width * width)
    var moments = [Double](repeating: 0, count: width)
    for (row, target) in zip(rows, targets) {
      let centred = (0..<width).map { row[$0] - means[$0] }
      for j in 0..<width {
        moments[j] += centred[j] * (target - targetMean)
        for k in 0..<width { normal[j * width + k] += centred[j] * centred[k] }
      }
    }
    for j in 0..<width { normal[j * width + j] += n * penalties[j] }
    return System(normal: normal, moments: moments, means: means, targetMean: targetMean)
  }
}
