/// The linear challenger with its five series side by side in the lanes of a vector; the last three lanes idle.
struct LinearLanes {
  let start: SIMD8<Double>
  private let intercepts: SIMD8<Double>
  private let persistence: SIMD8<Double>
  /// `[feature]`
  private let coefficients: [SIMD8<Double>]

  init(_ model: LinearChallenger, start: [Double]) {
    let width = MacroFeature.all.count
    self.start = Self.lanes(start)
    intercepts = Self.lanes(model.intercepts)
    persistence = Self.lanes(model.persistence)
    coefficients = (0..<width).map { feature in
      Self.lanes(LoanSeries.allCases.map { model.coefficients[$0.rawValue * width + feature] })
    }
  }

  static func lanes(_ values: [Double]) -> SIMD8<Double> {
    var result = SIMD8<Double>.zero
    for (lane, value) in values.enumerated() { result[lane] = value }
    return result
  }

  /// The transformed rates of the next quarter, whose standardised features begin at `cell`.
  @inline(__always)
  func step(_ features: Span<Float>, at cell: Int, after last: SIMD8<Double>) -> SIMD8<Double> {
    var sum = intercepts + persistence * last
    let coefficients = coefficients.span
    for feature in 0..<coefficients.count {
      sum += coefficients[unchecked: feature] * Double(features[unchecked: cell + feature])
    }
    return sum
  }
}
