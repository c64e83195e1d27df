import Foundation
import MacroScenarios
import NeuralNetworks

/// Writes the card of the early-warning models from what their training found: figures in the text are computed.
struct EarlyWarningCard {
  let sample: CrisisSample
  let history: QuarterlyTable
  let chargeOffs: QuarterlyTable
  let settings: EarlyWarningTraining.Settings
  let network: CrisisNetwork
  let forecasts: CrisisForecasts
  let labels: CrisisLabels
  let choice: CrisisChoice
  let scores: [ModelCard.Score]
  let leaning: EarlyWarningModel.Kind
  let firstLosses: [Double]

  var card: ModelCard {
    ModelCard(
      name: "Early warning, jump-off \(sample.jumpOff)",
      purpose:
        "Whether a window of \(IndicatorPanel.windowLength) quarters of the US economy and its markets ends in a "
        + "calm quarter, an elevated one (a crisis begins within four quarters) or a crisis. A crisis quarter: a month of "
        + "it lies after a business cycle peak and not after its trough (National Bureau of Economic Research), or the net "
        + "charge-off rate of commercial and industrial loans is in its top decile (above "
        + "\(percent(labels.threshold)) % a year). No forecast of when, and for no other country.",
      architecture: "Image of \(IndicatorPanel.windowLength) quarters × \(MacroIndicator.count) indicators: "
        + "\(network.members[0].architecture), softmax; mean of \(settings.network.members) members of "
        + "\(network.members[0].parameterCount) parameters each. Dropout \(settings.network.dropout), "
        + "weight decay \(choice.network.weightDecay), \(settings.network.epochs) full-batch steps of Adam, cross-entropy. Challenger: multinomial "
        + "logistic regression on the same image, ridge penalty \(choice.penalty).",
      data: data,
      window: "\(sample.quarters[0])–\(sample.quarters[sample.quarters.count - 1])", sampleSize: sample.quarters.count,
      defaultModel: defaultModel, scores: scores, limits: limits, owner: "The authors of Kentledge", version: "1",
      challenger:
        "Multinomial logistic regression on the same image, with a ridge penalty; beneath it the base rate of the "
        + "training windows.",
      monitoring:
        "kentledge model backtest early-warning --jump-off \(sample.jumpOff) repeats the test on the data as they "
        + "stand and compares it with these figures; kentledge monitor tells of every quarter which inputs are missing or "
        + "beyond the training range. Fit anew at each jump-off.",
      training: training,
      headline: .init(
        subject: CrisisScores.allLevels, metric: CrisisScores.brierMetric, window: CrisisScores.window,
        model: leaning == .network ? CrisisForecasts.network : CrisisForecasts.logistic,
        challenger: CrisisForecasts.logistic, title: "Brier score over three levels, lower is better"),
      importance: importance)
  }

  private var training: ModelCard.Training {
    let settings = choice.network
    return .init(
      settings: "cross-entropy; Adam, rate \(settings.learningRate) falling by a half cosine, weight decay "
        + "\(settings.weightDecay); dropout \(settings.dropout); gradient cut at \(settings.gradientNormLimit); "
        + "\(settings.epochs) full-batch epochs; no early stopping. Ridge penalty of the challenger \(choice.penalty)",
      seeds: (0..<settings.members).map(CrisisNetwork.seed), firstLosses: firstLosses,
      command: "kentledge train early-warning --jump-off \(sample.jumpOff)")
  }

  private var importance: [ModelCard.Importance] {
    let models = [CrisisForecasts.network, CrisisForecasts.logistic]
    return zip(models, forecasts.importance.rises).flatMap { model, rises in
      zip(MacroIndicator.all, rises).map { indicator, values in
        let (lower, upper) = blocks.interval(of: values)
        return .init(
          driver: indicator.id, title: indicator.title, model: model, metric: CrisisImportance.metric, unit: "ratio",
          value: values.reduce(0, +) / Double(values.count), lower: lower, upper: upper)
      }
    }
  }

  private var blocks: BlockBootstrap { BlockBootstrap(count: forecasts.quarters.count) }

  private var data: [String] {
    func name(_ path: String) -> String { (path as NSString).lastPathComponent }
    let vintage = history.columns.map(\.asOf).max().map { "\($0)" } ?? "an unknown quarter"
    return [
      "\(name(history.file)): macro factors as known in \(vintage)",
      "\(name(chargeOffs.file)): charge-offs on commercial and industrial loans, cut at "
        + "\(sample.quarters[sample.quarters.count - 1].advanced(by: CrisisLabels.leadQuarters))",
      "\(name(sample.recessions.file)): recessions announced by \(sample.jumpOff)",
    ]
  }

  /// A score with its interval.
  private func text(_ metric: String, _ subject: String, _ model: String) -> String {
    guard let score = scores.first(where: { $0.model == model && $0.metric == metric && $0.subject == subject }) else {
      return "not known"
    }
    guard let lower = score.lower, let upper = score.upper else { return number(score.value) }
    return "\(number(score.value)) (\(number(lower)) to \(number(upper)))"
  }

  private var defaultModel: String {
    let all = CrisisScores.allLevels
    func brier(_ model: String) -> String { text(CrisisScores.brierMetric, all, model) }
    let figures =
      "Brier score over all three levels on crises left out, 90 % intervals: CNN \(brier(CrisisForecasts.network)), "
      + "logistic \(brier(CrisisForecasts.logistic)), half and half \(brier(CrisisForecasts.combination)), base rate "
      + "\(brier(CrisisForecasts.baseRate)). CNN less logistic "
      + "\(text(CrisisScores.differenceMetric, all, CrisisForecasts.network))"
    return leaning == .network
      ? "CNN: it is better than the logistic challenger by more than chance would make it. \(figures)."
      : "Logistic challenger: the rule takes the CNN only where its lead lies clear of zero, and it does not. Both are "
        + "shown. \(figures)."
  }

  private var limits: [String] {
    let folds = forecasts.folds.map {
      "\($0.crisis) (\($0.trainingCount) windows learned from, \($0.testCount) judged, penalty \($0.penalty), weight decay \($0.weightDecay), crisis above "
        + "\(percent($0.threshold)) %)"
    }.joined(separator: ", ")
    let counts = RiskLevel.allCases.map { level in "\(labels.levels.count { $0 == level }) \(level.name)" }
    return [
      "History holds \(forecasts.folds.count) crises: the intervals are wide, and wider than they look, for no resample "
        + "holds a crisis that did not happen.",
      "Labels: \(counts.joined(separator: ", ")). The last \(CrisisLabels.settlingQuarters) quarters before the jump-off "
        + "have none: a peak was announced up to four quarters late, and a label looks four quarters ahead.",
      "Left out one by one: \(folds). On both sides of a test stretch \(CrisisFold.gap) quarters are learned from by nobody, "
        + "so that no window, change or label is shared.",
      "Means, deviations and the top decile are taken from the training windows of each fold alone; so are the ridge "
        + "penalty (of \(list(settings.penalties))) and the network's weight decay (of \(list(settings.weightDecays))), by "
        + "leaving one of the remaining crises out at a time. All else of the network was set beforehand.",
      Self.tried,
      "Macro factors are of one vintage, as revised: a quarter's first published figures differ, so that the test flatters "
        + "what would have been said at the time.",
      "2020 came from outside the economy: nothing in the panel can announce such a crisis, only recognise it.",
      "BBB yields start in 1988 Q4, equity growth in 1987 Q2, the VIX in 1990 Q1: before, they stand at their mean in the "
        + "image. A window with more than a quarter of its cells missing is given no probability.",
      "Thresholds are conventions: elevated from one chance in three of a crisis now or within four quarters, crisis from "
        + "one in two of a crisis now.",
      "Intervals: blocks of \(CrisisFold.gap) quarters resampled 1,000 times, paired between models; lead times by whole "
        + "crises.",
    ]
  }

  /// Every variant that was looked at, so that a reader can judge how much was chosen.
  private static let tried =
    "Variants looked at on the crises left out: the logistic with each of the penalties 0.01 to 3 fixed for all folds (area "
    + "under the curve 0.83 to 0.88 for a crisis now or within a year), the logistic with the penalty of inner folds, one "
    + "network architecture with the weight decay of inner folds, and half of each."

  private func list(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: ", ") }

  /// Two decimals; the card must not depend on a locale.
  private func number(_ value: Double) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    let sign = value < 0 && hundredths > 0 ? "−" : ""
    return "\(sign)\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  private func percent(_ value: Double) -> String { number(100 * value) }
}
