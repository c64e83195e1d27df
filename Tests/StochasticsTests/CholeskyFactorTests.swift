import Stochastics
import Testing

@Suite struct CholeskyFactorTests {
  private static let matrix: [Double] = [4, 2, 0.6, 2, 5, 1, 0.6, 1, 3]

  @Test func itsProductIsTheMatrix() throws {
    let factor = try #require(CholeskyFactor(Self.matrix, dimension: 3))
    for i in 0..<3 {
      for j in 0..<3 {
        let product = (0..<3).reduce(0) { $0 + factor.lower[i * 3 + $1] * factor.lower[j * 3 + $1] }
        #expect(abs(product - Self.matrix[i * 3 + j]) < 1e-14)
      }
    }
  }

  @Test func itSolvesItsSystemAndWhitens() throws {
    let factor = try #require(CholeskyFactor(Self.matrix, dimension: 3))
    let b = [1, -2, 0.5]
    let x = factor.solve(b)
    for i in 0..<3 {
      #expect(abs((0..<3).reduce(0) { $0 + Self.matrix[i * 3 + $1] * x[$1] } - b[i]) < 1e-14)
    }
    let squaredLength = factor.whiten(b).reduce(0) { $0 + $1 * $1 }
    #expect(abs(squaredLength - zip(b, x).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-14)
  }

  /// Negative, singular, and singular but for rounding.
  @Test(arguments: [[-1, 0, 0, 1], [1, 2, 2, 1], [0.5, 0.5, 0.5, 0.5], [0.1, 0.3, 0.3, 0.9]])
  func whatIsNotPositiveDefiniteHasNone(matrix: [Double]) {
    #expect(CholeskyFactor(matrix, dimension: 2) == nil)
  }
}
