import MacroScenarios

/// The simple model that every network must beat: one lag and the features, a ridge regression for each series.
///
///     sₜ = a + φ sₜ₋₁ + Σⱼ bⱼ zₜⱼ,   s the transformed rate, z the standardised features
///
/// The lag bears no penalty: shrinking it would pull a series that is slow to turn towards its mean within a quarter.
/// After the CLASS model of Hirtle, Kovner, Vickery & Bhanot (2016), where ratios follow one lag and macro variables.
struct LinearChallenger: Sendable, Equatable {
  /// λ per observation on standardised features, the same for all series. Between 0.3 and 1 the walk-forward error is
  /// flat within its own uncertainty.
  static let penalty = 0.5

  /// `[series]`
  let intercepts: [Double]
  /// φ, `[series]`
  let persistence: [Double]
  /// b, `[series][feature]`
  let coefficients: [Double]

  init(intercepts: [Double], persistence: [Double], coefficients: [Double]) {
    self.intercepts = intercepts
    self.persistence = persistence
    self.coefficients = coefficients
  }

  init(fittedTo sample: LossRateSample, normalisation: FeatureNormalisation) {
    self.init(fittedTo: sample, normalisation: normalisation, LinearSpecification())
  }

  /// The transformed rates of the quarters after `start`, each quarter's projection being the next one's lag.
  /// - Parameters:
  ///   - features: `[quarter][feature]`, standardised.
  ///   - start: `[series]`, transformed.
  /// - Returns: `[quarter][series]`, transformed.
  func project(_ features: [[Double]], from start: [Double]) -> [[Double]] {
    let width = MacroFeature.all.count
    var last = start
    return features.map { row in
      last = LoanSeries.allCases.map { series in
        let k = series.rawValue
        let driven = (0..<width).reduce(intercepts[k]) { $0 + coefficients[k * width + $1] * row[$1] }
        return driven + persistence[k] * last[k]
      }
      return last
    }
  }
}
