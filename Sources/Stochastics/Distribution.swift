/// A univariate continuous law. Conformers are small immutable values.
///
/// Both tails have their own functions: 1 − cdf(x) loses every digit where a stress test needs them.
public protocol Distribution: Sendable {
  /// Probability density at x.
  func density(_ x: Double) -> Double
  /// P(X ≤ x).
  func cdf(_ x: Double) -> Double
  /// P(X > x).
  func survival(_ x: Double) -> Double
  /// The x with cdf(x) = p. - Precondition: p in (0, 1).
  func quantile(_ p: Double) -> Double
  /// The x with survival(x) = q. - Precondition: q in (0, 1).
  func quantile(upperTail q: Double) -> Double
  /// One draw.
  func draw(using stream: inout RandomStream) -> Double
  var moments: Moments { get }
}

/// The first four moments of a law; infinite where the integral diverges, `nil` where it has no value at all.
public struct Moments: Sendable, Equatable {
  public let mean: Double?
  public let variance: Double?
  /// E(X − μ)³ / σ³.
  public let skewness: Double?
  /// E(X − μ)⁴ / σ⁴ − 3.
  public let excessKurtosis: Double?

  public init(mean: Double?, variance: Double?, skewness: Double?, excessKurtosis: Double?) {
    self.mean = mean
    self.variance = variance
    self.skewness = skewness
    self.excessKurtosis = excessKurtosis
  }
}

/// A parameter of a law, or of an estimate, outside its domain.
public struct ParameterError: Error, Sendable, Equatable, CustomStringConvertible {
  public let subject: String
  public let parameter: String
  public let found: Double
  public let expected: String

  public init(_ subject: String, _ parameter: String, found: Double, expected: String) {
    self.subject = subject
    self.parameter = parameter
    self.found = found
    self.expected = expected
  }

  public var description: String { "\(subject): \(parameter) is \(found), expected \(expected)" }

  static func requirePositive(_ subject: String, _ parameter: String, _ value: Double) throws(ParameterError) {
    guard value > 0, value.isFinite else {
      throw ParameterError(subject, parameter, found: value, expected: "a positive number")
    }
  }

  static func requireFinite(_ subject: String, _ parameter: String, _ value: Double) throws(ParameterError) {
    guard value.isFinite else { throw ParameterError(subject, parameter, found: value, expected: "a finite number") }
  }
}

@inline(__always)
func requireProbability(_ p: Double) {
  precondition(p > 0 && p < 1, "a quantile needs a probability in (0, 1), not \(p)")
}
