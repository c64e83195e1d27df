/// Mean and standard deviation of every feature over the quarters a model was fitted on.
struct FeatureNormalisation: Sendable, Equatable {
  /// `[feature]`
  let means: [Double]
  /// `[feature]`, positive.
  let standardDeviations: [Double]

  var inverseScales: [Double] { standardDeviations.map { 1 / $0 } }

  init(means: [Double], standardDeviations: [Double]) {
    precondition(
      means.count == standardDeviations.count, "\(means.count) means, \(standardDeviations.count) deviations")
    self.means = means
    self.standardDeviations = standardDeviations
  }

  /// - Parameter rows: `[quarter][feature]`, raw; a value that is not finite is missing and left out.
  init(fittedTo rows: [[Double]]) {
    let count = MacroFeature.all.count
    var means = [Double](repeating: 0, count: count)
    var deviations = means
    for feature in 0..<count {
      let values = rows.map { $0[feature] }.filter(\.isFinite)
      precondition(values.count > 1, "feature \(MacroFeature.all[feature].id) has \(values.count) values to fit on")
      let mean = values.reduce(0, +) / Double(values.count)
      means[feature] = mean
      deviations[feature] = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    self.init(means: means, standardDeviations: deviations)
  }

  /// Distances from history in standard deviations; a missing value takes the mean, which says nothing.
  func standardise(_ row: [Double]) -> [Double] {
    row.indices.map { row[$0].isFinite ? (row[$0] - means[$0]) / standardDeviations[$0] : 0 }
  }
}
