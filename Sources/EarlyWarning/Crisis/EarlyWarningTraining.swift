public import MacroScenarios
public import NeuralNetworks

/// Fits the early-warning models on shipped data, judges them by leaving one crisis out, and gives them their card.
///
/// Everything is cut at the jump-off before anything is estimated. With equal data and jump-off the result is the same on
/// one machine, however many cores it has.
public enum EarlyWarningTraining {
  struct Settings: Sendable, Equatable {
    var network = CrisisNetwork.Settings.standard
    /// Weight decays of the network, and λ of the logistic model: inner folds choose.
    var weightDecays = [1.0, 5, 25]
    var penalties = [0.01, 0.03, 0.1, 0.3, 1]
  }

  /// - Parameters:
  ///   - history: macro factors of the vintage that was known at the jump-off.
  ///   - chargeOffs: annualised net charge-off rates, columns as in `scenarios/data/us-charge-off-rates.csv`.
  ///   - recessions: published business cycle dates; none announced after the jump-off is used.
  ///   - progress: told a line at each stage, perhaps from several threads.
  /// - Throws: `InvalidInput` for data that cannot be used, and `TrainingFailure` when a network diverges.
  public static func run(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, recessions: RecessionTable, jumpOff: Quarter,
    progress: @escaping @Sendable (String) -> Void
  ) throws -> EarlyWarningModel {
    try run(
      history: history, chargeOffs: chargeOffs, recessions: recessions, jumpOff: jumpOff, settings: Settings(),
      progress: progress)
  }

  static func run(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, recessions: RecessionTable, jumpOff: Quarter,
    settings: Settings, progress: @escaping @Sendable (String) -> Void
  ) throws -> EarlyWarningModel {
    let sample = try CrisisSample(
      history: history, chargeOffs: chargeOffs, recessions: recessions, jumpOff: jumpOff)
    let forecasts = try CrisisForecasts(sample, settings: settings, progress: progress)
    let scores = CrisisScores(forecasts).scores

    let everything = Array(sample.quarters.indices)
    progress("fitting \(settings.network.members) networks and the logistic model on all \(everything.count) windows")
    let material = CrisisMaterial(sample, training: everything)
    let choice = try CrisisChoice(of: settings, on: CrisisFold.all(of: sample), sample)
    let network = try material.network(choice.network)
    let leaning = leaning(scores)
    let card = EarlyWarningCard(
      sample: sample, history: history, chargeOffs: chargeOffs, settings: settings, network: network,
      forecasts: forecasts, labels: material.labels, choice: choice, scores: scores, leaning: leaning,
      firstLosses: try material.firstLosses(choice.network))
    return EarlyWarningModel(
      jumpOff: jumpOff, card: card.card, leaning: leaning, scale: material.scale,
      logistic: material.logistic(penalty: choice.penalty), network: network,
      range: ObservedRange(
        sample.trainingRows, factors: history.cut(after: sample.quarters[sample.quarters.count - 1])),
      weightDecay: choice.network.weightDecay)
  }

  /// The first member's losses in its first epochs, fitted again as it was for that model.
  public static func firstLosses(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, recessions: RecessionTable, of model: EarlyWarningModel
  ) throws -> [Double] {
    let sample = try CrisisSample(
      history: history, chargeOffs: chargeOffs, recessions: recessions, jumpOff: model.jumpOff)
    var settings = CrisisNetwork.Settings.standard
    settings.weightDecay = model.weightDecay
    return try CrisisMaterial(sample, training: Array(sample.quarters.indices)).firstLosses(settings)
  }

  /// The test on crises left out alone, as `run` makes it.
  public static func backtest(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, recessions: RecessionTable, jumpOff: Quarter,
    progress: @escaping @Sendable (String) -> Void
  ) throws -> [ModelCard.Score] {
    let sample = try CrisisSample(
      history: history, chargeOffs: chargeOffs, recessions: recessions, jumpOff: jumpOff)
    return CrisisScores(try CrisisForecasts(sample, settings: Settings(), progress: progress)).scores
  }

  /// The network only where its lead over the logistic model lies clear of zero.
  static func leaning(_ scores: [ModelCard.Score]) -> EarlyWarningModel.Kind {
    let difference = scores.first {
      $0.model == CrisisForecasts.network && $0.metric == CrisisScores.differenceMetric
    }
    return difference?.upper.map { $0 < 0 } ?? false ? .network : .logistic
  }
}
