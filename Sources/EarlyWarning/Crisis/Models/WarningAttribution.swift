import MacroScenarios

/// Which cells of a window make its probability of a warning what it is: integrated gradients (Sundararajan, Taly & Yan
/// 2017) from the mean window, in which every indicator stands at its training mean.
///
///     contribution(j) = xⱼ · ∫₀¹ ∂f(αx)/∂xⱼ dα,     f = 1 − p(calm)
///
/// They add up to f(x) − f(0) but for the error of the sum that stands for the integral.
struct WarningAttribution: Sendable, Equatable {
  /// `[quarter · indicator]`
  let contributions: [Double]
  /// f(0): the probability of a warning of the mean window.
  let start: Double
  /// f(x).
  let end: Double

  static let steps = 64

  /// |Σ contributions − (f(x) − f(0))|
  var gap: Double { abs(contributions.reduce(0, +) - (end - start)) }

  /// Summed over the quarters of the window, `[indicator]`.
  var byIndicator: [Double] {
    (0..<MacroIndicator.count).map { indicator in
      stride(from: indicator, to: contributions.count, by: MacroIndicator.count).reduce(0) { $0 + contributions[$1] }
    }
  }

  /// One attribution a window; the integral is a mean over the middles of equal steps, taken for all windows together
  /// because a network is quicker on many images at once.
  static func all(
    of model: some CrisisClassifier, at images: [[Double]], steps: Int = WarningAttribution.steps
  ) -> [WarningAttribution] {
    guard let width = images.first?.count else { return [] }
    let points = images.flatMap { image in
      (0..<steps).map { step in
        let share = (Double(step) + 0.5) / Double(steps)
        return image.map { share * $0 }
      }
    }
    let slopes = model.warningGradient(points)
    let start = 1 - model.probabilities([[Double](repeating: 0, count: width)])[0][0]
    return zip(images, model.probabilities(images)).enumerated().map { window, pair in
      let own = slopes[window * steps..<(window + 1) * steps]
      return WarningAttribution(
        contributions: pair.0.indices.map { cell in
          pair.0[cell] * own.reduce(0) { $0 + $1[cell] } / Double(steps)
        },
        start: start, end: 1 - pair.1[0])
    }
  }
}
