import Banking
import Foundation
import RiskMeasures
import Stochastics

/// What the paths drawn in the tail say of the system's own tail, put in the place of the plain paths' figures where it is
/// surer; and what that sampling was worth.
///
/// Quantiles and probabilities only. An expected shortfall rests on the few most extreme futures in a million, which lie in
/// other directions: a small sample drawn along one never sees them and takes itself for surer than it is.
struct TailRows {
  typealias Row = StressTestResult.Row
  typealias Note = StressTestResult.Note

  private let samples: [(item: String, sample: WeightedSample, isLow: Bool)]
  private let plainCount: Int
  private let draws: TailDraws

  /// Below so many effective paths beyond a quantile, weights have degenerated and it is not used.
  static let fewestEffectivePaths = 100.0
  /// Standard errors between the two samplings at which one of them is not to be trusted.
  static let largestDisagreement = 4.5

  /// - Parameters:
  ///   - store: of the paths in the tail.
  ///   - plainCount: paths of the scenario's own law.
  init(_ store: ColumnStore, _ layout: ColumnLayout, _ draws: TailDraws, plainCount: Int) throws {
    let weights = try store.column(layout.weight)
    func sample(_ item: ColumnLayout.SystemItem, sign: Float) throws -> WeightedSample {
      WeightedSample(
        try store.column(layout.system(item)).map { sign * $0 }, weights: weights,
        replicateSize: TailLaw.tileCount)
    }
    samples = [
      ("loan_loss", try sample(.loanLoss, sign: 1), false),
      ("capital_depletion", try sample(.capitalDepletion, sign: 1), false),
      ("minimum_cet1_ratio", try sample(.minimumRatio, sign: -1), true),
    ]
    self.plainCount = plainCount
    self.draws = draws
  }

  /// Replaces what is surer now.
  /// - Parameters:
  ///   - rows: the plain paths' figures, the loan losses' among them.
  ///   - breaches: their probabilities of breaches.
  /// - Returns: what the sampling was worth, and what a reader must know.
  func improve(_ rows: inout [Row], _ breaches: inout [Row]) -> (rows: [Row], notes: [Note]) {
    let worth = worth(rows)
    if let disagreement = largestDisagreement(with: rows), abs(disagreement) > Self.largestDisagreement {
      let text = String(
        format: "The futures drawn in the tail were not used: they differ from the plain ones by %.1f standard errors.",
        disagreement)
      return (worth, [Note(.warning, text)])
    }
    let count = replace(in: &rows) + replace(in: &breaches)
    return (worth, [method(replaced: count)] + degenerated)
  }

  private func replace(in rows: inout [Row]) -> Int {
    var count = 0
    for index in rows.indices where rows[index].entity == PathPipeline.systemEntity && rows[index].variant == nil {
      guard let better = estimate(for: rows[index]), let error = better.standardError, error > 0,
        error < rows[index].standardError ?? .infinity, Self.isInOrder(rows[index], better, rows)
      else { continue }
      (rows[index].value, rows[index].standardError) = (better.value, error)
      (rows[index].lower, rows[index].upper) = (better.lower, better.upper)
      count += 1
    }
    return count
  }

  /// The same figure from the tail's paths; `nil` for one that is not of the tail, or when too few weigh there.
  private func estimate(for row: Row) -> Estimate? {
    if row.item == "breach", row.statistic == "probability", let low = samples.first(where: \.isLow)?.sample {
      return low.shareAbove(-CapitalRules.minimumCet1Ratio)
    }
    guard row.quarter == nil, let found = samples.first(where: { $0.item == row.item }) else { return nil }
    for (statistic, level) in Self.quantiles(isLow: found.isLow) where statistic == row.statistic {
      guard found.sample.effectiveCount(beyond: level) >= Self.fewestEffectivePaths else { return nil }
      let estimate = found.sample.valueAtRisk(level)
      return found.isLow ? estimate.negated : estimate
    }
    return nil
  }

  private static func quantiles(isLow: Bool) -> [(statistic: String, level: Double)] {
    isLow
      ? [1, 5, 10].map { (Statistic.percentile($0).name, 1 - Double($0) / 100) }
      : [950, 990, 999].map { (Statistic.valueAtRisk(perMille: $0).name, Double($0) / 1_000) }
  }

  /// Whether a value at risk stays at or below the expected shortfall of its level, which the plain paths give.
  private static func isInOrder(_ row: Row, _ better: Estimate, _ rows: [Row]) -> Bool {
    guard row.statistic.hasPrefix("var_") else { return true }
    let shortfall = rows.first {
      $0.entity == row.entity && $0.item == row.item && $0.statistic == "es_" + row.statistic.dropFirst(4)
    }
    return shortfall?.value.map { better.value <= $0 } ?? true
  }

  /// Of the loan losses' quantiles that both samplings have, in standard errors of their difference.
  private func largestDisagreement(with rows: [Row]) -> Double? {
    rows.filter { $0.entity == PathPipeline.systemEntity && $0.item == "loan_loss" }.compactMap { row -> Double? in
      guard let plain = row.value, let error = row.standardError, let other = estimate(for: row),
        let otherError = other.standardError, error + otherError > 0
      else { return nil }
      return (other.value - plain) / (error * error + otherError * otherError).squareRoot()
    }.max { abs($0) < abs($1) }
  }

  /// How many plain paths one path in the tail is worth: the ratio of the variances of one path each.
  private func worth(_ rows: [Row]) -> [Row] {
    func row(_ statistic: String, _ value: Double, _ unit: String) -> Row {
      Row(
        entity: PathPipeline.systemEntity, item: "tail_sampling", statistic: statistic, value: value, unit: unit)
    }
    let losses = samples[0].sample
    let ratios = rows.filter { $0.entity == PathPipeline.systemEntity && $0.item == "loan_loss" }.compactMap {
      plain -> Row? in
      guard let error = plain.standardError, let other = estimate(for: plain)?.standardError, other > 0 else {
        return nil
      }
      let ratio = error * error * Double(plainCount) / (other * other * Double(losses.count))
      return row("worth_" + plain.statistic, ratio, "ratio")
    }
    return [
      row("paths", Double(losses.count), "count"), row("shift", draws.law.shift, "standard deviations"),
      row("effective_paths", losses.effectiveCount(beyond: 0.999), "count"),
    ] + ratios
  }

  private func method(replaced: Int) -> Note {
    Note(
      .method,
      String(
        format:
          "Importance sampling: %d further futures are drawn %.1f standard deviations into the tail of the system's "
          + "loan losses, a quarter of them plainly, and weighted by their likelihood; %d figures of the system's tail "
          + "rest on them, because their errors are smaller there.",
        samples[0].sample.count, draws.law.shift, replaced))
  }

  private var degenerated: [Note] {
    let effective = samples[0].sample.effectiveCount(beyond: 0.999)
    guard effective < Self.fewestEffectivePaths else { return [] }
    return [
      Note(
        .warning,
        String(
          format:
            "Beyond the 99.9 %% quantile the futures drawn in the tail are worth only %.0f of equal weight: those "
            + "figures rest on the plain futures.", effective))
    ]
  }
}

extension Estimate {
  /// Of the quantity with the other sign.
  fileprivate var negated: Estimate {
    Estimate(
      value: -value, standardError: standardError, lower: upper.map { -$0 }, upper: lower.map { -$0 })
  }
}
