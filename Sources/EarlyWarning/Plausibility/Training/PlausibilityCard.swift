import Foundation
import MacroScenarios
import NeuralNetworks

/// Writes the card of a plausibility model from what its training found: the figures in the text are computed, not recalled.
struct PlausibilityCard {
  let sample: HistorySample
  let history: QuarterlyTable
  let settings: WindowAutoencoder.Settings
  let evaluation: PlausibilityEvaluation
  let network: NeuralNetwork
  let firstLosses: [Double]
  let importance: [ModelCard.Importance]

  var card: ModelCard {
    ModelCard(
      name: "Plausibility, jump-off \(sample.jumpOff)",
      purpose:
        "Says how unlike history a path of the US economy is (a rank among past windows, no probability), draws it "
        + "beside past crises, and fills missing values of a macro table. Not for other countries, and not to refuse a "
        + "scenario: what has never happened may still happen.",
      architecture:
        "Windows of \(HistorySample.windowLength) quarters × \(sample.scale.factors.count) factors on stationary scales; "
        + "autoencoder: \(WindowAutoencoder.networkCount) networks \(network.architecture), \(network.parameterCount) parameters "
        + "each, known-or-not channels beside the values, denoising: \(settings.copies) copies of each window with hidden cells and noise of \(settings.noise) standard deviations, "
        + "\(settings.epochs) epochs, batches of \(settings.batchSize), weight decay \(settings.weightDecay); challenger: "
        + "probabilistic PCA with as many components. Ten fits, each without one block of history, and one on all of it",
      data: [
        "\((history.file as NSString).lastPathComponent): macro factors as known in "
          + "\(history.columns.map(\.asOf).max().map { "\($0)" } ?? "an unknown quarter"), cut at \(sample.jumpOff)"
      ],
      window: "\(HistorySample.firstQuarter)–\(sample.jumpOff)", sampleSize: sample.windows.count,
      defaultModel: defaultModel, scores: evaluation.scores, limits: limits,
      owner: "The authors of Kentledge", version: "1",
      challenger:
        "Probabilistic PCA (Tipping and Bishop 1999) of the same windows with as many components; for missing values also a "
        + "straight line between the neighbours.",
      monitoring:
        "kentledge model backtest plausibility --jump-off \(sample.jumpOff) repeats the blocked test on the data as they "
        + "stand and compares it with these figures; each scenario's report shows both models' ranks. Fit anew at each "
        + "jump-off.",
      training: .init(
        settings:
          "Squared loss over known cells, Adam \(settings.learningRate) with weight decay \(settings.weightDecay), "
          + "\(settings.epochs) epochs of batches of \(settings.batchSize), cosine schedule; noise and hidden cells as above",
        seeds: PlausibilityTraining.recordedSeeds, firstLosses: firstLosses,
        command: "kentledge train plausibility --jump-off \(sample.jumpOff)"),
      headline: .init(
        subject: "windows", metric: PlausibilityEvaluation.reconstructionMetric,
        window: PlausibilityEvaluation.windows[0], model: evaluation.defaultKind.rawValue,
        challenger: PlausibilityModelKind.pca.rawValue, title: "RMSE of unseen windows rebuilt, in standard deviations"),
      importance: importance)
  }

  private func text(_ metric: String, _ subject: String, _ model: String) -> String {
    let score = evaluation.scores.first {
      $0.metric == metric && $0.subject == subject && $0.model == model
        && $0.window == PlausibilityEvaluation.windows[0]
    }
    guard let score, let lower = score.lower, let upper = score.upper else { return "not known" }
    return String(format: "%.2f (%.2f to %.2f)", score.value, lower, upper)
  }

  private var defaultModel: String {
    let metric = PlausibilityEvaluation.reconstructionMetric
    let figures =
      "RMSE of windows of unseen blocks, in standard deviations, 90 % intervals by block: history's mean "
      + "\(text(metric, "windows", "history's mean")), PCA \(text(metric, "windows", "pca")), autoencoder "
      + "\(text(metric, "windows", "autoencoder")); autoencoder less PCA "
      + text(PlausibilityEvaluation.differenceMetric, "windows", "autoencoder")
    let verdict =
      evaluation.defaultKind == .pca
      ? "PCA for verdict and map, because the autoencoder's error out of sample is not below it by more than chance; both "
        + "are shown. "
      : "Autoencoder for verdict and map, because its error out of sample lies clear below that of PCA; both are shown. "
    let method = evaluation.imputationMethod.rawValue
    let filling = HidingPattern.allCases.map {
      "\($0.rawValue) \(text(PlausibilityEvaluation.imputationMetric, $0.rawValue, method))"
    }.joined(separator: ", ")
    return verdict + figures
      + ". Missing values are filled by '\(method)', the lowest mean over the four tests; its RMSE "
      + "relative to interpolation, mean over the factors: \(filling)."
  }

  private var limits: [String] {
    let count = sample.windows.count
    let separate = count / HistorySample.windowLength + 1
    let masked = sample.grid.isKnown.count { !$0 }
    return [
      "\(count) windows overlap: only about \(separate) of them share no quarter, and four crises are all that is known of "
        + "crises. A rank among them is a rank, no probability, and its steps are not independent.",
      "Each window of history is ranked by a model that saw none of its quarters. The units of measure (means and standard "
        + "deviations) come from the whole sample before the jump-off.",
      "\(masked) of \(sample.grid.values.count) values were not published (BBB yield before 1988Q4, VIX before 1990Q1): they "
        + "are masked, never filled in.",
      "The training's settings were chosen among about ten on the same blocks, the filling method among five on the same "
        + "hidden values: their scores flatter them a little.",
      "A smooth path is easier to rebuild than history with its noise: a low reconstruction error says that a scenario "
        + "follows known patterns, not that it is likely. How far it follows them is what the Mahalanobis distance says.",
      "The autoencoder's units saturate: far outside history its code, and with it its Mahalanobis distance, levels off, and "
        + "only its reconstruction error goes on rising.",
      "Where a rate is missing, what is quoted as a spread over it is not read either.",
    ]
  }
}
