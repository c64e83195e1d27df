import MacroScenarios

/// The level of each quarter by a published rule, as far as it was settled at a date.
///
///     crisis(t)   = recession(t)  or  rate(t) > q
///     elevated(t) = not crisis(t), and crisis(u) for some u in t+1 … t+4
///
/// `recession(t)`: a month of t lies after a peak and not after its trough (National Bureau of Economic Research).
/// `rate(t)`: net charge-off rate of commercial and industrial loans of all US commercial banks, the one series without a
/// gap since 1985 that neither bankruptcy law nor card accounting has moved. q: its 90th percentile over the training
/// quarters alone, the order statistic of rank ⌈0.9 n⌉.
struct CrisisLabels: Sendable, Equatable {
  static let series = "commercial_and_industrial"
  /// How far ahead of a crisis a quarter is elevated.
  static let leadQuarters = 4
  /// Quarters after which a label is settled: four for what comes after it and four for the announcement of a peak (the
  /// latest so far came twelve months late).
  static let settlingQuarters = 8

  let firstQuarter: Quarter
  let levels: [RiskLevel]
  /// q, an annualised fraction.
  let threshold: Double

  /// - Parameters:
  ///   - quarters: those to label, and those whose label decides `threshold`, in order and without gaps; the rate is known
  ///     in each and in the four after the last.
  ///   - training: members of `quarters` from which q is taken.
  init(
    _ quarters: [Quarter], training: [Quarter], recessions: RecessionTable, rates: ChargeOffRates, knownAt date: Quarter
  ) {
    precondition(!quarters.isEmpty && !training.isEmpty, "\(quarters.count) quarters, \(training.count) to train on")
    let threshold = Self.topDecile(training.map { rates[$0] })
    let last = quarters.count + Self.leadQuarters
    let isCrisis = (0..<last).map { ahead in
      let quarter = quarters[0].advanced(by: ahead)
      return recessions.isRecession(quarter, knownAt: date) || rates[quarter] > threshold
    }
    firstQuarter = quarters[0]
    levels = quarters.indices.map { t in
      isCrisis[t] ? .crisis : isCrisis[t + 1...t + Self.leadQuarters].contains(true) ? .elevated : .calm
    }
    self.threshold = threshold
  }

  subscript(quarter: Quarter) -> RiskLevel { levels[firstQuarter.distance(to: quarter)] }

  /// The value above which a tenth of the sample lies: its order statistic of rank ⌈0.9 n⌉.
  static func topDecile(_ values: [Double]) -> Double {
    values.sorted()[(9 * values.count + 9) / 10 - 1]
  }
}

/// The charge-off rates that labels are made from, cut at a date.
struct ChargeOffRates: Sendable {
  let file: String
  private let table: QuarterlyTable

  /// - Throws: `.invalid` when the column is missing, or has a gap between `first` and `date`.
  init(_ table: QuarterlyTable, from first: Quarter, to date: Quarter) throws(InvalidInput) {
    func invalid(_ message: String) -> InvalidInput {
      InvalidInput(.invalid, [Diagnostic("T081", message, at: .init(file: table.file))])
    }
    guard table.column(CrisisLabels.series) != nil else {
      throw invalid("the charge-off table has no column '\(CrisisLabels.series)'")
    }
    for ahead in 0...max(0, first.distance(to: date)) {
      let quarter = first.advanced(by: ahead)
      guard table.value(CrisisLabels.series, in: quarter) != nil else {
        throw invalid("'\(CrisisLabels.series)' has no value in \(quarter), expected one in \(first) to \(date)")
      }
    }
    self.table = table.cut(after: date)
    file = table.file
  }

  /// - Precondition: within the quarters asked for.
  subscript(quarter: Quarter) -> Double {
    guard let rate = table.value(CrisisLabels.series, in: quarter) else {
      preconditionFailure("no charge-off rate in \(quarter)")
    }
    return rate
  }
}
