import Foundation
import Stochastics

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

  /// The highest autocorrelation that is believed: beyond it the spread would not level off within the horizon.
  static let largestAutocorrelation = 0.95

  /// - Parameter errors: actual less projected, transformed, `[origin][quarter][series]`; `nil` where not observed.
  ///
  /// ρ by least squares over all origins; the innovations' correlation shrunk towards none with the intensity of
  /// Schäfer & Strimmer (2005), Σ Var(r) / Σ r², the variance of each r by a jackknife over origins; their scale such
  /// that the mean variance over the horizon is that of the errors.
  init(fittedTo errors: [[[Double?]]]) {
    let count = LoanSeries.count
    var autocorrelation: [Double] = []
    var scales: [Double] = []
    var innovations = errors.map { $0.map { _ in [Double?](repeating: nil, count: count) } }
    for k in 0..<count {
      var cross = 0.0
      var square = 0.0
      for rows in errors {
        for (before, now) in zip(rows, rows.dropFirst()) {
          guard let before = before[k], let now = now[k] else { continue }
          cross += before * now
          square += before * before
        }
      }
      let rho = square > 0 ? min(max(cross / square, 0), Self.largestAutocorrelation) : 0
      autocorrelation.append(rho)
      var observed = 0.0
      var implied = 0.0
      for (origin, rows) in errors.enumerated() {
        for (ahead, now) in rows.enumerated() {
          guard let error = now[k] else { continue }
          observed += error * error
          implied += (1 - pow(rho, 2 * Double(ahead + 1))) / (1 - rho * rho)
          if ahead == 0 {
            innovations[origin][0][k] = error
          } else if let before = rows[ahead - 1][k] {
            innovations[origin][ahead][k] = error - rho * before
          }
        }
      }
      scales.append(implied > 0 ? (observed / implied).squareRoot() : 0)
    }
    let correlation = Self.shrunkCorrelation(innovations)
    var covariance = correlation
    for i in 0..<count { for j in 0..<count { covariance[i * count + j] *= scales[i] * scales[j] } }
    self.init(autocorrelation: autocorrelation, factor: CholeskyFactor(covariance, dimension: count).lower)
  }

  /// - Returns: `[series][series]`; positive definite, because any shrinkage of a correlation matrix is.
  private static func shrunkCorrelation(_ innovations: [[[Double?]]]) -> [Double] {
    let count = LoanSeries.count
    let origins = Array(innovations.indices)
    let whole = correlation(innovations, origins)
    let leftOut = origins.map { origin in correlation(innovations, origins.filter { $0 != origin }) }
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

  private static func correlation(_ innovations: [[[Double?]]], _ origins: [Int]) -> [Double] {
    let count = LoanSeries.count
    var result = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        var cross = 0.0
        var first = 0.0
        var second = 0.0
        for origin in origins {
          for row in innovations[origin] {
            guard let a = row[i], let b = row[j] else { continue }
            cross += a * b
            first += a * a
            second += b * b
          }
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
  ///   - normals: scratch, `[6][path]`: one step of the normal field.
  ///   - errors: `[quarter][series][path]`, overwritten.
  func draw(
    _ field: NormalField, firstPath: Int, quarterCount: Int, normals: inout MutableSpan<Double>,
    into errors: inout MutableSpan<Double>
  ) {
    let width = NormalField.pathsPerTile
    let count = LoanSeries.count
    let factor = factor.span
    let autocorrelation = autocorrelation.span
    precondition(
      errors.count >= quarterCount * count * width, "\(errors.count) places for \(quarterCount) quarters of errors")
    for quarter in 0..<quarterCount {
      field.fillTile(firstPath: firstPath, step: quarter, count: count + 1, into: &normals)
      for series in 0..<count {
        let row = (quarter * count + series) * width
        let persistence = autocorrelation[series]
        for path in 0..<width {
          errors[unchecked: row + path] =
            quarter == 0 ? 0 : persistence * errors[unchecked: row - count * width + path]
        }
        for source in 0...series {
          let weight = factor[series * count + source]
          for path in 0..<width { errors[unchecked: row + path] += weight * normals[unchecked: source * width + path] }
        }
      }
    }
  }
}
