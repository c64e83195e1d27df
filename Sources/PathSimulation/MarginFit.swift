import Foundation
import Stochastics

/// The law of one factor's innovation in units of its residual standard deviation.
struct MarginFit: Sendable {
  /// Mean 0 and variance 1; log-normal has its median at 0 instead, so that the central path stays the median.
  let law: any Distribution
  /// The family with its parameters, as in `student-t(5.3)`.
  let text: String
  /// Set when a fitted parameter lies at the end of its range.
  let atBound: Bool

  static let degreesOfFreedomRange = 3.0...100.0
  static let shapeRange = 0.7...4.0
  static let logDeviationRange = 0.02...1.0

  /// - Parameter residuals: standardised, mean 0 and variance 1.
  /// - Throws: when a parameter that the author gave is outside the family's domain.
  init(_ margin: ShockAssumptions.Margin, residuals: [Double]) throws(ParameterError) {
    func likelihood(_ law: some Distribution) -> Double { residuals.reduce(0) { $0 + log(law.density($1)) } }
    func number(_ x: Double) -> String { String(format: "%.3g", x) }
    func atEnd(_ x: Double, _ range: ClosedRange<Double>) -> Bool {
      x < range.lowerBound * 1.001 || x > range.upperBound * 0.999
    }
    switch margin {
    case .normal:
      law = Normal.standard
      (text, atBound) = ("normal", false)
    case .laplace:
      law = try Laplace(scale: 0.5.squareRoot())
      (text, atBound) = ("laplace", false)
    case .logistic:
      law = try Logistic(scale: 3.0.squareRoot() / Double.pi)
      (text, atBound) = ("logistic", false)
    case .studentT(let given):
      // In 1/ν, where the likelihood is close to a parabola.
      let range = 1 / Self.degreesOfFreedomRange.upperBound...1 / Self.degreesOfFreedomRange.lowerBound
      let ν =
        given
        ?? 1
        / maximiser(in: range) { inverse in
          (try? StudentT(mean: 0, standardDeviation: 1, degreesOfFreedom: 1 / inverse)).map(likelihood) ?? -.infinity
        }
      law = try StudentT(mean: 0, standardDeviation: 1, degreesOfFreedom: ν)
      (text, atBound) = ("student-t(\(number(ν)))", given == nil && atEnd(ν, Self.degreesOfFreedomRange))
    case .exponentialPower(let given):
      let b =
        given
        ?? maximiser(in: Self.shapeRange) { shape in
          (try? ExponentialPower(mean: 0, standardDeviation: 1, shape: shape)).map(likelihood) ?? -.infinity
        }
      law = try ExponentialPower(mean: 0, standardDeviation: 1, shape: b)
      (text, atBound) = ("exponential-power(\(number(b)))", given == nil && atEnd(b, Self.shapeRange))
    case .logNormal(let given):
      let skewness = residuals.reduce(0) { $0 + $1 * $1 * $1 } / Double(residuals.count)
      let σ = given ?? Self.logDeviation(skewness: skewness)
      // s (e^{σZ} − 1) with s = 1 / standard deviation of e^{σZ}.
      let deviation = (expm1(σ * σ) * exp(σ * σ)).squareRoot()
      law = try LogNormal(logMean: -log(deviation), logStandardDeviation: σ, threshold: -1 / deviation)
      (text, atBound) = ("log-normal(\(number(σ)))", given == nil && atEnd(σ, Self.logDeviationRange))
    }
  }

  /// The σ whose log-normal law has this skewness, within `logDeviationRange`: by moments, because the likelihood of a
  /// log-normal with free threshold has no maximum.
  private static func logDeviation(skewness: Double) -> Double {
    var (low, high) = (logDeviationRange.lowerBound, logDeviationRange.upperBound)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let w = exp(middle * middle)
      if (w + 2) * (w - 1).squareRoot() < skewness { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// Where a function with one hill is highest: a coarse grid, then golden section around its best point.
func maximiser(in range: ClosedRange<Double>, _ f: (Double) -> Double) -> Double {
  let gridCount = 24
  let step = (range.upperBound - range.lowerBound) / Double(gridCount)
  let grid = (0...gridCount).map { range.lowerBound + Double($0) * step }
  let values = grid.map(f)
  let best = values.indices.max { values[$0] < values[$1] } ?? 0
  var low = grid[max(best - 1, 0)]
  var high = grid[min(best + 1, gridCount)]
  let golden = (5.0.squareRoot() - 1) / 2
  var a = high - golden * (high - low)
  var b = low + golden * (high - low)
  var fa = f(a)
  var fb = f(b)
  while high - low > 1e-6 * (range.upperBound - range.lowerBound) {
    if fa < fb {
      (low, a, fa) = (a, b, fb)
      b = low + golden * (high - low)
      fb = f(b)
    } else {
      (high, b, fb) = (b, a, fa)
      a = high - golden * (high - low)
      fa = f(a)
    }
  }
  return (low + high) / 2
}
