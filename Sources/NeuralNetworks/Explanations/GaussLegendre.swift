import Glibc

/// The n-point rule ∫₀¹ g(t) dt ≈ Σ wᵢ g(tᵢ), exact for polynomials up to degree 2n − 1.
///
/// The nodes are the roots of the Legendre polynomial of degree n, moved from (−1, 1) to (0, 1); found by Newton's method
/// from the cosine estimate (Abramowitz & Stegun 1964, 22.16.6 and 25.4.29).
struct GaussLegendre: Sendable, Equatable {
  /// In (0, 1), ascending.
  let nodes: [Double]
  /// Above 0, sum 1.
  let weights: [Double]

  init(_ count: Int) {
    precondition(count > 0, "\(count) nodes, expected 1 or more")
    var nodes: [Double] = []
    var weights: [Double] = []
    for index in (0..<count).reversed() {
      var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      for _ in 0..<100 {
        let (value, derivative) = Self.legendre(count, at: x)
        slope = derivative
        let step = value / derivative
        x -= step
        if abs(step) < 1e-15 { break }
      }
      slope = Self.legendre(count, at: x).derivative
      nodes.append((1 + x) / 2)
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// P(x) of that degree by the three-term recurrence, and P′(x); |x| < 1.
  private static func legendre(_ degree: Int, at x: Double) -> (value: Double, derivative: Double) {
    var before = 1.0
    var value = x
    for n in stride(from: 2, through: degree, by: 1) {
      let next = (Double(2 * n - 1) * x * value - Double(n - 1) * before) / Double(n)
      before = value
      value = next
    }
    return (value, Double(degree) * (x * value - before) / (x * x - 1))
  }
}
