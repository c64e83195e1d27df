/// A = L Lᵀ of a small symmetric positive definite matrix, and the equations that it solves.
struct Cholesky: Sendable, Equatable {
  let dimension: Int
  /// L, `[row][column]`, lower triangle.
  private let factor: [Double]

  /// - Parameter values: `[row][column]`; only the lower triangle is read.
  /// - Returns: `nil` when the matrix is not positive definite, or only by rounding.
  init?(_ values: [Double], _ n: Int) {
    precondition(values.count == n * n, "\(values.count) numbers for \(n) × \(n)")
    var l = values
    for row in 0..<n {
      for column in 0...row {
        var sum = l[row * n + column]
        for k in 0..<column { sum -= l[row * n + k] * l[column * n + k] }
        if column < row {
          l[row * n + column] = sum / l[column * n + column]
        } else {
          guard sum > 1e-12 * abs(values[row * n + row]), sum.isFinite else { return nil }
          l[row * n + row] = sum.squareRoot()
        }
      }
    }
    dimension = n
    factor = l
  }

  /// L⁻¹ b: its squared length is bᵀ A⁻¹ b.
  func whiten(_ b: [Double]) -> [Double] {
    var y = b
    for row in 0..<dimension {
      for k in 0..<row { y[row] -= factor[row * dimension + k] * y[k] }
      y[row] /= factor[row * dimension + row]
    }
    return y
  }

  /// A⁻¹ b.
  func solve(_ b: [Double]) -> [Double] {
    var x = whiten(b)
    for row in (0..<dimension).reversed() {
      for k in row + 1..<max(dimension, row + 1) { x[row] -= factor[k * dimension + row] * x[k] }
      x[row] /= factor[row * dimension + row]
    }
    return x
  }
}
