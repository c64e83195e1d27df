import Glibc
import Stochastics

/// Logistic regression, perhaps with a penalty on the size of the coefficients (le Cessie & van Houwelingen 1992).
///
///     minimise  −(1/n) Σᵢ [yᵢ ln pᵢ + (1 − yᵢ) ln(1 − pᵢ)] + (λ/2) Σⱼ bⱼ²,   logit pᵢ = a + oᵢ + Σⱼ bⱼ xᵢⱼ
///
/// The intercept a bears no penalty; the offset o is known. Fitted by Newton's method, which is iteratively reweighted
/// least squares (McCullagh & Nelder 1989).
public struct LogisticRegression: Sendable, Equatable {
  public let intercept: Double
  public let coefficients: [Double]
  /// Of intercept and coefficients, from the inverse of the information matrix.
  public let standardErrors: [Double]
  /// Whether Newton's method came to rest; it does not where a coefficient runs to infinity.
  public let hasConverged: Bool

  /// - Parameters:
  ///   - rows: `[observation][regressor]`
  ///   - targets: `[observation]`; both outcomes occur.
  ///   - penalty: λ, 0 or more, per observation, so that one value serves samples of any size.
  ///   - offsets: o; none when empty.
  public init(_ rows: [Double], width: Int, targets: [Bool], penalty: Double, offsets: [Double] = []) {
    precondition(rows.count == targets.count * width, "\(rows.count) values for \(targets.count) rows of \(width)")
    precondition(offsets.isEmpty || offsets.count == targets.count, "\(offsets.count) offsets, \(targets.count) rows")
    precondition(targets.contains(true) && targets.contains(false), "one outcome only, expected both")
    let n = Double(targets.count)
    let share = Double(targets.count { $0 }) / n
    var parameters = [log(share / (1 - share))] + [Double](repeating: 0, count: width)
    var step = Step(dimension: width + 1)
    var isAtRest = false
    for _ in 0..<Self.mostIterations {
      step.gather(rows, targets, offsets, parameters, penalty)
      guard let change = step.solve() else { break }
      for index in parameters.indices { parameters[index] += change[index] }
      guard change.allSatisfy({ $0.isFinite }) else { break }
      if zip(change, parameters).allSatisfy({ abs($0) <= 1e-10 * max(1, abs($1)) }) {
        isAtRest = true
        break
      }
    }
    step.gather(rows, targets, offsets, parameters, penalty)
    intercept = parameters[0]
    coefficients = Array(parameters.dropFirst())
    standardErrors = step.standardErrors ?? parameters.map { _ in .infinity }
    hasConverged = isAtRest
  }

  private static let mostIterations = 50

  init(intercept: Double, coefficients: [Double]) {
    self.intercept = intercept
    self.coefficients = coefficients
    standardErrors = []
    hasConverged = true
  }

  /// a + Σⱼ bⱼ xⱼ of every row, `[observation]`.
  public func logits(_ rows: [Double]) -> [Double] {
    let width = coefficients.count
    return stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      var logit = intercept
      for index in 0..<width { logit += coefficients[index] * rows[start + index] }
      return logit
    }
  }
}

/// 1 / (1 + e^−x)
func logistic(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

/// ln(p / (1 − p))
func logit(_ p: Double) -> Double { log(p) - log1p(-p) }

/// Gradient and information of one Newton step.
private struct Step {
  let dimension: Int
  /// −∂/∂parameter
  private var slope: [Double]
  /// ∂²/∂parameter², lower triangle, `[row][column]`
  private var information: [Double]

  init(dimension: Int) {
    self.dimension = dimension
    slope = [Double](repeating: 0, count: dimension)
    information = [Double](repeating: 0, count: dimension * dimension)
  }

  /// Sums over all observations, in their order.
  mutating func gather(
    _ rows: [Double], _ targets: [Bool], _ offsets: [Double], _ parameters: [Double], _ penalty: Double
  ) {
    let width = dimension - 1
    for index in slope.indices { slope[index] = 0 }
    for index in information.indices { information[index] = 0 }
    rows.withUnsafeBufferPointer { rows in
      information.withUnsafeMutableBufferPointer { information in
        slope.withUnsafeMutableBufferPointer { slope in
          parameters.withUnsafeBufferPointer { parameters in
            for (observation, target) in targets.enumerated() {
              let x = UnsafeBufferPointer(rebasing: rows[observation * width..<(observation + 1) * width])
              var z = parameters[0] + (offsets.isEmpty ? 0 : offsets[observation])
              for j in 0..<width { z += parameters[j + 1] * x[j] }
              let p = logistic(z)
              let residual = (target ? 1 : 0) - p
              let weight = p * (1 - p)
              slope[0] += residual
              information[0] += weight
              for j in 0..<width {
                slope[j + 1] += residual * x[j]
                let row = (j + 1) * dimension
                let weighted = weight * x[j]
                information[row] += weighted
                for k in 0...j { information[row + k + 1] += weighted * x[k] }
              }
            }
          }
        }
      }
    }
    let n = Double(targets.count)
    for j in 1..<max(dimension, 1) {
      slope[j] -= n * penalty * parameters[j]
      information[j * dimension + j] += n * penalty
    }
  }

  private var factor: CholeskyFactor? { CholeskyFactor(information, dimension: dimension) }

  /// information⁻¹ · slope; `nil` where the information is not positive definite.
  func solve() -> [Double]? { factor?.solve(slope) }

  var standardErrors: [Double]? {
    guard let factor else { return nil }
    return (0..<dimension).map { index in
      var unit = [Double](repeating: 0, count: dimension)
      unit[index] = 1
      return factor.solve(unit)[index].squareRoot()
    }
  }
}
