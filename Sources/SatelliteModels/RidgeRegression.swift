/// Least squares with a penalty on the size of the coefficients (Hoerl & Kennard 1970).
///
///     minimise  Σᵢ (yᵢ − a − Σⱼ bⱼ xᵢⱼ)² + n Σⱼ λⱼ bⱼ²
///
/// The intercept bears no penalty. λⱼ is per observation, so that one value serves samples of any length.
struct RidgeRegression: Sendable, Equatable {
  let intercept: Double
  /// `[regressor]`
  let coefficients: [Double]

  /// - Parameters:
  ///   - rows: `[observation][regressor]`
  ///   - targets: `[observation]`
  ///   - penalties: λ, `[regressor]`, not negative.
  /// - Precondition: equal counts, at least one observation, and a positive definite system.
  init(_ rows: [[Double]], _ targets: [Double], penalties: [Double]) {
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
    coefficients = CholeskyFactor(normal, dimension: width).solve(moments)
    intercept = targetMean - zip(coefficients, means).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// The lower triangle L of a symmetric positive definite A = L Lᵀ.
struct CholeskyFactor: Sendable, Equatable {
  let dimension: Int
  /// `[row][column]`, zero above the diagonal.
  let lower: [Double]

  /// - Parameter matrix: `[row][column]`, symmetric.
  /// - Precondition: positive definite.
  init(_ matrix: [Double], dimension: Int) {
    precondition(matrix.count == dimension * dimension, "\(matrix.count) entries for dimension \(dimension)")
    var lower = [Double](repeating: 0, count: matrix.count)
    for i in 0..<dimension {
      for j in 0...i {
        var sum = matrix[i * dimension + j]
        for k in 0..<j { sum -= lower[i * dimension + k] * lower[j * dimension + k] }
        if i == j {
          precondition(sum > 0, "pivot \(i) is \(sum): the matrix is not positive definite")
          lower[i * dimension + i] = sum.squareRoot()
        } else {
          lower[i * dimension + j] = sum / lower[j * dimension + j]
        }
      }
    }
    self.dimension = dimension
    self.lower = lower
  }

  /// x with A x = b.
  func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == dimension, "\(b.count) values for dimension \(dimension)")
    var x = b
    for i in 0..<dimension {
      for k in 0..<i { x[i] -= lower[i * dimension + k] * x[k] }
      x[i] /= lower[i * dimension + i]
    }
    for i in (0..<dimension).reversed() {
      for k in (i + 1)..<dimension { x[i] -= lower[k * dimension + i] * x[k] }
      x[i] /= lower[i * dimension + i]
    }
    return x
  }
}
