import CGSL

/// A = L Lᵀ of a symmetric positive definite matrix, and the equations that it solves.
public struct CholeskyFactor: Sendable, Equatable {
  public let dimension: Int
  /// L, `[row][column]`, zero above the diagonal.
  public let lower: [Double]

  /// A pivot that is smaller than this share of its diagonal entry is what rounding has left of none.
  private static let rounding = 1e-14

  /// - Parameter matrix: `[row][column]`, symmetric; only the lower triangle is read.
  /// - Returns: `nil` when the matrix is not positive definite, or by rounding alone.
  public init?(_ matrix: [Double], dimension n: Int) {
    precondition(matrix.count == n * n, "\(matrix.count) entries for dimension \(n)")
    var factor = matrix
    let status = factor.withUnsafeMutableBufferPointer { buffer in
      var view = gsl_matrix_view_array(buffer.baseAddress, n, n)
      return gsl_linalg_cholesky_decomp1(&view.matrix)
    }
    guard status == Int32(GSL_SUCCESS) else { return nil }
    for row in 0..<n {
      let pivot = factor[row * n + row]
      guard pivot * pivot > Self.rounding * matrix[row * n + row] else { return nil }
      for column in row + 1..<max(n, row + 1) { factor[row * n + column] = 0 }
    }
    dimension = n
    lower = factor
  }

  /// x with A x = b.
  public func solve(_ b: [Double]) -> [Double] {
    solving(b) { factor, vector in gsl_linalg_cholesky_svx(factor, vector) }
  }

  /// L⁻¹ b: its squared length is bᵀ A⁻¹ b.
  public func whiten(_ b: [Double]) -> [Double] {
    solving(b) { factor, vector in gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, factor, vector) }
  }

  private func solving(
    _ b: [Double], _ solve: (UnsafePointer<gsl_matrix>, UnsafeMutablePointer<gsl_vector>) -> Int32
  ) -> [Double] {
    precondition(b.count == dimension, "\(b.count) values for dimension \(dimension)")
    var x = b
    lower.withUnsafeBufferPointer { factor in
      x.withUnsafeMutableBufferPointer { x in
        var matrix = gsl_matrix_const_view_array(factor.baseAddress, dimension, dimension)
        var vector = gsl_vector_view_array(x.baseAddress, dimension)
        let status = solve(&matrix.matrix, &vector.vector)
        precondition(status == Int32(GSL_SUCCESS), "equations of a triangular matrix: GSL status \(status)")
      }
    }
    return x
  }
}
