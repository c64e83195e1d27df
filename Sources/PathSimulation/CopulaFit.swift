import Foundation
import Stochastics

/// Degrees of freedom of a Student t copula by maximum likelihood, the correlation held at its own estimate.
///
/// Pseudo-observations are ranks / (T + 1), so that margins do not matter (Genest, Ghoudi & Rivest 1995):
///
///     ℓ(ν) = Σ_t [ ln t_{ν,R}(x_t) − Σ_j ln t_ν(x_tj) ],   x_tj = t_ν⁻¹(u_tj)
struct CopulaFit {
  let degreesOfFreedom: Double
  let atBound: Bool

  static let range = 3.0...100.0

  /// - Parameter residuals: `[time][factor]`.
  init(residuals: [[Double]], correlation: CorrelationMatrix) {
    let n = correlation.dimension
    let count = residuals.count
    var uniforms = residuals
    for k in 0..<n {
      let order = (0..<count).sorted { (residuals[$0][k], $0) < (residuals[$1][k], $1) }
      for (rank, t) in order.enumerated() { uniforms[t][k] = Double(rank + 1) / Double(count + 1) }
    }
    let factor = correlation.choleskyFactor
    let logDeterminant = 2 * (0..<n).reduce(0) { $0 + log(factor[$1 * n + $1]) }
    func logLikelihood(inverse: Double) -> Double {
      let ν = 1 / inverse
      guard let law = try? StudentT(degreesOfFreedom: ν) else { return -.infinity }
      // All factors share the same ranks, so there are only `count` quantiles.
      let quantiles = (1...count).map { law.quantile(Double($0) / Double(count + 1)) }
      let logDensities = quantiles.map { log(law.density($0)) }
      let d = Double(n)
      let constant = lgamma((ν + d) / 2) - lgamma(ν / 2) - 0.5 * d * log(ν * .pi) - 0.5 * logDeterminant
      var total = 0.0
      for row in uniforms {
        let ranks = row.map { Int(($0 * Double(count + 1)).rounded()) - 1 }
        let square = Self.mahalanobis(ranks.map { quantiles[$0] }, factor)
        total += constant - 0.5 * (ν + d) * log1p(square / ν) - ranks.reduce(0) { $0 + logDensities[$1] }
      }
      return total
    }
    let best = maximiser(in: 1 / Self.range.upperBound...1 / Self.range.lowerBound, logLikelihood)
    degreesOfFreedom = 1 / best
    atBound = degreesOfFreedom < Self.range.lowerBound * 1.001 || degreesOfFreedom > Self.range.upperBound * 0.999
  }

  /// xᵀ R⁻¹ x = ‖L⁻¹x‖².
  static func mahalanobis(_ x: [Double], _ factor: [Double]) -> Double {
    let n = x.count
    var solved = x
    var square = 0.0
    for row in 0..<n {
      for column in 0..<row { solved[row] -= factor[row * n + column] * solved[column] }
      solved[row] /= factor[row * n + row]
      square += solved[row] * solved[row]
    }
    return square
  }
}
