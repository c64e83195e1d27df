import Banking
import Foundation
import RiskMeasures
import Stochastics

/// What the paths drawn in the tail say of the system's own tail, put in the place of the plain paths' figures where it is
/// surer; and what that sampling was worth.
struct TailRows {
  typealias Row = StressTestResult.Row
  typealias Note = StressTestResult.Note

  private let samples: [(item: String, sample: WeightedSample, isLow: Bool)]
  private let plainCount: Int
  private let sampling: TailSampling
  private let choice: TailChoice?

  /// Below so many effective paths beyond a quantile, weights have degenerated and it is not used.
  static let fewestEffectivePaths = 100.0
  /// Standard errors between the two samplings at which one of them is not to be trusted.
  static let largestDisagreement = 4.5

  /// - Parameters:
  ///   - store: of the paths in the tail.
  ///   - plainCount: paths of the scenario's own law.
  ///   - choice: how the sampling was chosen, where the scenario leaves that open.
  init(_ store: ColumnStore, _ sampling: TailSampling, plainCount: Int, choice: TailChoice?) throws {
    let layout = sampling.pipeline.layout, weights = try store.column(layout.weight)
    func sample(_ item: ColumnLayout.SystemItem, sign: Float) throws -> WeightedSample {
      WeightedSample(
        try store.column(layout.system(item)).map { sign * $0 }, weights: weights,
        replicateSize: TailSampling.replicateSize, turn: TailSampling.turn)
    }
    samples = [
      ("loan_loss", try sample(.loanLoss, sign: 1), false),
      ("capital_depletion", try sample(.capitalDepletion, sign: 1), false),
      ("minimum_cet1_ratio", try sample(.minimumRatio, sign: -1), true),
    ]
    self.plainCount = plainCount
    self.sampling = sampling
    self.choice = choice
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
      guard isSurer(rows[index]), let better = estimate(for: rows[index]), isInOrder(rows[index], rows) else {
        continue
      }
      (rows[index].value, rows[index].standardError) = (better.value, better.standardError)
      (rows[index].lower, rows[index].upper) = (better.lower, better.upper)
      count += 1
    }
    return count
  }

  private func isSurer(_ row: Row) -> Bool {
    guard let error = estimate(for: row)?.standardError else { return false }
    return error > 0 && error < row.standardError ?? .infinity
  }

  /// The same figure from the tail's paths; `nil` for one that is not of the tail, or when too few weigh there.
  private func estimate(for row: Row) -> Estimate? {
    if row.item == "breach", row.statistic == "probability", let low = samples.first(where: \.isLow)?.sample {
      return low.shareAbove(-CapitalRules.minimumCet1Ratio)
    }
    guard row.quarter == nil, let found = samples.first(where: { $0.item == row.item }) else { return nil }
    for (statistic, level) in Self.quantiles(isLow: found.isLow) {
      guard statistic == row.statistic || Self.shortfall(beyond: statistic) == row.statistic else { continue }
      guard found.sample.effectiveCount(beyond: level) >= Self.fewestEffectivePaths else { return nil }
      guard statistic == row.statistic else { return found.sample.expectedShortfall(level) }
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

  /// `var_99` → `es_99`; `nil` for what is no value at risk.
  private static func shortfall(beyond statistic: String) -> String? {
    statistic.hasPrefix("var_") ? "es_" + statistic.dropFirst(4) : nil
  }

  /// Whether a value at risk stays at or below the expected shortfall of its level when each of the two is taken from the
  /// sample that is surer of it.
  private func isInOrder(_ row: Row, _ rows: [Row]) -> Bool {
    func value(_ statistic: String) -> Double? {
      rows.first { $0.entity == row.entity && $0.item == row.item && $0.statistic == statistic }.flatMap {
        isSurer($0) ? estimate(for: $0)?.value : $0.value
      }
    }
    let level = row.statistic.split(separator: "_").last ?? ""
    guard let quantile = value("var_\(level)"), let shortfall = value("es_\(level)") else { return true }
    return quantile <= shortfall
  }

  /// Of the loan losses' measures that both samplings have, in standard errors of their difference.
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
    let effective = row("effective_paths", losses.effectiveCount(beyond: 0.999), "count")
    let method =
      switch sampling {
      case .importance(_, let draws): row("shift", draws.law.shift, "standard deviations")
      case .twoPhase: row("candidates", Double(losses.count * CandidateStrata.candidatesPerPath), "count")
      }
    return [row("paths", Double(losses.count), "count"), method, effective] + ratios
  }

  private func method(replaced: Int) -> Note {
    let count = samples[0].sample.count
    let drawn =
      switch sampling {
      case .importance(_, let draws):
        String(
          format:
            "Importance sampling: %d further futures are drawn %.1f standard deviations into the tail of the system's "
            + "loan losses, a quarter of them plainly, and weighted by their likelihood", count, draws.law.shift)
      case .twoPhase:
        String(
          format:
            "Two-phase sampling: %d further futures are picked from %d whose loan losses and capital depletion the linear "
            + "challenger has ranked, most of them from among the worst, and weighted by what they stand for",
          count, count * CandidateStrata.candidatesPerPath)
      }
    let chosen =
      choice.map {
        String(
          format:
            " A pilot of %d futures each chose it: the probability beyond the 99.9 %% quantile had a standard error of "
            + "%.0f %% of it with importance sampling and %.0f %% with two-phase sampling.",
          TailChoice.pathCount, 100 * $0.importance, 100 * $0.twoPhase)
      } ?? ""
    return Note(
      .method,
      "\(drawn); \(replaced) figures of the system's tail rest on them, because their errors are smaller there.\(chosen)"
    )
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
