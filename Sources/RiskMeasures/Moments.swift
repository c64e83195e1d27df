import Foundation

extension SortedSample {
  /// The sample mean, with the central limit theorem's standard error s/√n.
  public func mean() -> Estimate {
    let mean = plainMean
    guard count >= 2 else { return Estimate(value: mean, standardError: nil, lower: nil, upper: nil) }
    return Estimate(value: mean, standardError: (centralMoment(2, about: mean) / Double(count - 1)).squareRoot())
  }

  /// The standard deviation, with the error √((m₄ − m₂²) / (4 m₂ n)) of the delta method; a constant sample has 0 ± 0.
  public func standardDeviation() -> Estimate {
    let mean = plainMean, n = Double(count)
    let second = centralMoment(2, about: mean)
    guard count >= 2, second > 0 else {
      return Estimate(value: 0, standardError: count >= 2 ? 0 : nil, lower: nil, upper: nil)
    }
    let fourth = centralMoment(4, about: mean)
    return Estimate(
      value: (second * n / (n - 1)).squareRoot(),
      // Of two outcomes alike in size the difference is nothing, and rounding may leave less.
      standardError: (max(0, fourth - second * second) / (4 * second * n)).squareRoot())
  }

  private var plainMean: Double { sum { $0 } / Double(count) }

  private func centralMoment(_ order: Int, about mean: Double) -> Double {
    let sum = sum { value in
      let square = (value - mean) * (value - mean)
      return order == 2 ? square : square * square
    }
    return sum / Double(count)
  }

  /// Σ term(value), eight sums side by side: one alone would wait for each addition.
  @inline(__always)
  private func sum(_ term: (SIMD8<Double>) -> SIMD8<Double>) -> Double {
    let values = values.span, whole = count / 8 * 8
    var sums = SIMD8<Double>.zero
    for first in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Double>.zero
      for lane in 0..<8 { lanes[lane] = Double(values[unchecked: first + lane]) }
      sums += term(lanes)
    }
    var total = sums.sum()
    for index in whole..<count { total += term(SIMD8(repeating: Double(values[index])))[0] }
    return total
  }
}
