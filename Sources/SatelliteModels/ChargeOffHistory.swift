import MacroScenarios

/// Net charge-off rates by quarter and loan series as they are used for fitting, each with where it comes from.
///
/// Everything here is estimated from the table as it ends at `cut`: a value before the cut never depends on one after.
///
/// Two repairs are made, both to other consumer loans, and both are flagged:
/// - **Seasonal adjustment.** To 2015Q4 the Board's figure is unadjusted. On the scale of `RateScale` each quarter of the
///   year is relieved of its mean distance from the centred five-term (2 × 4) moving average (classical decomposition).
/// - **Gap.** From 2016Q1 to 2019Q3 (and in single later quarters) nothing was found. The consumer rate is the
///   balance-weighted mean of cards and other consumer loans,
///
///       consumer = w · cards + (1 − w) · other,
///
///   so that every quarter with all three gives the share w; it moves slowly (0.47 to 0.49 on the two sides of the gap).
///   In a quarter without the third, w is interpolated between the nearest known shares, or held at the last one, and
///   the identity is solved for it.
struct ChargeOffHistory: Sendable, Equatable {
  enum Origin: Sendable, Equatable {
    case published, seasonallyAdjusted, filled, missing

    /// Figures that were measured, if adjusted; a filled one is good enough to fit on, not to be judged by.
    var isObserved: Bool { self == .published || self == .seasonallyAdjusted }
  }

  let firstQuarter: Quarter
  let quarterCount: Int
  /// `[quarter][series]`, annualised fractions; 0 where the origin is `missing`, and never read there.
  private(set) var rates: [Double]
  /// `[quarter][series]`
  private(set) var origins: [Origin]

  var lastQuarter: Quarter { firstQuarter.advanced(by: quarterCount - 1) }

  /// The rate of `series` in `quarter`; `nil` where it is missing or outside the table.
  func rate(_ series: LoanSeries, in quarter: Quarter) -> Double? {
    let row = firstQuarter.distance(to: quarter)
    guard row >= 0, row < quarterCount else { return nil }
    let cell = row * LoanSeries.count + series.rawValue
    return origins[cell] == .missing ? nil : rates[cell]
  }

  func origin(_ series: LoanSeries, in quarter: Quarter) -> Origin {
    let row = firstQuarter.distance(to: quarter)
    guard row >= 0, row < quarterCount else { return .missing }
    return origins[row * LoanSeries.count + series.rawValue]
  }

  /// - Parameter table: columns named by `LoanSeries.id`; `other_consumer_unadjusted` and `consumer` where repairs need
  ///   them.
  /// - Throws: `.invalid` when a modelled column is missing, or when nothing of the table lies before the cut.
  init(_ table: QuarterlyTable, cutAfter cut: Quarter) throws(InvalidInput) {
    let known = table.cut(after: cut)
    let absent = LoanSeries.allCases.filter { known.column($0.id) == nil }
    guard absent.isEmpty else {
      throw InvalidInput(
        .invalid,
        absent.map {
          Diagnostic("T020", "the charge-off table has no column '\($0.id)'", at: .init(file: table.file))
        })
    }
    guard known.quarterCount > 0 else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "T021", "the charge-off table starts in \(table.firstQuarter), after the jump-off \(cut)",
            at: .init(file: table.file))
        ])
    }
    firstQuarter = known.firstQuarter
    quarterCount = known.quarterCount
    rates = [Double](repeating: 0, count: quarterCount * LoanSeries.count)
    origins = [Origin](repeating: .missing, count: rates.count)
    for series in LoanSeries.allCases {
      for (row, value) in known.column(series.id)!.values.enumerated() {
        if let value { set(series, row, value, .published) }
      }
    }
    if let unadjusted = known.column("other_consumer_unadjusted") { adjustSeasonally(unadjusted.values) }
    if let consumer = known.column("consumer") { fillOtherConsumer(consumer.values) }
  }

  private mutating func set(_ series: LoanSeries, _ row: Int, _ rate: Double, _ origin: Origin) {
    rates[row * LoanSeries.count + series.rawValue] = rate
    origins[row * LoanSeries.count + series.rawValue] = origin
  }

  /// Puts the adjusted series where no published one stands.
  private mutating func adjustSeasonally(_ unadjusted: [Double?]) {
    let transformed = unadjusted.map { $0.map(RateScale.transform) }
    var sums = [Double](repeating: 0, count: 4)
    var counts = [Int](repeating: 0, count: 4)
    for row in transformed.indices.dropFirst(2).dropLast(2) {
      let window = transformed[row - 2...row + 2].compactMap { $0 }
      guard window.count == 5 else { continue }
      let centred = (window[0] / 2 + window[1] + window[2] + window[3] + window[4] / 2) / 4
      let season = firstQuarter.advanced(by: row).number - 1
      sums[season] += window[2] - centred
      counts[season] += 1
    }
    // Less than a full year of moving averages says nothing of the season.
    guard counts.allSatisfy({ $0 > 0 }) else { return }
    let seasons = zip(sums, counts).map { $0 / Double($1) }
    let level = seasons.reduce(0, +) / 4
    for (row, value) in transformed.enumerated() where origin(.otherConsumer, row) == .missing {
      guard let value else { continue }
      let season = seasons[firstQuarter.advanced(by: row).number - 1] - level
      set(.otherConsumer, row, RateScale.rate(value - season), .seasonallyAdjusted)
    }
  }

  private func origin(_ series: LoanSeries, _ row: Int) -> Origin { origins[row * LoanSeries.count + series.rawValue] }

  private mutating func fillOtherConsumer(_ consumer: [Double?]) {
    let cards = LoanSeries.creditCards.rawValue
    let other = LoanSeries.otherConsumer.rawValue
    func rate(_ row: Int, _ column: Int) -> Double? {
      let cell = row * LoanSeries.count + column
      return origins[cell] == .missing ? nil : rates[cell]
    }
    let shares: [(row: Int, share: Double)] = (0..<quarterCount).compactMap { row in
      guard let all = consumer[row], let card = rate(row, cards), let rest = rate(row, other), card != rest else {
        return nil
      }
      return (row, (all - rest) / (card - rest))
    }
    for row in 0..<quarterCount where rate(row, other) == nil {
      guard let all = consumer[row], let card = rate(row, cards), let before = shares.last(where: { $0.row < row })
      else { continue }
      var share = before.share
      if let after = shares.first(where: { $0.row > row }) {
        share += (after.share - before.share) * Double(row - before.row) / Double(after.row - before.row)
      }
      set(.otherConsumer, row, (all - share * card) / (1 - share), .filled)
    }
  }
}
