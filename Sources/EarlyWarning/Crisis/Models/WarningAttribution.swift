import MacroScenarios
import NeuralNetworks

/// Which cells of a window make its probability of a warning what it is: integrated gradients (Sundararajan, Taly & Yan
/// 2017) of f = 1 − p(calm) from the mean window, in which every indicator stands at its training mean.
///
/// The integral is a sum over the middles of equal steps, the same for every window, so that all windows of a table go
/// through the network together; what it leaves over is told with each attribution.
enum WarningAttribution {
  static let steps = 64

  /// One attribution a window, its coordinates `[quarter · indicator]`.
  static func all(
    of model: some CrisisClassifier, at images: [[Double]], steps: Int = WarningAttribution.steps
  ) -> [Attribution] {
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
      return Attribution(
        values: pair.0.indices.map { cell in pair.0[cell] * own.reduce(0) { $0 + $1[cell] } / Double(steps) },
        baselineValue: start, value: 1 - pair.1[0], nodeCount: steps)
    }
  }

  /// Summed over the quarters of the window, `[indicator]`.
  static func byIndicator(_ attribution: Attribution) -> [Double] {
    (0..<MacroIndicator.count).map { indicator in
      stride(from: indicator, to: attribution.values.count, by: MacroIndicator.count)
        .reduce(0) { $0 + attribution.values[$1] }
    }
  }
}
