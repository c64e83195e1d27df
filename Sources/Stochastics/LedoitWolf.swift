/// A covariance matrix shrunk toward a multiple of the identity, so that it is well conditioned with few observations.
///
///     S* = (1 − δ) S + δ μ I,   μ = tr S / n,   δ = min(b̄², d²) / d²
///     d² = ‖S − μI‖²,   b̄² = T⁻² Σ_t ‖x_t x_tᵀ − S‖²
///
/// Ledoit & Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", J. Multivar. Anal. 88
/// (2004), lemmas 3.2–3.4; S divides by T. Applied to standardised columns the target is the identity correlation.
public struct LedoitWolf: Sendable {
  /// S*, `[row][column]`.
  public let covariance: [Double]
  /// δ, in 0 … 1.
  public let intensity: Double

  /// - Parameter observations: `[time][column]`, each column of mean zero.
  /// - Precondition: `columns` > 0; `observations.count` is a multiple of it and holds at least two rows.
  public init(observations: [Double], columns n: Int) {
    precondition(n > 0 && observations.count % n == 0, "\(observations.count) numbers in rows of \(n)")
    let count = observations.count / n
    precondition(count >= 2, "\(count) rows, at least 2 are needed")
    var s = [Double](repeating: 0, count: n * n)
    for t in 0..<count {
      for row in 0..<n {
        for column in 0..<n { s[row * n + column] += observations[t * n + row] * observations[t * n + column] }
      }
    }
    for index in s.indices { s[index] /= Double(count) }
    let μ = (0..<n).reduce(0) { $0 + s[$1 * n + $1] } / Double(n)
    var d2 = 0.0
    for index in s.indices {
      let gap = s[index] - (index / n == index % n ? μ : 0)
      d2 += gap * gap
    }
    var b2 = 0.0
    for t in 0..<count {
      for row in 0..<n {
        for column in 0..<n {
          let gap = observations[t * n + row] * observations[t * n + column] - s[row * n + column]
          b2 += gap * gap
        }
      }
    }
    b2 /= Double(count * count)
    // S equal to its target already: nothing to shrink.
    let δ = d2 > 0 ? min(b2, d2) / d2 : 0
    for index in s.indices { s[index] = (1 - δ) * s[index] + (index / n == index % n ? δ * μ : 0) }
    covariance = s
    intensity = δ
  }
}
