import Foundation

/// What a residual that is not known is expected to be, given those before and after it, if it is autoregressive:
///
///     E[r_t | r_{t−a}, r_{t+b}] = (ρᵃ(1 − ρ²ᵇ) r_{t−a} + ρᵇ(1 − ρ²ᵃ) r_{t+b}) / (1 − ρ²⁽ᵃ⁺ᵇ⁾)
///
/// ρ → 1 is a straight line between the two, ρ = 0 says nothing; with one neighbour it is ρᵃ r_{t−a}.
struct ResidualBridge: Sendable, Equatable {
  /// Beyond this a straight line and its bridge are the same to three digits over four quarters.
  static let largest = 0.98

  /// ρ, `[factor]`, in 0 … `largest`.
  let autocorrelations: [Double]

  init(autocorrelations: [Double]) { self.autocorrelations = autocorrelations }

  /// First-order autocorrelation within windows, where both quarters are known.
  init(fittedTo windows: [MaskedGrid], _ readings: [WindowReading]) {
    let factorCount = windows[0].factorCount
    autocorrelations = (0..<factorCount).map { factor in
      var product = 0.0, square = 0.0
      for (window, reading) in zip(windows, readings) {
        for quarter in 1..<window.quarterCount {
          let cell = quarter * factorCount + factor
          guard window.isKnown[cell], window.isKnown[cell - factorCount] else { continue }
          let now = window.values[cell] - reading.reconstruction[cell]
          let before = window.values[cell - factorCount] - reading.reconstruction[cell - factorCount]
          product += now * before
          square += (now * now + before * before) / 2
        }
      }
      return square > 0 ? min(max(product / square, 0), Self.largest) : 0
    }
  }

  func expected(factor: Int, before: (value: Double, quarters: Int)?, after: (value: Double, quarters: Int)?) -> Double
  {
    let ρ = autocorrelations[factor]
    func power(_ count: Int) -> Double { pow(ρ, Double(count)) }
    switch (before, after) {
    case (nil, nil): return 0
    case (let known?, nil), (nil, let known?): return power(known.quarters) * known.value
    case (let before?, let after?):
      let (a, b) = (before.quarters, after.quarters)
      return (power(a) * (1 - power(2 * b)) * before.value + power(b) * (1 - power(2 * a)) * after.value)
        / (1 - power(2 * (a + b)))
    }
  }
}
