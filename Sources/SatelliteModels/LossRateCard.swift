import Foundation
import MacroScenarios
import NeuralNetworks

/// Writes the card of a loss-rate model from what its training found: the figures in the text are computed, not recalled.
struct LossRateCard {
  let sample: LossRateSample
  let history: QuarterlyTable
  let chargeOffs: QuarterlyTable
  let supervisoryResults: CommaSeparatedValues
  let settings: LossRateNetwork.Settings
  let memberCount: Int
  let parameterCount: Int
  let evaluation: WalkForwardEvaluation
  let bankEffects: BankEffectLaw
  let firstLosses: [Double]
  let importance: [ModelCard.Importance]
  let dependence: [PartialDependence]
  /// Everything tried, the random walk among it.
  let variantCount: Int

  private var choice: NestedSelection.Choice { evaluation.selection.final }

  var card: ModelCard {
    ModelCard(
      name: "Loss rates, jump-off \(sample.lastQuarter)",
      purpose: "Quarterly net charge-off rates of five loan types for all US commercial banks, given a path of the "
        + "economy. Not for single banks without their bank effects, and not for loans outside the United States.",
      architecture: architecture, data: data, window: "\(LossRateSample.firstTarget)–\(sample.lastQuarter)",
      sampleSize: sample.quarterCount - LossRateSample.prefix, defaultModel: defaultModel, scores: evaluation.scores,
      limits: limits, owner: "The authors of Kentledge", version: "1",
      challenger:
        "Ridge regression of the transformed rate on its own lag and the same \(MacroFeature.all.count) features, one a "
        + "loan type (after the CLASS model, Hirtle and others 2016); beneath it a random walk.",
      monitoring:
        "kentledge model backtest loss-rates --jump-off \(sample.lastQuarter) repeats the walk-forward test on the "
        + "data as they stand and compares it with these figures; each scenario's report lists the inputs that lie "
        + "beyond the sample. Fit anew at each jump-off.",
      training: training, headline: headline, importance: importance, dependence: dependence)
  }

  private var headline: ModelCard.Headline {
    .init(
      subject: LossRateDependence.allTypes, metric: WalkForwardScores.relativeMetric,
      window: WalkForwardScores.windows[0], model: NestedSelection.model, challenger: WalkForwardVariant.challenger,
      title: "RMSE relative to a random walk, lower is better")
  }

  private var training: ModelCard.Training {
    .init(
      settings: "masked Huber loss (threshold \(settings.huberThreshold)) over all loan types together; Adam, rate "
        + "\(settings.learningRate) falling by a half cosine, weight decay \(settings.weightDecay); dropout "
        + "\(settings.dropout); gradient cut at \(settings.gradientNormLimit); \(settings.epochs) full-batch epochs; no early "
        + "stopping",
      seeds: (0..<memberCount).map(LossRateNetwork.seed), firstLosses: firstLosses,
      command: "kentledge train loss-rates --jump-off \(sample.lastQuarter)")
  }

  private var architecture: String {
    "\(MacroFeature.all.count) features → LSTM \(settings.name) → dense \(LoanSeries.count), \(memberCount) members "
      + "of \(parameterCount) parameters (\(Self.words(choice.network))), and a ridge regression with one lag for each loan "
      + "type (\(Self.words(choice.linear))); target √(rate + 0.1 %); "
      + "dropout \(settings.dropout), weight decay \(settings.weightDecay), \(settings.epochs) full-batch steps of Adam, "
      + "masked Huber loss over all loan types together"
  }

  private var data: [String] {
    let names = [history.file, chargeOffs.file, supervisoryResults.file].map { ($0 as NSString).lastPathComponent }
    return [
      "\(names[0]): macro factors as known in \(date(of: history))",
      "\(names[1]): net charge-off rates of all US commercial banks, as known in \(date(of: chargeOffs)), cut at "
        + "\(sample.lastQuarter)",
      "\(names[2]): published exercises to \(sample.lastQuarter), \(bankEffects.banks.count) banks, for the bank effects",
    ]
  }

  private func date(of table: QuarterlyTable) -> String {
    table.columns.map(\.asOf).max().map { "\($0)" } ?? "an unknown quarter"
  }

  /// A summary score over all quarters with its interval.
  private func text(_ metric: String, of model: String) -> String {
    let score = evaluation.scores.first {
      $0.model == model && $0.metric == metric && $0.window == WalkForwardScores.windows[0]
    }
    guard let score, let lower = score.lower, let upper = score.upper else { return "not known" }
    return "\(Self.text(score.value)) (\(Self.text(lower)) to \(Self.text(upper)))"
  }

  private var defaultModel: String {
    func figures(_ model: String) -> String {
      "\(Self.words(model)) \(text(WalkForwardScores.relativeMetric, of: model))"
    }
    let compared = [NestedSelection.model, WalkForwardVariant.challenger, choice.linear, choice.network]
    let models = compared.enumerated().filter { !compared[..<$0.offset].contains($0.element) }.map(\.element)
    return
      "Nested choice: \(Self.words(choice.linear)) and the \(Self.words(choice.network)), averaged on the transformed "
      + "scale; share of the network: \(shares). RMSE relative to a random walk over the walk-forward test, mean of the "
      + "loan types, 90 % intervals by origin: \(models.map(figures).joined(separator: ", ")). The nested choice less the "
      + "linear challenger: \(text(WalkForwardScores.differenceMetric, of: NestedSelection.model))."
  }

  private var shares: String {
    LoanSeries.allCases.map { series in
      let share = choice.networkShares[series.rawValue]
      return
        "\(series.title.lowercased()) \(share == 0 ? "none, the linear model has the smaller error" : Self.text(share))"
    }.joined(separator: "; ")
  }

  /// How the choice was made, and what of it still flatters.
  private var selection: [String] {
    let history = evaluation.selection.choices
    func counts(_ name: (NestedSelection.Choice) -> String) -> String {
      let names = history.map(name)
      return names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map { _, name in
        "\(Self.words(name)) at \(names.count { $0 == name })"
      }.joined(separator: ", ")
    }
    return [
      "\(variantCount) variants were tried; the table lists them all. The score of the nested choice is that of a model "
        + "chosen anew at each origin, from outcomes known there: before \(NestedSelection.fewestOrigins) earlier origins "
        + "linear and LSTM 32, then the linear model and the network with the least error so far; the network's share by "
        + "loan type is a least-squares weight shrunk towards one half as by \(Int(NestedSelection.priorOrigins)) more "
        + "origins, and none where the linear model alone did no worse. Some twenty further averages of these models were "
        + "scored in a trial and not taken up. Chosen over \(history.count) origins: "
        + "\(counts(\.linear)); \(counts(\.network)).",
      "What nesting cannot undo: the list of variants, the inputs, the square-root scale and the rule itself were written "
        + "down with knowledge of these forty years. The scores of single variants, picked out of the table afterwards, "
        + "flatter. \(sample.quarterCount - LossRateSample.prefix) quarters hold four credit cycles.",
      "The 90 % intervals are tested at the last \(evaluation.coverageOriginCount) origins, each with the law of errors "
        + "that was known there; the first \(NestedCoverage.fewestOrigins) have too few before them. At "
        + "those with \(NestedSelection.fewestOrigins) or more before them they held \(laterCoverage).",
    ]
  }

  private var limits: [String] {
    let between = zip(BankEffectLaw.loanTypes, zip(bankEffects.betweenBanks, bankEffects.withinBank))
      .map { "\($0) \(Self.text($1.0)) and \(Self.text($1.1))" }.joined(separator: ", ")
    let filled = (0..<sample.quarterCount).map { sample.firstQuarter.advanced(by: $0) }
      .filter { sample.chargeOffs.origin(.otherConsumer, in: $0) == .filled }
    var limits =
      selection + [
        "The test is given the economy as it turned out (final vintage); it measures the satellite, not a forecast of the "
          + "economy. Charge-offs are as published now: their seasonal factors are re-estimated every year.",
        "Losses that policy prevented in 2020–2021 are in the sample as they were realised; scores are also given without "
          + "2020Q2–2021Q4.",
        "Learned from charge-offs of all banks: the supervisor's own models, made from loans of large banks, are harsher on "
          + "commercial loans and milder on mortgages than any realised history.",
        "Inputs beyond the sample are extrapolated and never clipped; their distance is reported with each scenario.",
        "A path's rate without model error is a median: on the rate itself the drawn error lifts the mean.",
        "Other consumer loans to 2015Q4 are published unadjusted and are relieved here of their mean seasonal pattern "
          + "(centred 2 × 4 moving average).",
        "The VIX starts in 1990: in the four quarters before, which only lead in, it stands at its mean.",
        "Model error: AR(1) on the transformed scale, autocorrelation \(Self.text(evaluation.residuals.autocorrelation[0])), "
          + "correlated across loan types, from the walk-forward errors. The ensemble's spread is part of those errors and is "
          + "drawn besides: \(memberShare) % of their variance after nine quarters.",
        "Bank effects, standard deviation of the log between banks (lasting) and within a bank between exercises: "
          + "\(between). Source: the Board's published severely adverse results.",
      ]
    if let first = filled.first, let last = filled.last {
      limits.append(
        "Other consumer loans are missing in \(filled.count) quarters between \(first) and \(last) and are filled from the "
          + "identity consumer = w · cards + (1 − w) · other, with the share w interpolated between known quarters; "
          + "filled quarters are fitted on and never scored.")
    }
    return limits
  }

  /// Variance that members add, in percent of the model error's after nine quarters; mean of the loan types.
  private var memberShare: Int {
    let shares = LoanSeries.allCases.map { series in
      let error = evaluation.residuals.standardDeviation(series.rawValue, after: 9)
      let share = choice.networkShares[series.rawValue]
      return share * share * evaluation.memberVariances[series.rawValue] / (error * error)
    }
    return Int((shares.reduce(0, +) / Double(shares.count) * 100).rounded())
  }

  private var laterCoverage: String {
    evaluation.laterCoverage.map { "\(Int(($0 * 100).rounded())) %" } ?? "none, there being no such origin"
  }

  /// `linear_signed` as a reader sees it.
  private static func words(_ id: String) -> String {
    id.replacingOccurrences(of: "lstm", with: "LSTM").split(separator: "_").joined(separator: " ")
  }

  /// Two decimals; the card must not depend on a locale.
  private static func text(_ value: Double) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    return
      "\(value < 0 && hundredths > 0 ? "−" : "")\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
