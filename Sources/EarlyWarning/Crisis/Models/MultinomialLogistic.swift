import Foundation
import Stochastics

/// Multinomial logistic regression with a penalty on the size of its coefficients (le Cessie & van Houwelingen 1992):
/// the simple challenger of the network.
///
///     p(k | x) = exp(aₖ + bₖ·x) / Σₗ exp(aₗ + bₗ·x)
///     minimise  −(1/n) Σᵢ log p(yᵢ | xᵢ) + (λ/2) Σₖ |bₖ|²
///
/// The intercepts bear no penalty and add up to 0, which the likelihood leaves open.
struct MultinomialLogistic: Sendable, Equatable {
  /// `[class]`
  let intercepts: [Double]
  /// `[class][regressor]`
  let coefficients: [[Double]]

  var width: Int { coefficients[0].count }

  init(intercepts: [Double], coefficients: [[Double]]) {
    self.intercepts = intercepts
    self.coefficients = coefficients
  }

  /// Newton's method with halved steps; the objective is strictly convex, so that the start does not matter.
  /// - Parameters:
  ///   - rows: `[observation][regressor]`
  ///   - classes: `[observation]`, 0 ..< `classCount`; each occurs.
  ///   - penalty: λ > 0.
  init(_ rows: [[Double]], _ classes: [Int], classCount: Int = RiskLevel.count, penalty: Double) {
    precondition(rows.count == classes.count && !rows.isEmpty, "\(rows.count) rows, \(classes.count) classes")
    precondition(penalty > 0, "penalty \(penalty), expected more than 0")
    var fit = LogisticFit(rows: rows, classes: classes, classCount: classCount, penalty: penalty)
    let parameters = fit.minimised()
    let stride = rows[0].count + 1
    intercepts = (0..<classCount).map { parameters[$0 * stride] }
    coefficients = (0..<classCount).map { Array(parameters[$0 * stride + 1..<($0 + 1) * stride]) }
  }

  /// `[class]`, before the exponentials.
  func scores(_ row: [Double]) -> [Double] {
    zip(intercepts, coefficients).map { intercept, weights in
      var sum = intercept
      for (weight, x) in zip(weights, row) { sum += weight * x }
      return sum
    }
  }

  /// `[class]`
  func probabilities(_ row: [Double]) -> [Double] { Softmax.probabilities(scores(row)) }
}

enum Softmax {
  /// exp(sₖ) / Σ exp(sₗ), without overflow.
  static func probabilities(_ scores: [Double]) -> [Double] {
    let highest = scores.max() ?? 0
    let powers = scores.map { exp($0 - highest) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }
}

/// The objective, its slope and its curvature. Parameters: `[class][1 + regressor]`, the intercept first.
private struct LogisticFit {
  let rows: [[Double]]
  let classes: [Int]
  let classCount: Int
  let penalty: Double

  private var stride: Int { rows[0].count + 1 }
  private var size: Int { classCount * stride }

  mutating func minimised() -> [Double] {
    var parameters = [Double](repeating: 0, count: size)
    var value = objective(parameters)
    for _ in 0..<100 {
      let (gradient, hessian) = derivatives(parameters)
      guard gradient.contains(where: { abs($0) > 1e-10 }) else { break }
      let step = Self.solution(hessian, gradient)
      var length = 1.0
      while true {
        let next = zip(parameters, step).map { $0 - length * $1 }
        let nextValue = objective(next)
        if nextValue <= value || length < 1e-8 {
          parameters = next
          value = nextValue
          break
        }
        length /= 2
      }
    }
    return parameters
  }

  private func scores(_ parameters: [Double], _ row: [Double]) -> [Double] {
    (0..<classCount).map { k in
      var sum = parameters[k * stride]
      for (j, x) in row.enumerated() { sum += parameters[k * stride + 1 + j] * x }
      return sum
    }
  }

  private func objective(_ parameters: [Double]) -> Double {
    var loss = 0.0
    for (row, own) in zip(rows, classes) {
      let scores = scores(parameters, row)
      let highest = scores.max() ?? 0
      loss += highest + log(scores.reduce(0) { $0 + exp($1 - highest) }) - scores[own]
    }
    var square = 0.0
    var intercepts = 0.0
    for (place, value) in parameters.enumerated() {
      if place % stride == 0 { intercepts += value } else { square += value * value }
    }
    return loss / Double(rows.count) + penalty / 2 * square + intercepts * intercepts / 2
  }

  /// Half the square of the intercepts' sum is added to the objective: it is 0 at the minimum, where the likelihood is
  /// flat, and makes the curvature positive definite.
  private func derivatives(_ parameters: [Double]) -> (gradient: [Double], hessian: [Double]) {
    let stride = stride
    let size = size
    var gradient = [Double](repeating: 0, count: size)
    var hessian = [Double](repeating: 0, count: size * size)
    let weight = 1 / Double(rows.count)
    for (row, own) in zip(rows, classes) {
      let p = Softmax.probabilities(scores(parameters, row))
      let x = [1] + row
      for k in 0..<classCount {
        let residual = weight * (p[k] - (k == own ? 1 : 0))
        for j in 0..<stride { gradient[k * stride + j] += residual * x[j] }
        for l in 0...k {
          let curvature = weight * (k == l ? p[k] * (1 - p[k]) : -p[k] * p[l])
          for i in 0..<stride {
            let scaled = curvature * x[i]
            let first = (k * stride + i) * size + l * stride
            for j in 0..<stride { hessian[first + j] += scaled * x[j] }
          }
        }
      }
    }
    let intercepts = (0..<classCount).reduce(0) { $0 + parameters[$1 * stride] }
    for place in 0..<size {
      let isIntercept = place % stride == 0
      gradient[place] += isIntercept ? intercepts : penalty * parameters[place]
      if !isIntercept { hessian[place * size + place] += penalty }
    }
    for k in 0..<classCount {
      for l in 0...k { hessian[k * stride * size + l * stride] += 1 }
    }
    return (gradient, hessian)
  }

  /// H⁻¹ g; reads the lower triangle alone.
  private static func solution(_ hessian: [Double], _ gradient: [Double]) -> [Double] {
    guard let factor = CholeskyFactor(hessian, dimension: gradient.count) else {
      preconditionFailure("the curvature of the logistic fit is not positive definite")
    }
    return factor.solve(gradient)
  }
}
