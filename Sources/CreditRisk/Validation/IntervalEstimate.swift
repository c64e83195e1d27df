/// A figure of a finite sample, with its sampling error.
public struct IntervalEstimate: Sendable, Equatable {
  public let value: Double
  public let standardError: Double

  public init(value: Double, standardError: Double) {
    self.value = value
    self.standardError = standardError
  }

  /// Two-sided 90 %: value ± 1.645 standard errors.
  public var lower: Double { value - Self.quantile * standardError }
  public var upper: Double { value + Self.quantile * standardError }

  /// Whether the 90 % interval lies above 0.
  public var isClearlyPositive: Bool { lower > 0 }

  func scaled(by factor: Double, plus shift: Double = 0) -> IntervalEstimate {
    IntervalEstimate(value: factor * value + shift, standardError: abs(factor) * standardError)
  }

  /// Φ⁻¹(0.95)
  static let quantile = 1.6448536269514722
}
