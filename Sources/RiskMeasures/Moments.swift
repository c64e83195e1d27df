import Foundation

/// Mean and central moments of a sample, of which the higher ones are computed when they are asked for.
struct SampleMoments {
  let mean: Double
  private let values: [Float]

  init(_ values: [Float]) {
    self.values = values
    mean = Self.sum(values) { $0 } / Double(values.count)
  }

  /// Σ (x − x̄)² / n.
  private(set) lazy var second =
    Self.sum(values) { [mean] value in (value - mean) * (value - mean) } / Double(values.count)

  /// Σ (x − x̄)⁴ / n.
  private(set) lazy var fourth =
    Self.sum(values) { [mean] value in
      let square = (value - mean) * (value - mean)
      return square * square
    } / Double(values.count)

  /// Σ term(value), eight sums side by side: one alone would wait for each addition.
  @inline(__always)
  private static func sum(_ values: [Float], _ term: (SIMD8<Double>) -> SIMD8<Double>) -> Double {
    let values = values.span, whole = values.count / 8 * 8
    var sums = SIMD8<Double>.zero
    for first in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Double>.zero
      for lane in 0..<8 { lanes[lane] = Double(values[unchecked: first + lane]) }
      sums += term(lanes)
    }
    var total = sums.sum()
    for index in whole..<values.count { total += term(SIMD8(repeating: Double(values[index])))[0] }
    return total
  }
}

extension SortedSample {
  /// The sample mean, with the central limit theorem's standard error s/√n.
  public func mean() -> Estimate {
    guard count >= 2 else { return Estimate(value: moments.mean, standardError: nil, lower: nil, upper: nil) }
    return Estimate(value: moments.mean, standardError: (moments.second / Double(count - 1)).squareRoot())
  }

  /// The standard deviation, with the error √((m₄ − m₂²) / (4 m₂ n)) of the delta method; a constant sample has 0 ± 0.
  public func standardDeviation() -> Estimate {
    let n = Double(count), second = moments.second
    guard count >= 2, second > 0 else {
      return Estimate(value: 0, standardError: count >= 2 ? 0 : nil, lower: nil, upper: nil)
    }
    return Estimate(
      value: (second * n / (n - 1)).squareRoot(),
      // Of two outcomes alike in size the difference is nothing, and rounding may leave less.
      standardError: (max(0, moments.fourth - second * second) / (4 * second * n)).squareRoot())
  }
}
