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

  private var plainMean: Double { values.reduce(0.0) { $0 + Double($1) } / Double(count) }

  private func centralMoment(_ order: Int, about mean: Double) -> Double {
    let sum = values.reduce(0.0) { sum, value in
      let square = (Double(value) - mean) * (Double(value) - mean)
      return sum + (order == 2 ? square : square * square)
    }
    return sum / Double(count)
  }
}
