import CGSL
import MacroScenarios
import Stochastics

/// How deviations carry over from one quarter to the next: d(t + 1) = A d(t) + e(t + 1).
///
/// A is estimated on standardised coordinates by weighted ridge regression, equation by equation,
///
///     min Σ_t w_t (z_i(t) − c − Σ_j a_ij z_j(t − 1))² + λ Σ_t w_t Σ_{j ≠ i} a_ij²,
///
/// which leaves a factor's own lag free and draws the others toward 0, that is the VAR(1) toward sixteen AR(1): with 139
/// quarters for 272 coefficients an unshrunk VAR would fit noise. λ is the one of the grid with the least generalised
/// cross-validation error (Golub, Heath & Wahba 1979), the same for all equations; λ = ∞ is AR(1).
struct DeviationDynamics {
  /// A on the factors' scales, `[row][column]`.
  let transition: [Double]
  /// c on the factors' scales: the conditional mean is c + A y.
  let intercept: [Double]
  /// Effective number of coefficients per equation, intercept included.
  let effectiveParameters: [Double]
  /// Spectral radius before it was bounded.
  let estimatedRadius: Double
  let radius: Double

  /// Deviations halve within 69 quarters at the slowest; a unit root would let the fan grow for ever.
  static let radiusBound = 0.99
  /// The grid of λ; infinite is AR(1).
  static let penalties: [Double] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, .infinity]

  /// - Parameter weights: one per quarter of the sample; the weight of the step into it. That of the first is not used.
  init(_ sample: CalibrationSample, weights: [Double], dynamics: ShockAssumptions.Dynamics) throws(InvalidInput) {
    let n = sample.factors.count
    let standard = try StandardisedSample(sample, weights)
    var best: (error: Double, fits: [RidgeEquation])?
    for penalty in dynamics == .ar1 ? [Double.infinity] : Self.penalties {
      var error = 0.0
      var fits: [RidgeEquation] = []
      for equation in 0..<n {
        guard let fit = RidgeEquation(standard, equation: equation, penalty: penalty) else { break }
        fits.append(fit)
        error += fit.crossValidationError
      }
      if fits.count == n, error < best?.error ?? .infinity { best = (error, fits) }
    }
    guard let best else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "P006", "the dynamics of these factors cannot be estimated: they move in step", at: .init(file: "history"))
        ])
    }
    var matrix = (0..<n * n).map { index in
      let (i, j) = (index / n, index % n)
      return best.fits[i].coefficients[j] * standard.deviations[i] / standard.deviations[j]
    }
    // `nil` only when the QR iteration fails, which a finite matrix of this size does not; then bounded as if explosive.
    estimatedRadius = spectralRadius(matrix, n) ?? .infinity
    if estimatedRadius > Self.radiusBound {
      let shrink = estimatedRadius.isFinite ? Self.radiusBound / estimatedRadius : 0
      for index in matrix.indices { matrix[index] *= shrink }
    }
    transition = matrix
    radius = min(estimatedRadius, Self.radiusBound)
    effectiveParameters = best.fits.map(\.effectiveParameters)
    var intercept = [Double](repeating: 0, count: n)
    let total = weights.dropFirst().reduce(0, +)
    for t in 1..<sample.quarterCount {
      let carried = Self.carry(matrix, sample.coordinates[t - 1])
      for i in 0..<n { intercept[i] += weights[t] / total * (sample.coordinates[t][i] - carried[i]) }
    }
    self.intercept = intercept
  }

  /// A y.
  static func carry(_ matrix: [Double], _ y: [Double]) -> [Double] {
    let n = y.count
    return (0..<n).map { i in (0..<n).reduce(0) { $0 + matrix[i * n + $1] * y[$1] } }
  }

  /// c + A y: where the model expects the coordinates a quarter after `y`.
  func expected(after y: [Double]) -> [Double] { zip(intercept, Self.carry(transition, y)).map { $0 + $1 } }

  /// e(t) for each quarter of the sample but the first.
  func residuals(of sample: CalibrationSample) -> [[Double]] {
    (1..<sample.quarterCount).map { t in
      zip(sample.coordinates[t], expected(after: sample.coordinates[t - 1])).map { $0 - $1 }
    }
  }
}

/// The sample with weighted mean 0 and standard deviation 1, and its weighted cross products.
private struct StandardisedSample {
  let dimension: Int
  let deviations: [Double]
  /// Σ_t w_t.
  let totalWeight: Double
  /// How many steps count at all.
  let count: Double
  /// Σ w x xᵀ, x = (z(t − 1), 1), `[n + 1][n + 1]`.
  let cross: [Double]
  /// Σ w x z_i(t), `[n][n + 1]`.
  let targets: [Double]
  /// Σ w z_i(t)².
  let squares: [Double]

  init(_ sample: CalibrationSample, _ weights: [Double]) throws(InvalidInput) {
    let n = sample.factors.count
    let total = weights.dropFirst().reduce(0, +)
    var means = [Double](repeating: 0, count: n)
    var squares = means
    for t in 1..<sample.quarterCount {
      for k in 0..<n { means[k] += weights[t] / total * sample.coordinates[t][k] }
    }
    for t in 1..<sample.quarterCount {
      for k in 0..<n {
        let gap = sample.coordinates[t][k] - means[k]
        squares[k] += weights[t] / total * gap * gap
      }
    }
    let deviations = squares.map { $0.squareRoot() }
    let still = sample.factors.indices.filter { !(deviations[$0] > 1e-12) }
    guard still.isEmpty else {
      throw InvalidInput(
        .invalid,
        still.map {
          Diagnostic(
            "P007", "'\(sample.factors[$0].id)' never moves in the calibration window", at: .init(file: "history"))
        })
    }
    let z = sample.coordinates.map { row in (0..<n).map { (row[$0] - means[$0]) / deviations[$0] } + [1] }
    let m = n + 1
    var cross = [Double](repeating: 0, count: m * m)
    var targets = [Double](repeating: 0, count: n * m)
    var own = [Double](repeating: 0, count: n)
    for t in 1..<sample.quarterCount {
      for row in 0..<m {
        for column in 0..<m { cross[row * m + column] += weights[t] * z[t - 1][row] * z[t - 1][column] }
      }
      for i in 0..<n {
        own[i] += weights[t] * z[t][i] * z[t][i]
        for row in 0..<m { targets[i * m + row] += weights[t] * z[t - 1][row] * z[t][i] }
      }
    }
    dimension = n
    self.deviations = deviations
    totalWeight = total
    count = Double(weights.dropFirst().count { $0 > 0 })
    self.cross = cross
    self.targets = targets
    self.squares = own
  }
}

/// One equation of the regression, solved for one penalty.
private struct RidgeEquation {
  /// On the lags, in factor order, then the intercept.
  let coefficients: [Double]
  let effectiveParameters: Double
  let crossValidationError: Double

  /// `nil` when the normal equations are singular.
  init?(_ sample: StandardisedSample, equation i: Int, penalty: Double) {
    let n = sample.dimension
    // AR(1) keeps only the own lag and the intercept; otherwise all, with the penalty on other lags.
    let kept = penalty.isFinite ? Array(0...n) : [i, n]
    let m = kept.count
    var inverse = [Double](repeating: 0, count: m * m)
    for (row, a) in kept.enumerated() {
      for (column, b) in kept.enumerated() { inverse[row * m + column] = sample.cross[a * (n + 1) + b] }
      if penalty.isFinite, a != i, a != n { inverse[row * m + row] += penalty * sample.totalWeight }
    }
    let status = inverse.withUnsafeMutableBufferPointer { buffer in
      var view = gsl_matrix_view_array(buffer.baseAddress, m, m)
      let status = gsl_linalg_cholesky_decomp1(&view.matrix)
      return status == GSL_SUCCESS ? gsl_linalg_cholesky_invert(&view.matrix) : status
    }
    guard status == GSL_SUCCESS else { return nil }
    var coefficients = [Double](repeating: 0, count: n + 1)
    var trace = 0.0
    for (row, a) in kept.enumerated() {
      for (column, b) in kept.enumerated() {
        coefficients[a] += inverse[row * m + column] * sample.targets[i * (n + 1) + b]
        trace += inverse[row * m + column] * sample.cross[a * (n + 1) + b]
      }
    }
    var sum = sample.squares[i]
    for a in 0...n {
      sum -= 2 * coefficients[a] * sample.targets[i * (n + 1) + a]
      for b in 0...n { sum += coefficients[a] * sample.cross[a * (n + 1) + b] * coefficients[b] }
    }
    self.coefficients = coefficients
    effectiveParameters = trace
    let share = 1 - trace / sample.count
    guard share > 0 else { return nil }
    crossValidationError = sum / sample.totalWeight / (share * share)
  }
}
