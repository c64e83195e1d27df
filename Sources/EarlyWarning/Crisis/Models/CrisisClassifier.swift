import MacroScenarios
import NeuralNetworks

/// A fitted model of either kind, as far as images and probabilities go.
protocol CrisisClassifier: Sendable {
  /// - Parameter images: `[window][quarter · indicator]`, as `PanelScale.image` makes them.
  /// - Returns: `[window][level]`
  func probabilities(_ images: [[Double]]) -> [[Double]]

  /// Slope of the probability of a warning, 1 − p(calm), by every cell.
  /// - Returns: `[window][quarter · indicator]`
  func warningGradient(_ images: [[Double]]) -> [[Double]]
}

extension MultinomialLogistic: CrisisClassifier {
  func probabilities(_ images: [[Double]]) -> [[Double]] { images.map(probabilities) }

  func warningGradient(_ images: [[Double]]) -> [[Double]] {
    images.map { image in
      let weights = WarningSlope.byScore(probabilities(image))
      return image.indices.map { cell in zip(weights, coefficients).reduce(0) { $0 + $1.0 * $1.1[cell] } }
    }
  }
}

enum WarningSlope {
  /// ∂(1 − p₀)/∂sₖ = −p₀ (δ₀ₖ − pₖ) for a softmax p of scores s; class 0 is calm.
  static func byScore(_ p: [Double]) -> [Double] {
    p.indices.map { $0 == 0 ? -p[0] * (1 - p[0]) : p[0] * p[$0] }
  }
}
