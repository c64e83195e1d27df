/// The correlation matrix nearest to a symmetric matrix in the Frobenius norm.
public struct NearestCorrelation: Sendable {
  public let matrix: CorrelationMatrix
  /// ‖A − X‖, over all entries.
  public let distance: Double
  public let largestChange: Double
  public let rounds: Int
  /// Relative change of the last round; the iteration stops below 10⁻¹².
  public let residual: Double

  /// Alternating projections on the positive semi-definite and the unit-diagonal matrices, with Dykstra's correction:
  /// Higham, "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22 (2002), algorithm 3.3, W = I.
  ///
  /// The limit is often singular. So that it can be factorised it is mixed with the identity until its smallest
  /// eigenvalue is `floor`.
  /// - Precondition: `values` is square, symmetric and finite.
  public init(to values: [Double], dimension n: Int, floor: Double = 1e-8, roundLimit: Int = 20_000) {
    precondition(values.count == n * n && values.allSatisfy(\.isFinite), "\(values.count) numbers for \(n) × \(n)")
    var y = values
    var correction = [Double](repeating: 0, count: n * n)
    var rounds = 0
    var residual = Double.infinity
    while residual > 1e-12, rounds < roundLimit {
      let shifted = zip(y, correction).map { $0 - $1 }
      let x = Self.semidefinite(shifted, n)
      correction = zip(x, shifted).map { $0 - $1 }
      var next = x
      for row in 0..<n { next[row * n + row] = 1 }
      residual = Self.norm(next, y) / Self.norm(next, [Double](repeating: 0, count: n * n))
      y = next
      rounds += 1
    }
    let smallest = symmetricEigen(y, n).values[0]
    if smallest < floor {
      // λ(1 − t) + t = floor
      let t = (floor - smallest) / (1 - smallest)
      for index in y.indices where index / n != index % n { y[index] *= 1 - t }
    }
    // Symmetric to the last bit, whatever the products rounded to.
    for row in 0..<n { for column in 0..<row { y[column * n + row] = y[row * n + column] } }
    do {
      matrix = try CorrelationMatrix(y, dimension: n)
    } catch {
      preconditionFailure("the repaired matrix is not a correlation matrix: \(error.text)")
    }
    distance = Self.norm(y, values)
    largestChange = zip(y, values).map { abs($0 - $1) }.max() ?? 0
    self.rounds = rounds
    self.residual = residual
  }

  /// The nearest positive semi-definite matrix: negative eigenvalues become zero.
  private static func semidefinite(_ values: [Double], _ n: Int) -> [Double] {
    let eigen = symmetricEigen(values, n)
    var result = [Double](repeating: 0, count: n * n)
    for k in 0..<n where eigen.values[k] > 0 {
      for row in 0..<n {
        let weight = eigen.values[k] * eigen.vectors[row * n + k]
        for column in 0...row { result[row * n + column] += weight * eigen.vectors[column * n + k] }
      }
    }
    for row in 0..<n { for column in 0..<row { result[column * n + row] = result[row * n + column] } }
    return result
  }

  private static func norm(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}
