import Stochastics

/// Where the codes of history lie, and how far another lies from them.
///
///     d(z) = √((z − m)ᵀ S⁻¹ (z − m))     (Mahalanobis 1936)
///
/// S is the covariance of the training codes, shrunk by Ledoit and Wolf's rule on standardised codes: windows overlap, so
/// a hundred of them say less than their number.
struct LatentLaw: Sendable, Equatable {
  /// m, `[component]`
  let mean: [Double]
  /// S, `[row][column]`
  let covariance: [Double]
  private let cholesky: CholeskyFactor

  init?(mean: [Double], covariance: [Double]) {
    guard let cholesky = CholeskyFactor(covariance, dimension: mean.count) else { return nil }
    self.mean = mean
    self.covariance = covariance
    self.cholesky = cholesky
  }

  /// - Precondition: at least two codes, each as long as the first.
  init(fittedTo codes: [[Double]]) {
    let n = codes[0].count
    let mean = (0..<n).map { k in codes.reduce(0) { $0 + $1[k] } / Double(codes.count) }
    let deviations = (0..<n).map { k -> Double in
      let variance = codes.reduce(0) { $0 + ($1[k] - mean[k]) * ($1[k] - mean[k]) } / Double(codes.count)
      // A component that training has switched off carries nothing; any scale will do.
      return variance > 0 ? variance.squareRoot() : 1
    }
    let standardised = codes.flatMap { code in (0..<n).map { (code[$0] - mean[$0]) / deviations[$0] } }
    let shrunk = LedoitWolf(observations: standardised, columns: n).covariance
    let covariance = shrunk.indices.map { shrunk[$0] * deviations[$0 / n] * deviations[$0 % n] }
    guard let law = LatentLaw(mean: mean, covariance: covariance) else {
      preconditionFailure("a shrunken covariance of \(codes.count) codes is not positive definite")
    }
    self = law
  }

  /// ∂d²/∂z = 2 S⁻¹ (z − m)
  func squaredDistanceGradient(_ code: [Double]) -> [Double] {
    cholesky.solve(zip(code, mean).map { 2 * ($0 - $1) })
  }

  /// d(z)
  func distance(_ code: [Double]) -> Double {
    cholesky.whiten(zip(code, mean).map { $0 - $1 }).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
