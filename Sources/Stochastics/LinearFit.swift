import CGSL

/// Least squares of one outcome on many columns that are nearly uncorrelated and of nearly equal spread, such as normals:
/// conjugate gradients on the normal equations (Hestenes & Stiefel 1952) then need only a few rounds, where forming the
/// cross products would cost as much as hundreds.
package enum LinearFit {
  /// Rounds end when the gradient is this share of the first.
  private static let tolerance = 1e-6
  private static let mostRounds = 50

  /// - Parameters:
  ///   - rows: `[row][column]`; centred in place.
  ///   - outcomes: one a row.
  /// - Returns: the coefficients without the constant, `[column]`.
  package static func coefficients(_ rows: inout [Double], columnCount: Int, outcomes: [Double]) -> [Double] {
    let rowCount = outcomes.count
    precondition(rows.count == rowCount * columnCount && rowCount > 0, "\(rows.count) values for \(rowCount) rows")
    centre(&rows, columnCount)
    let mean = outcomes.reduce(0, +) / Double(rowCount)
    var residuals = outcomes.map { $0 - mean }
    var coefficients = [Double](repeating: 0, count: columnCount)
    var gradient = product(rows, rowCount, columnCount, CblasTrans, residuals)
    var step = gradient, square = dot(gradient, gradient)
    let enough = square * tolerance * tolerance
    for _ in 0..<mostRounds where square > enough {
      let moved = product(rows, rowCount, columnCount, CblasNoTrans, step)
      let length = square / dot(moved, moved)
      for column in 0..<columnCount { coefficients[column] += length * step[column] }
      for row in 0..<rowCount { residuals[row] -= length * moved[row] }
      gradient = product(rows, rowCount, columnCount, CblasTrans, residuals)
      let next = dot(gradient, gradient)
      for column in 0..<columnCount { step[column] = gradient[column] + next / square * step[column] }
      square = next
    }
    return coefficients
  }

  private static func centre(_ rows: inout [Double], _ columnCount: Int) {
    let rowCount = rows.count / columnCount
    var means = [Double](repeating: 0, count: columnCount)
    for row in 0..<rowCount {
      for column in 0..<columnCount { means[column] += rows[row * columnCount + column] / Double(rowCount) }
    }
    for row in 0..<rowCount { for column in 0..<columnCount { rows[row * columnCount + column] -= means[column] } }
  }

  /// A x or Aᵀ x.
  private static func product(
    _ rows: [Double], _ rowCount: Int, _ columnCount: Int, _ transposed: CBLAS_TRANSPOSE, _ x: [Double]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: transposed == CblasTrans ? columnCount : rowCount)
    rows.withUnsafeBufferPointer { rows in
      x.withUnsafeBufferPointer { x in
        result.withUnsafeMutableBufferPointer { result in
          cblas_dgemv(
            CblasRowMajor, transposed, Int32(rowCount), Int32(columnCount), 1, rows.baseAddress, Int32(columnCount),
            x.baseAddress, 1, 0, result.baseAddress, 1)
        }
      }
    }
    return result
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
