import MacroScenarios

/// The test of the loss-rate models: at each origin they are fitted on nothing later, then project thirteen quarters
/// given the economy as it turned out, and are held against the charge-offs as they turned out.
///
/// The projections never see a charge-off rate after their origin; a rate that was filled in is not scored.
struct WalkForward: Sendable {
  static let horizon = 13
  static let originCount = 14
  static let firstOrigin = Quarter(year: 2000, number: 4)
  static let lastOrigin = Quarter(year: 2022, number: 4)

  /// What is known at one origin, and what came after it.
  struct Case: Sendable {
    let sample: LossRateSample
    let normalisation: FeatureNormalisation
    /// `[series]`, transformed, at the origin.
    let start: [Double]
    /// The features of the quarters up to the origin and of those projected, `[quarter][feature]`, standardised at the
    /// origin. Fewer than thirteen projected quarters where the jump-off comes sooner.
    let prefix: [[Double]]
    let future: [[Double]]
    /// `[quarter][series]`, transformed; `nil` where nothing was observed.
    let actual: [[Double?]]

    var origin: Quarter { sample.lastQuarter }
  }

  let cases: [Case]

  /// Fourteen origins spread evenly from 2000Q4 to 2022Q4.
  static let origins: [Quarter] = {
    let span = firstOrigin.distance(to: lastOrigin)
    let steps = originCount - 1
    // Rounded to the nearest quarter, in whole numbers.
    return (0..<originCount).map { firstOrigin.advanced(by: (2 * $0 * span + steps) / (2 * steps)) }
  }()

  init(history: QuarterlyTable, chargeOffs: QuarterlyTable, jumpOff: Quarter) throws(InvalidInput) {
    let whole = try LossRateSample(history: history, chargeOffs: chargeOffs, cutAfter: jumpOff)
    var cases: [Case] = []
    for origin in Self.origins where origin < jumpOff {
      let sample = try LossRateSample(history: history, chargeOffs: chargeOffs, cutAfter: origin)
      let normalisation = sample.normalisation
      let known = sample.quarterCount
      let quarters = min(Self.horizon, whole.quarterCount - known)
      cases.append(
        Case(
          sample: sample, normalisation: normalisation,
          start: try sample.transformedRatesAtEnd(file: chargeOffs.file),
          prefix: whole.features[(known - LossRateSample.prefix)..<known].map(normalisation.standardise),
          future: whole.features[known..<(known + quarters)].map(normalisation.standardise),
          actual: (1...quarters).map { ahead in
            LoanSeries.allCases.map { series in
              let quarter = origin.advanced(by: ahead)
              guard whole.chargeOffs.origin(series, in: quarter).isObserved else { return nil }
              return whole.transformedRate(series, in: quarter)
            }
          }))
    }
    self.cases = cases
  }
}
