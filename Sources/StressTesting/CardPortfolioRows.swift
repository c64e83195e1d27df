import Banking
import CreditRisk
import RiskMeasures

/// Probabilities of default and losses of a card portfolio by segment, across the futures whose loss rates are kept.
struct CardPortfolioRows {
  typealias Row = StressTestResult.Row

  let cards: SegmentedCards
  /// Of all banks' cards, millions.
  let balance: Double
  /// Names of the capital quarters.
  let quarters: [String]

  private static let fan: [Statistic] = [5, 50, 95].map { .percentile($0) }
  private static let cumulative: [Statistic] =
    [.mean, .percentile(5), .percentile(50), .percentile(95), .expectedShortfall(perMille: 990)]

  /// - Parameter store: of the run; its quarterly card loss rates are read.
  func rows(from store: ColumnStore, layout: ColumnLayout, threadCount: Int) throws -> [Row] {
    let dependence = store.dependence
    let byQuarter = try concurrentMap(quarters.count, threadCount: threadCount) { quarter in
      let rates = try store.column(layout.annualisedRate(LoanType.creditCard.rawValue, quarter: quarter))
      return spread(rates)
    }
    let segments = cards.segments
    let levels = byQuarter.enumerated().flatMap { quarter, futures in
      fanRows(of: LoanType.creditCard.id, quarter, futures.levels, share: 1, dependence)
    }
    let outside = byQuarter.reduce(0) { $0 + $1.outsideCount }
    let bySegment = try concurrentMap(segments.count, threadCount: threadCount) { segment in
      self.rows(of: segment, byQuarter, dependence)
    }
    let start = (0..<segments.count).flatMap { startRows($0) }
    return start + levels + [
      Row(
        entity: LoanType.creditCard.id, item: "default_level_outside", statistic: "level", value: Double(outside),
        unit: "count")
    ] + bySegment.flatMap { $0 }
  }

  private struct Futures: Sendable {
    /// Probability of default in the quarter, `[path]`.
    var levels: [Float]
    /// `[segment][path]`
    var probabilities: [[Float]]
    /// Paths whose loss rate asks for a probability below 0 or above 1: a net recovery counts as no default.
    var outsideCount = 0
  }

  /// - Parameter rates: annualised loss rates of one quarter, `[path]`.
  private func spread(_ rates: [Float]) -> Futures {
    let count = cards.segments.count
    let empty = [Float](repeating: 0, count: rates.count)
    var futures = Futures(levels: empty, probabilities: [[Float]](repeating: empty, count: count))
    var scratch = [Double](repeating: 0, count: count)
    var span = scratch.mutableSpan
    for (path, rate) in rates.enumerated() {
      let level = Double(rate) / 4 / cards.lossGivenDefault
      if !(0...1).contains(level) { futures.outsideCount += 1 }
      let kept = min(max(level, 0), 1)
      cards.segments.spread(kept, into: &span)
      futures.levels[path] = Float(kept)
      for segment in 0..<count { futures.probabilities[segment][path] = Float(span[segment]) }
    }
    return futures
  }

  private func fanRows(
    of entity: String, _ quarter: Int, _ probabilities: [Float], share: Double, _ dependence: Dependence
  ) -> [Row] {
    let sample = PathSample(probabilities, dependence)
    return Self.fan.flatMap { statistic -> [Row] in
      let estimate = statistic.estimate(from: sample)
      var rows = [
        Row(
          entity: entity, quarter: quarters[quarter], item: "probability_of_default", statistic: statistic.name,
          estimate, unit: "fraction")
      ]
      let factor = share * balance * cards.lossGivenDefault
      if factor > 0 {
        rows.append(
          Row(
            entity: entity, quarter: quarters[quarter], item: "segment_loss", statistic: statistic.name,
            estimate.scaled(by: factor), unit: "millions"))
      }
      return rows
    }
  }

  private func startRows(_ segment: Int) -> [Row] {
    func row(_ item: String, _ value: Double, _ unit: String) -> Row {
      Row(entity: SegmentedCards.entity(segment), item: item, statistic: "level", value: value, unit: unit)
    }
    let segments = cards.segments
    return [
      row("accounts", Double(segments.counts[segment]), "count"),
      row("exposure_share", segments.shares[segment], "fraction"),
      row("balance", segments.shares[segment] * balance, "millions"),
      row("odds_to_safest", segments.odds(of: segment, to: 0), "ratio"),
    ]
  }

  /// One segment by quarter, over the whole horizon, and its share of what the portfolio loses.
  private func rows(of segment: Int, _ byQuarter: [Futures], _ dependence: Dependence) -> [Row] {
    let entity = SegmentedCards.entity(segment)
    let share = cards.segments.shares[segment]
    let byQuarterRows = byQuarter.enumerated().flatMap { quarter, futures in
      fanRows(of: entity, quarter, futures.probabilities[segment], share: share, dependence)
    }
    let pathCount = byQuarter[0].levels.count
    var lossRates = [Float](repeating: 0, count: pathCount)
    var lossShares = lossRates
    for path in 0..<pathCount {
      var (own, all) = (0.0, 0.0)
      for futures in byQuarter {
        own += Double(futures.probabilities[segment][path])
        all += Double(futures.levels[path])
      }
      lossRates[path] = Float(own * cards.lossGivenDefault)
      // Where nothing is lost the balance stands for the share.
      lossShares[path] = Float(all > 0 ? share * own / all : share)
    }
    let rates = PathSample(lossRates, dependence)
    let shares = PathSample(lossShares, dependence)
    return byQuarterRows
      + Self.cumulative.flatMap { statistic -> [Row] in
        let estimate = statistic.estimate(from: rates)
        var rows = [
          Row(entity: entity, item: "segment_loss_rate", statistic: statistic.name, estimate, unit: "fraction")
        ]
        if share * balance > 0 {
          rows.append(
            Row(
              entity: entity, item: "segment_loss", statistic: statistic.name, estimate.scaled(by: share * balance),
              unit: "millions"))
        }
        return rows
      }
      + [Statistic.mean, .percentile(5), .percentile(50), .percentile(95)].map { statistic in
        Row(
          entity: entity, item: "loss_share", statistic: statistic.name, statistic.estimate(from: shares),
          unit: "fraction")
      }
  }
}
