import Foundation
import MacroScenarios

/// How raw indicators become the numbers that a model reads:
///
///     x = asinh((raw − mean) / standard deviation)
///
/// Mean and deviation are those of the training quarters. The inverse hyperbolic sine is a straight line near 0 and a
/// logarithm far out, so that one quarter like the spring of 2020 does not decide alone; it is monotone and clips nothing.
/// A missing value becomes 0, the mean, which says nothing.
struct PanelScale: Sendable, Equatable {
  /// `[indicator]`
  let means: [Double]
  /// `[indicator]`, positive.
  let standardDeviations: [Double]

  init(means: [Double], standardDeviations: [Double]) {
    precondition(
      means.count == standardDeviations.count, "\(means.count) means, \(standardDeviations.count) deviations")
    self.means = means
    self.standardDeviations = standardDeviations
  }

  /// - Parameter rows: `[quarter][indicator]`, raw: the quarters of the training windows, each once.
  init(fittedTo rows: [[Double?]]) {
    var means: [Double] = []
    var deviations: [Double] = []
    for indicator in MacroIndicator.all.indices {
      let values = rows.compactMap { $0[indicator] }
      precondition(values.count > 1, "\(MacroIndicator.all[indicator].id) has \(values.count) values to fit on")
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      means.append(mean)
      deviations.append(max(variance.squareRoot(), 1e-9))
    }
    self.init(means: means, standardDeviations: deviations)
  }

  /// A window as an image, `[quarter · indicator]`.
  func image(of window: [[Double?]]) -> [Double] {
    window.flatMap { row in
      row.indices.map { j in row[j].map { asinh(($0 - means[j]) / standardDeviations[j]) } ?? 0 }
    }
  }
}
