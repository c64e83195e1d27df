import MacroScenarios

/// What a loss-rate model is fitted on: features and charge-off rates of the same quarters, nothing after a cut.
struct LossRateSample: Sendable {
  /// The first quarter whose charge-off rates are fitted: all five series exist from here on.
  static let firstTarget = Quarter(year: 1991, number: 1)
  /// Quarters of the economy that a network reads before the first rate it must give.
  static let prefix = 8

  /// The first quarter of `features`.
  let firstQuarter: Quarter
  /// `[quarter][feature]`, raw; NaN where history has no value (the VIX before 1990).
  let features: [[Double]]
  let chargeOffs: ChargeOffHistory

  var quarterCount: Int { features.count }
  var lastQuarter: Quarter { firstQuarter.advanced(by: quarterCount - 1) }

  /// - Throws: `.invalid` when a factor is missing from the history, or when it has no value in a quarter that is needed:
  ///   all of them from 1991Q1 to `cut`.
  init(history: QuarterlyTable, chargeOffs: QuarterlyTable, cutAfter cut: Quarter) throws(InvalidInput) {
    _ = try FeatureConstruction.sources(in: history.columns.map(\.id), file: history.file)
    let known = history.cut(after: cut)
    firstQuarter = Self.firstTarget.advanced(by: -Self.prefix)
    guard known.quarterCount > 0, known.lastQuarter == cut, firstQuarter.distance(to: cut) > 2 * Self.prefix else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M011",
            "the history runs from \(history.firstQuarter) to \(history.lastQuarter), expected \(firstQuarter) to the "
              + "jump-off \(cut)", at: .init(file: history.file))
        ])
    }
    features = Self.features(of: known, from: firstQuarter, count: firstQuarter.distance(to: cut) + 1)
    for (row, values) in features.enumerated().dropFirst(Self.prefix) {
      guard let absent = values.firstIndex(where: { !$0.isFinite }) else { continue }
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M012",
            "'\(MacroFeature.all[absent].id)' cannot be made in \(firstQuarter.advanced(by: row)): a value of "
              + MacroFeature.all[absent].observable.factors.joined(separator: " or ")
              + " is missing there or in the quarters before", at: .init(file: history.file))
        ])
    }
    self.chargeOffs = try ChargeOffHistory(chargeOffs, cutAfter: cut)
  }

  /// `[quarter][feature]`, raw.
  static func features(of history: QuarterlyTable, from first: Quarter, count: Int) -> [[Double]] {
    let observables = FeatureConstruction.observables(
      of: history, from: first.advanced(by: -MacroFeature.longestLag), count: count + MacroFeature.longestLag)
    let width = FeatureConstruction.featureCount
    var flat = [Double](repeating: 0, count: count * width)
    FeatureConstruction.makeRawFeatures(observables.span, quarterCount: count, into: &flat)
    return (0..<count).map { Array(flat[$0 * width..<($0 + 1) * width]) }
  }

  /// Mean and deviation of the features over the quarters with targets.
  var normalisation: FeatureNormalisation { FeatureNormalisation(fittedTo: Array(features.dropFirst(Self.prefix))) }

  /// The transformed rate; `nil` where missing.
  func transformedRate(_ series: LoanSeries, in quarter: Quarter) -> Double? {
    chargeOffs.rate(series, in: quarter).map(RateScale.transform)
  }

  /// The latest transformed rates, `[series]`: where the one-lag model starts.
  /// - Throws: `.invalid` when a series has no value at the cut.
  func transformedRatesAtEnd(file: String) throws(InvalidInput) -> [Double] {
    var result: [Double] = []
    for series in LoanSeries.allCases {
      guard let rate = transformedRate(series, in: lastQuarter) else {
        throw InvalidInput(
          .invalid,
          [Diagnostic("M013", "'\(series.id)' has no value in \(lastQuarter), the jump-off", at: .init(file: file))])
      }
      result.append(rate)
    }
    return result
  }
}
