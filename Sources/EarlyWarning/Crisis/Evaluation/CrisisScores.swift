import MacroScenarios
import NeuralNetworks
import Stochastics

/// Scores of the models on crises that they had not seen, with intervals that know that neighbouring quarters are one
/// event and not many.
///
/// Quarters are resampled in blocks as long as a window and a label together (circular block bootstrap, Politis & Romano
/// 1992), lead times by whole crises. Every model faces the same resamples, so that differences are paired.
struct CrisisScores: Sendable {
  static let window = "leave one crisis out"
  static let allLevels = "all three levels"
  static let areaMetric = "auc", brierMetric = "brier", skillMetric = "brier_skill"
  static let differenceMetric = "brier_less_logistic", leadMetric = "lead_time", shareMetric = "alarm_share"

  /// What is to be told apart, by name, with the quarters that count and those among them that are the event.
  enum Event: CaseIterable {
    case crisisNow, crisisAhead, warning

    var subject: String {
      switch self {
      case .crisisNow: "crisis now"
      case .crisisAhead: "crisis within a year, none yet"
      case .warning: "crisis now or within a year"
      }
    }

    func counts(_ level: RiskLevel) -> Bool { self != .crisisAhead || level != .crisis }
    func happens(_ level: RiskLevel) -> Bool { self == .crisisNow ? level == .crisis : level != .calm }

    /// - Parameter p: `[level]`
    func probability(_ p: [Double]) -> Double {
      switch self {
      case .crisisNow: p[RiskLevel.crisis.rawValue]
      case .crisisAhead, .warning: 1 - p[RiskLevel.calm.rawValue]
      }
    }
  }

  let forecasts: CrisisForecasts
  private let resamples: [[Int]]

  init(_ forecasts: CrisisForecasts) {
    self.forecasts = forecasts
    resamples = BlockBootstrap(count: forecasts.quarters.count).resamples
  }

  var scores: [ModelCard.Score] {
    CrisisForecasts.models.indices.flatMap { model in
      Event.allCases.flatMap { eventScores($0, model) } + [overall(model), difference(model)].compactMap { $0 }
        + leadScores(model)
    }
  }

  // MARK: Events

  private func eventScores(_ event: Event, _ model: Int) -> [ModelCard.Score] {
    let isBase = CrisisForecasts.models[model] == CrisisForecasts.baseRate
    var result: [ModelCard.Score] = []
    // One rate for all quarters of a fold ranks nothing.
    if !isBase {
      result.append(
        score(event.subject, model, Self.areaMetric, "ratio") { places in
          let (p, y) = probabilities(event, model, places)
          return ProbabilityScore.areaUnderCurve(p, y)
        })
    }
    result.append(
      score(event.subject, model, Self.brierMetric, "ratio") { places in
        let (p, y) = probabilities(event, model, places)
        return y.isEmpty ? nil : ProbabilityScore.brier(p, y)
      })
    if !isBase {
      result.append(
        score(event.subject, model, Self.skillMetric, "ratio") { places in
          let (p, y) = probabilities(event, model, places)
          let (base, _) = probabilities(event, 0, places)
          let reference = y.isEmpty ? 0 : ProbabilityScore.brier(base, y)
          return reference > 0 ? 1 - ProbabilityScore.brier(p, y) / reference : nil
        })
    }
    return result
  }

  private func probabilities(_ event: Event, _ model: Int, _ places: [Int]) -> ([Double], [Bool]) {
    let counted = places.filter { event.counts(forecasts.levels[$0]) }
    return (
      counted.map { event.probability(forecasts.probabilities[model][$0]) },
      counted.map { event.happens(forecasts.levels[$0]) }
    )
  }

  // MARK: All three levels

  /// Mean Σₖ (pₖ − yₖ)² over all quarters.
  func meanBrier(_ model: Int, _ places: [Int]) -> Double {
    places.reduce(0) {
      $0 + ProbabilityScore.brier(forecasts.probabilities[model][$1], forecasts.levels[$1].rawValue)
    } / Double(places.count)
  }

  private func overall(_ model: Int) -> ModelCard.Score {
    score(Self.allLevels, model, Self.brierMetric, "ratio") { meanBrier(model, $0) }
  }

  private func difference(_ model: Int) -> ModelCard.Score? {
    guard let logistic = CrisisForecasts.models.firstIndex(of: CrisisForecasts.logistic), model != logistic else {
      return nil
    }
    return score(Self.allLevels, model, Self.differenceMetric, "ratio") {
      meanBrier(model, $0) - meanBrier(logistic, $0)
    }
  }

  private func score(
    _ subject: String, _ model: Int, _ metric: String, _ unit: String, _ statistic: ([Int]) -> Double?
  ) -> ModelCard.Score {
    let values = resamples.compactMap(statistic).sorted()
    // A resample without a crisis has no such figure; the interval is that of the others.
    let isEnough = values.count >= 100
    return ModelCard.Score(
      subject: subject, model: CrisisForecasts.models[model], metric: metric, unit: unit,
      value: statistic(Array(forecasts.quarters.indices)) ?? 0,
      lower: isEnough ? values[values.count / 20] : nil,
      upper: isEnough ? values[values.count - 1 - values.count / 20] : nil,
      window: Self.window)
  }

  // MARK: Alarms

  /// Mean lead time, and the share of calm quarters with an alarm.
  private func leadScores(_ model: Int) -> [ModelCard.Score] {
    let name = CrisisForecasts.models[model]
    guard name != CrisisForecasts.baseRate else { return [] }
    let leads = LeadTime.all(in: forecasts, forecasts.probabilities[model])
    var stream = RandomStream(seed: 3, stream: .backtests, path: 0)
    let means = (0..<BlockBootstrap.resampleCount).map { _ in
      LeadTime.mean(leads.map { _ in leads[stream.index(below: leads.count)] })
    }.sorted()
    let edge = BlockBootstrap.resampleCount / 20
    let single = leads.map {
      ModelCard.Score(
        subject: "before \($0.onset)", model: name, metric: Self.leadMetric, unit: "quarters",
        value: Double($0.quarters),
        window: Self.window)
    }
    let mean = ModelCard.Score(
      subject: "mean of \(leads.count) crises", model: name, metric: Self.leadMetric, unit: "quarters",
      value: LeadTime.mean(leads), lower: means[edge], upper: means[means.count - 1 - edge], window: Self.window)
    let alarms = score("calm quarters", model, Self.shareMetric, "fraction") { places in
      let calm = places.filter { forecasts.levels[$0] == .calm }
      guard !calm.isEmpty else { return nil }
      let alarmed = calm.count { LevelProbabilities(forecasts.probabilities[model][$0]).level >= .elevated }
      return Double(alarmed) / Double(calm.count)
    }
    return single + [mean, alarms]
  }
}
