import Foundation
import Stochastics
import TileArithmetic

/// How far realised rates wander from the projection that knows the economy: the model error of every path.
///
///     eₕ = ρ ∘ eₕ₋₁ + L zₕ,   e₀ = 0,   z standard normal
///
/// on the transformed scale, per series an autocorrelation ρ, across series a covariance L Lᵀ of the innovations. The
/// spread grows with the horizon and levels off, as the walk-forward errors do. The law has mean zero: a bias of the past
/// is not carried forward.
struct ResidualLaw: Sendable, Equatable {
  /// ρ, `[series]`, in [0, 1).
  let autocorrelation: [Double]
  /// L, `[row][column]`, lower triangle.
  let factor: [Double]

  init(autocorrelation: [Double], factor: [Double]) {
    self.autocorrelation = autocorrelation
    self.factor = factor
  }

  /// The highest autocorrelation that is believed: within thirteen quarters it cannot be told from a random walk, and
  /// beyond it the spread would not level off.
  static let largestAutocorrelation = 0.95

  /// - Parameter errors: actual less projected, transformed, `[origin][quarter][series]`; `nil` where not observed.
  ///
  /// One ρ for all series, by least squares on errors over their root mean square; a negative one is taken for none. The correlation is that of the errors
  /// themselves, not of their quarterly changes: changes are mostly noise of one series, while what is wrong for years is
  /// wrong for several, and losses add up over years. With one ρ the correlation of the errors is that of the
  /// innovations. It is shrunk towards none with the intensity of Schäfer & Strimmer (2005), Σ Var(r) / Σ r² (1
  /// where that is more), the variance of each r by a jackknife over origins. The scale makes the mean variance over the
  /// horizon that of the errors; it is then widened by Student's 95 % quantile with one degree of freedom fewer than
  /// there are origins over the normal's, because a spread learned from so few events is itself uncertain.
  init(fittedTo errors: [[[Double?]]]) {
    let count = LoanSeries.count
    let scales = (0..<count).map { k in Self.rootMeanSquare(errors, k) }
    let rho = Self.commonAutocorrelation(errors, scales)
    var covariance = Self.shrunkCorrelation(errors)
    let widening = Self.widening(origins: errors.count { $0.joined().contains { $0 != nil } })
    let innovations = (0..<count).map { k in widening * Self.innovationScale(errors, k, rho) }
    for i in 0..<count { for j in 0..<count { covariance[i * count + j] *= innovations[i] * innovations[j] } }
    guard let factor = CholeskyFactor(covariance, dimension: count) else {
      preconditionFailure("a shrunken covariance of errors is not positive definite")
    }
    self.init(autocorrelation: [Double](repeating: rho, count: count), factor: factor.lower)
  }

  /// Two-sided 90 % of the standard normal.
  static let quantile = 1.6448536269514722

  static func widening(origins: Int) -> Double {
    guard let law = try? StudentT(degreesOfFreedom: Double(max(origins - 1, 1))) else { return 1 }
    return law.quantile(0.95) / quantile
  }

  private static func rootMeanSquare(_ errors: [[[Double?]]], _ series: Int) -> Double {
    let known = errors.joined().compactMap { $0[series] }
    precondition(!known.isEmpty, "series \(series) has no errors to learn from")
    return (known.reduce(0) { $0 + $1 * $1 } / Double(known.count)).squareRoot()
  }

  private static func commonAutocorrelation(_ errors: [[[Double?]]], _ scales: [Double]) -> Double {
    var cross = 0.0
    var square = 0.0
    for rows in errors {
      for (before, now) in zip(rows, rows.dropFirst()) {
        for series in scales.indices where scales[series] > 0 {
          guard let before = before[series], let now = now[series] else { continue }
          cross += before * now / (scales[series] * scales[series])
          square += before * before / (scales[series] * scales[series])
        }
      }
    }
    return square > 0 ? min(max(cross / square, 0), largestAutocorrelation) : 0
  }

  /// The standard deviation of the innovations whose implied variances, summed over what was observed, are the errors'.
  private static func innovationScale(_ errors: [[[Double?]]], _ series: Int, _ rho: Double) -> Double {
    var observed = 0.0
    var implied = 0.0
    for rows in errors {
      for (ahead, row) in rows.enumerated() {
        guard let error = row[series] else { continue }
        observed += error * error
        implied += (1 - pow(rho, 2 * Double(ahead + 1))) / (1 - rho * rho)
      }
    }
    return (observed / implied).squareRoot()
  }

  /// - Returns: `[series][series]`; positive definite, because any shrinkage of a correlation matrix is.
  private static func shrunkCorrelation(_ errors: [[[Double?]]]) -> [Double] {
    let count = LoanSeries.count
    let origins = Array(errors.indices)
    let whole = correlation(errors, origins)
    let leftOut = origins.map { origin in correlation(errors, origins.filter { $0 != origin }) }
    var variance = 0.0
    var square = 0.0
    for i in 0..<count {
      for j in 0..<i {
        let cell = i * count + j
        let mean = leftOut.reduce(0) { $0 + $1[cell] } / Double(leftOut.count)
        let spread = leftOut.reduce(0) { $0 + ($1[cell] - mean) * ($1[cell] - mean) }
        variance += spread * Double(leftOut.count - 1) / Double(leftOut.count)
        square += whole[cell] * whole[cell]
      }
    }
    // Correlations over pairs of unequal length need not be positive definite by themselves: never shrink by nothing.
    let intensity = square > 0 ? min(1, max(0.1, variance / square)) : 1
    return whole.enumerated().map { $0 / count == $0 % count ? 1 : $1 * (1 - intensity) }
  }

  private static func correlation(_ errors: [[[Double?]]], _ origins: [Int]) -> [Double] {
    let count = LoanSeries.count
    var result = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        var cross = 0.0
        var first = 0.0
        var second = 0.0
        for row in origins.lazy.flatMap({ errors[$0] }) {
          guard let a = row[i], let b = row[j] else { continue }
          cross += a * b
          first += a * a
          second += b * b
        }
        result[i * count + j] = first > 0 && second > 0 ? cross / (first * second).squareRoot() : 0
      }
    }
    return result
  }

  /// Standard deviation of the error of `series` after `quarters` quarters, transformed scale.
  func standardDeviation(_ series: Int, after quarters: Int) -> Double {
    let count = LoanSeries.count
    let rho = autocorrelation[series]
    let innovation = (0...series).reduce(0) { $0 + factor[series * count + $1] * factor[series * count + $1] }
    return (innovation * (1 - pow(rho, 2 * Double(quarters))) / (1 - rho * rho)).squareRoot()
  }

  /// Draws the errors of a tile of paths.
  /// - Parameters:
  ///   - amounts: how far each path's normals go along `direction`; empty moves nothing.
  ///   - normals: scratch, `[6][path]`: one step of the normal field.
  ///   - errors: `[quarter][series][path]`, overwritten.
  func draw(
    _ field: NormalField, firstPath: Int, quarterCount: Int, _ direction: NormalDirection? = nil,
    movedBy amounts: Span<Double> = Span(), normals: inout MutableSpan<Double>, into errors: inout MutableSpan<Double>
  ) {
    let width = NormalField.pathsPerTile
    let count = LoanSeries.count
    let factor = factor.span
    let autocorrelation = autocorrelation.span
    precondition(
      errors.count >= quarterCount * count * width, "\(errors.count) places for \(quarterCount) quarters of errors")
    for quarter in 0..<quarterCount {
      field.fillTile(firstPath: firstPath, step: quarter, count: count + 1, into: &normals)
      direction?.move(&normals, step: quarter, by: amounts)
      Tile.multiply(
        factor, stride: count, rows: count, depth: count, normals.span, into: &errors, at: quarter * count)
      guard quarter > 0 else { continue }
      Tile.addProducts(autocorrelation, from: (quarter - 1) * count, to: quarter * count, of: &errors)
    }
  }
}
