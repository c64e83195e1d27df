import Foundation

/// The largest gap between an empirical distribution and another one, and how likely chance is to make it that large.
public struct KolmogorovSmirnov {
  /// sup |F_n − F|.
  public let statistic: Double
  /// By the limit law 2 Σ (−1)^(k−1) exp(−2k²λ²) with Stephens' (1970) correction for finite samples.
  public let pValue: Double

  /// One sample against a law. - Precondition: `sample` is not empty.
  public init(_ sample: [Double], cdf: (Double) -> Double) {
    let sorted = sample.sorted()
    let n = Double(sorted.count)
    precondition(!sorted.isEmpty, "no sample")
    var gap = 0.0
    for (index, x) in sorted.enumerated() {
      let p = cdf(x)
      gap = max(gap, p - Double(index) / n, Double(index + 1) / n - p)
    }
    statistic = gap
    pValue = Self.pValue(gap, size: n)
  }

  /// Two samples.
  public init(_ first: [Double], _ second: [Double]) {
    let a = first.sorted()
    let b = second.sorted()
    var i = 0
    var j = 0
    var gap = 0.0
    while i < a.count, j < b.count {
      let x = min(a[i], b[j])
      while i < a.count, a[i] <= x { i += 1 }
      while j < b.count, b[j] <= x { j += 1 }
      gap = max(gap, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    statistic = gap
    pValue = Self.pValue(gap, size: Double(a.count * b.count) / Double(a.count + b.count))
  }

  private static func pValue(_ gap: Double, size: Double) -> Double {
    let λ = (size.squareRoot() + 0.12 + 0.11 / size.squareRoot()) * gap
    guard λ > 0.2 else { return 1 }
    var sum = 0.0
    var sign = 1.0
    for k in 1...100 {
      let term = Double(k) * λ
      sum += sign * exp(-2 * term * term)
      sign = -sign
    }
    return min(1, max(0, 2 * sum))
  }
}
