import CGSL

/// A correlation matrix that is positive definite, with its Cholesky factor.
public struct CorrelationMatrix: Sendable, Equatable {
  public let dimension: Int
  /// `[row][column]`, unit diagonal.
  public let values: [Double]
  /// Lower triangular L with L·Lᵀ = values, `[row][column]`, zeros above the diagonal.
  public let choleskyFactor: [Double]

  public enum Problem: Error, Sendable, Equatable {
    case shape(expected: Int, found: Int)
    case notFinite(row: Int, column: Int)
    case diagonal(row: Int, found: Double)
    case asymmetric(row: Int, column: Int, found: Double, mirrored: Double)
    case outsideUnitInterval(row: Int, column: Int, found: Double)
    /// Some portfolio of these factors would have a negative variance.
    case indefinite(smallestEigenvalue: Double)

    public var text: String {
      switch self {
      case .shape(let expected, let found): "the matrix has \(found) numbers, expected \(expected)"
      case .notFinite(let row, let column): "row \(row + 1), column \(column + 1) is not a number"
      case .diagonal(let row, let found): "the diagonal is \(found) in row \(row + 1), expected 1"
      case .asymmetric(let row, let column, let found, let mirrored):
        "row \(row + 1), column \(column + 1) is \(found), but its mirror is \(mirrored)"
      case .outsideUnitInterval(let row, let column, let found):
        "row \(row + 1), column \(column + 1) is \(found), expected -1 to 1"
      case .indefinite(let smallest):
        "no correlation matrix: its smallest eigenvalue is \(smallest), expected 0 or more"
      }
    }
  }

  /// A matrix whose smallest eigenvalue lies this far below zero is still taken for semi-definite: rounding of entries
  /// near 1 in double arithmetic, with room to spare for fifty factors.
  static let rounding = 1e-12

  /// Checks and factorises. A semi-definite (singular) matrix gets 10⁻¹⁰ added to its eigenvalues before it is scaled
  /// back to a unit diagonal; no entry moves by more than 10⁻¹⁰.
  /// - Parameter values: `[row][column]`.
  public init(_ values: [Double], dimension: Int) throws(Problem) {
    try Self.check(values, dimension)
    let smallest = Self.eigenvalues(values, dimension)[0]
    guard smallest >= -Self.rounding else { throw .indefinite(smallestEigenvalue: smallest) }
    var matrix = values
    if smallest < Self.rounding {
      for index in matrix.indices where index / dimension != index % dimension { matrix[index] /= 1 + 1e-10 }
    }
    guard let factor = CholeskyFactor(matrix, dimension: dimension) else {
      throw .indefinite(smallestEigenvalue: smallest)
    }
    self.dimension = dimension
    self.values = matrix
    choleskyFactor = factor.lower
  }

  public static func identity(_ dimension: Int) -> CorrelationMatrix {
    let unit = (0..<dimension * dimension).map { $0 / dimension == $0 % dimension ? 1.0 : 0 }
    return CorrelationMatrix(dimension: dimension, values: unit, choleskyFactor: unit)
  }

  private init(dimension: Int, values: [Double], choleskyFactor: [Double]) {
    self.dimension = dimension
    self.values = values
    self.choleskyFactor = choleskyFactor
  }

  public subscript(row: Int, column: Int) -> Double { values[row * dimension + column] }

  /// Everything but definiteness.
  static func check(_ values: [Double], _ n: Int) throws(Problem) {
    guard n > 0, values.count == n * n else { throw .shape(expected: n * n, found: values.count) }
    for row in 0..<n {
      for column in 0..<n where !values[row * n + column].isFinite { throw .notFinite(row: row, column: column) }
      guard abs(values[row * n + row] - 1) < 1e-12 else { throw .diagonal(row: row, found: values[row * n + row]) }
      for column in 0..<row {
        let found = values[row * n + column]
        let mirrored = values[column * n + row]
        guard abs(found - mirrored) < 1e-12 else {
          throw .asymmetric(row: row, column: column, found: found, mirrored: mirrored)
        }
        guard abs(found) <= 1 else { throw .outsideUnitInterval(row: row, column: column, found: found) }
      }
    }
  }

  /// Ascending eigenvalues of a symmetric matrix.
  public static func eigenvalues(_ values: [Double], _ n: Int) -> [Double] { symmetricEigen(values, n).values }
}

/// Eigenvalues, ascending, and eigenvectors of a symmetric matrix, `vectors[row][k]` the k-th's row-th component.
package func symmetricEigen(_ values: [Double], _ n: Int) -> (values: [Double], vectors: [Double]) {
  var matrix = values
  var eigenvalues = [Double](repeating: 0, count: n)
  var vectors = [Double](repeating: 0, count: n * n)
  let workspace = gsl_eigen_symmv_alloc(n)
  defer { gsl_eigen_symmv_free(workspace) }
  matrix.withUnsafeMutableBufferPointer { matrix in
    eigenvalues.withUnsafeMutableBufferPointer { eigenvalues in
      vectors.withUnsafeMutableBufferPointer { vectors in
        var m = gsl_matrix_view_array(matrix.baseAddress, n, n)
        var e = gsl_vector_view_array(eigenvalues.baseAddress, n)
        var v = gsl_matrix_view_array(vectors.baseAddress, n, n)
        let status = gsl_eigen_symmv(&m.matrix, &e.vector, &v.matrix, workspace)
        precondition(status == Int32(GSL_SUCCESS), "eigenvalues of a finite symmetric matrix: GSL status \(status)")
        gsl_eigen_symmv_sort(&e.vector, &v.matrix, GSL_EIGEN_SORT_VAL_ASC)
      }
    }
  }
  return (eigenvalues, vectors)
}

/// The largest absolute eigenvalue of a square matrix, which bounds how slowly a linear recursion forgets.
/// - Returns: `nil` when the iteration does not converge.
public func spectralRadius(_ values: [Double], _ n: Int) -> Double? {
  var matrix = values
  let workspace = gsl_eigen_nonsymm_alloc(n)
  let eigenvalues = gsl_vector_complex_alloc(n)
  defer {
    gsl_eigen_nonsymm_free(workspace)
    gsl_vector_complex_free(eigenvalues)
  }
  let status = matrix.withUnsafeMutableBufferPointer { buffer in
    var view = gsl_matrix_view_array(buffer.baseAddress, n, n)
    return gsl_eigen_nonsymm(&view.matrix, eigenvalues, workspace)
  }
  guard status == Int32(GSL_SUCCESS), let eigenvalues else { return nil }
  return (0..<n).map { index in
    let value = gsl_vector_complex_get(eigenvalues, index).dat
    return (value.0 * value.0 + value.1 * value.1).squareRoot()
  }.max()
}
