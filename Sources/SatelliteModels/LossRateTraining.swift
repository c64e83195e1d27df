import Dispatch
public import MacroScenarios
public import NeuralNetworks
import Synchronization

/// Fits a loss-rate model on shipped data, tests it, and gives it its card.
///
/// Everything is cut at the jump-off before anything is estimated; every origin of the walk-forward test is cut again at
/// its own quarter. With equal data and jump-off the result is the same on one machine, however many cores it has.
public enum LossRateTraining {
  /// Fewer events than this give no law of errors.
  static let fewestOrigins = 6
  /// Networks that are shipped, for as many seeds.
  static let memberCount = 8

  /// - Parameters:
  ///   - history: macro factors of the vintage that was known at the jump-off.
  ///   - chargeOffs: annualised net charge-off rates, columns as in `scenarios/data/us-charge-off-rates.csv`.
  ///   - supervisoryResults: published exercises, for the law of bank effects.
  ///   - progress: told a line at each stage, perhaps from several threads.
  /// - Throws: `InvalidInput` for data that cannot be used, a macro vintage later than the jump-off among them, and
  ///   `TrainingFailure` when a network diverges.
  public static func run(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, supervisoryResults: CommaSeparatedValues, jumpOff: Quarter,
    progress: @escaping @Sendable (String) -> Void
  ) throws -> LossRateModel {
    try refuseLaterVintage(of: history, than: jumpOff)
    return try run(
      history: history, chargeOffs: chargeOffs, supervisoryResults: supervisoryResults, jumpOff: jumpOff,
      variants: WalkForwardVariant.all, memberCount: memberCount, progress: progress)
  }

  static func run(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, supervisoryResults: CommaSeparatedValues, jumpOff: Quarter,
    variants: [WalkForwardVariant], memberCount: Int, progress: @escaping @Sendable (String) -> Void
  ) throws -> LossRateModel {
    let sample = try LossRateSample(history: history, chargeOffs: chargeOffs, cutAfter: jumpOff)
    let ratesAtJumpOff = try lastFourRates(of: sample, file: chargeOffs.file)
    let bankEffects = try BankEffectLaw(results: supervisoryResults, publishedBy: jumpOff)
    let cases = try cases(history: history, chargeOffs: chargeOffs, jumpOff: jumpOff)
    let forecasts = try WalkForwardForecasts(cases, variants, progress: progress)
    let evaluation = WalkForwardEvaluation(cases, forecasts, variants)

    let choice = evaluation.selection.final
    guard let specification = variants.first(where: { $0.id == choice.linear })?.specification,
      let settings = variants.first(where: { $0.id == choice.network })?.settings
    else { preconditionFailure("'\(choice.linear)' and '\(choice.network)' are not a linear model and a network") }
    let normalisation = sample.normalisation
    progress(
      "fitting \(choice.linear) and \(memberCount) × \(choice.network) on \(LossRateSample.firstTarget)–\(jumpOff)")
    let fitted = try trainSideBySide(count: memberCount) { member throws(TrainingFailure) in
      try Self.member(member, of: sample, settings)
    }
    let members = fitted.map(\.network)
    let linear = LinearChallenger(fittedTo: sample, normalisation: normalisation, specification)
    progress("explaining what the models rest on")
    let importance = LossRateImportance(
      cases, networks: forecasts.networks(of: choice.network), shares: choice.networkShares, linear: specification,
      names: (used: NestedSelection.model, linear: WalkForwardVariant.challenger))
    let dependence = LossRateDependence(
      history: history.cut(after: jumpOff), sample: sample, normalisation: normalisation, linear: linear,
      members: members, shares: choice.networkShares,
      names: (linear: choice.linear, network: choice.network, used: NestedSelection.model))
    let standardised = sample.features.dropFirst(LossRateSample.prefix).map(normalisation.standardise)
    let card = LossRateCard(
      sample: sample, history: history, chargeOffs: chargeOffs, supervisoryResults: supervisoryResults,
      settings: settings, memberCount: memberCount, parameterCount: members[0].network.parameterCount,
      evaluation: evaluation, bankEffects: bankEffects, firstLosses: fitted[0].firstLosses,
      importance: importance.importance, dependence: dependence.dependence, variantCount: variants.count)
    return LossRateModel(
      jumpOff: jumpOff, card: card.card, ratesAtJumpOff: ratesAtJumpOff, bankEffects: bankEffects,
      normalisation: normalisation,
      featureMinima: MacroFeature.all.indices.map { j in standardised.lazy.map { $0[j] }.min() ?? 0 },
      featureMaxima: MacroFeature.all.indices.map { j in standardised.lazy.map { $0[j] }.max() ?? 0 },
      linear: linear, members: members, choice: choice, residuals: evaluation.residuals)
  }

  /// The walk-forward test alone: every variant, the nested choice among them, and no model.
  /// - Returns: the scores that a card of this jump-off holds.
  /// - Throws: like `run`.
  public static func backtest(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, jumpOff: Quarter,
    progress: @escaping @Sendable (String) -> Void
  ) throws -> [ModelCard.Score] {
    try refuseLaterVintage(of: history, than: jumpOff)
    let cases = try cases(history: history, chargeOffs: chargeOffs, jumpOff: jumpOff)
    let forecasts = try WalkForwardForecasts(cases, WalkForwardVariant.all, progress: progress)
    return WalkForwardEvaluation(cases, forecasts, WalkForwardVariant.all).scores
  }

  private static func cases(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, jumpOff: Quarter
  ) throws(InvalidInput) -> [WalkForward.Case] {
    let walk = try WalkForward(history: history, chargeOffs: chargeOffs, jumpOff: jumpOff)
    guard walk.cases.count >= fewestOrigins else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M015",
            "\(walk.cases.count) origins of the walk-forward test lie before the jump-off \(jumpOff), expected at least "
              + "\(fewestOrigins): a jump-off after \(WalkForward.origins[fewestOrigins - 1])",
            at: .init(file: history.file))
        ])
    }
    return walk.cases
  }

  /// One member of the ensemble, and the losses of its first epochs.
  private static func member(
    _ index: Int, of sample: LossRateSample, _ settings: LossRateNetwork.Settings, stopAfter: Int? = nil
  ) throws(TrainingFailure) -> (network: LossRateNetwork, firstLosses: [Double]) {
    var losses: [Double] = []
    let network = try LossRateNetwork(
      fittedTo: sample, normalisation: sample.normalisation, settings: settings, seed: LossRateNetwork.seed(index),
      stopAfter: stopAfter
    ) { epoch in
      if losses.count < ModelCard.Training.recordedEpochs { losses.append(epoch.loss) }
    }
    return (network, losses)
  }

  /// The losses of a model's first member in its first epochs, for a comparison with those that its card records.
  public static func firstLosses(
    of model: LossRateModel, history: QuarterlyTable, chargeOffs: QuarterlyTable
  ) throws -> [Double] {
    try refuseLaterVintage(of: history, than: model.jumpOff)
    let sample = try LossRateSample(history: history, chargeOffs: chargeOffs, cutAfter: model.jumpOff)
    let settings = WalkForwardVariant.all.first { $0.id == model.choice.network }?.settings
    let epochs = ModelCard.Training.recordedEpochs
    return try settings.map { try member(0, of: sample, $0, stopAfter: epochs).firstLosses } ?? []
  }

  /// A table cut at the jump-off still shows what was revised after it.
  private static func refuseLaterVintage(of history: QuarterlyTable, than jumpOff: Quarter) throws(InvalidInput) {
    let later = history.columns.filter { $0.asOf > jumpOff }
    guard later.isEmpty else {
      throw InvalidInput(
        .invalid,
        later.map {
          Diagnostic(
            "M016", "'\($0.id)' is as known in \($0.asOf), after the jump-off \(jumpOff): revisions would be seen",
            at: .init(file: history.file), notes: ["fix: give the history of the vintage of the jump-off"])
        })
    }
  }

  /// `[quarter][series]`, filled values among them.
  private static func lastFourRates(of sample: LossRateSample, file: String) throws(InvalidInput) -> [Double] {
    var rates: [Double] = []
    for ahead in -3...0 {
      let quarter = sample.lastQuarter.advanced(by: ahead)
      for series in LoanSeries.allCases {
        guard let rate = sample.chargeOffs.rate(series, in: quarter) else {
          throw InvalidInput(
            .invalid,
            [
              Diagnostic(
                "M013", "'\(series.id)' has no value in \(quarter), one of the four quarters to the jump-off",
                at: .init(file: file))
            ])
        }
        rates.append(rate)
      }
    }
    return rates
  }

  /// Trains so many networks on all cores; the result is in order, and none depends on which core it ran.
  static func trainSideBySide<Network: Sendable>(
    count: Int, _ train: @Sendable (Int) throws(TrainingFailure) -> Network
  ) throws(TrainingFailure) -> [Network] {
    let results = Mutex([Result<Network, TrainingFailure>?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Result { () throws(TrainingFailure) in try train(index) }
      results.withLock { $0[index] = result }
    }
    var networks: [Network] = []
    for result in results.withLock({ $0 }) {
      guard let result else { preconditionFailure("\(networks.count) of \(count) trainings ended") }
      networks.append(try result.get())
    }
    return networks
  }
}
