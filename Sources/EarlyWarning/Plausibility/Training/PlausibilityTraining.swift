import Dispatch
public import MacroScenarios
import NeuralNetworks
import Synchronization

/// Fits a plausibility model on shipped history, tests it on hidden blocks and values, and gives it its card.
///
/// Everything is cut at the jump-off before anything is estimated. With equal data and jump-off the result is the same on
/// one machine, however many cores it has.
public enum PlausibilityTraining {
  /// - Parameters:
  ///   - history: macro factors of the vintage that was known at the jump-off.
  ///   - progress: told a line at each stage.
  /// - Throws: `InvalidInput` for data that cannot be used, and `TrainingFailure` when a network diverges.
  public static func run(
    history: QuarterlyTable, jumpOff: Quarter, progress: (String) -> Void
  ) throws -> PlausibilityModel {
    try run(history: history, jumpOff: jumpOff, settings: .init(), progress: progress)
  }

  /// The member whose first losses a card records: the one on all windows.
  private static let recordedMember = BlockedFolds.count

  private static func seed(ofMember member: Int) -> UInt64 { UInt64(member + 1) }

  /// Seeds of the networks that were fitted to all windows, the recorded one first.
  static let recordedSeeds = (0..<WindowAutoencoder.networkCount).map {
    WindowAutoencoder.seed($0, of: seed(ofMember: recordedMember))
  }

  /// Of the first network on all windows, epoch by epoch: what a rebuild must find again, within seconds.
  public static func firstLosses(history: QuarterlyTable, jumpOff: Quarter) throws -> [Double] {
    try firstLosses(HistorySample(history: history, jumpOff: jumpOff), settings: .init())
  }

  static func firstLosses(_ sample: HistorySample, settings: WindowAutoencoder.Settings) throws -> [Double] {
    Array(try WindowAutoencoder.trained(on: sample.windows, settings, seed: recordedSeeds[0]).losses.prefix(10))
  }

  static func run(
    history: QuarterlyTable, jumpOff: Quarter, settings: WindowAutoencoder.Settings, progress: (String) -> Void
  ) throws -> PlausibilityModel {
    let sample = try HistorySample(history: history, jumpOff: jumpOff)
    let folds = BlockedFolds(windowCount: sample.windows.count, windowLength: HistorySample.windowLength)
    progress(
      "\(sample.windows.count) windows of \(HistorySample.windowLength) quarters in \(BlockedFolds.count) blocks")
    let pca = try family(sample, folds) { windows, _ in
      PrincipalComponents(fittedTo: windows, components: WindowAutoencoder.componentCount)
    }
    progress("principal components fitted; training \(BlockedFolds.count + 1) autoencoders")
    let autoencoder = try family(sample, folds) { windows, member in
      try WindowAutoencoder(fittedTo: windows, settings: settings, seed: seed(ofMember: member))
    }
    progress("hiding values that are known")
    let evaluation = PlausibilityEvaluation(sample, folds, pca: pca, autoencoder: autoencoder)
    let codes = evaluation.defaultKind == .pca ? pca.whole.read(sample.windows) : autoencoder.whole.read(sample.windows)
    let map = CrisisMap(of: codes.map(\.code), windows: sample.windows, sample: sample)
    let kind = evaluation.imputationMethod.kind ?? .pca
    let readings = kind == .pca ? pca.whole.read(sample.windows) : autoencoder.whole.read(sample.windows)
    return PlausibilityModel(
      jumpOff: jumpOff,
      card: PlausibilityCard(
        sample: sample, history: history, settings: settings, evaluation: evaluation,
        network: autoencoder.whole.networks[0], firstLosses: try firstLosses(sample, settings: settings),
        importance: FactorImportance(
          sample, folds, pca: pca, autoencoder: autoencoder, leading: evaluation.defaultKind
        ).importances
      ).card,
      defaultKind: evaluation.defaultKind, imputationMethod: evaluation.imputationMethod, scale: sample.scale, pca: pca,
      autoencoder: autoencoder, map: map,
      mapPoints: codes.flatMap { reading in
        let point = map.point(reading.code)
        return [point.x, point.y]
      },
      imputationErrors: evaluation.imputationErrors, bridge: ResidualBridge(fittedTo: sample.windows, readings))
  }

  /// Fits the ten members and the one on all windows, side by side; none depends on which core it ran.
  private static func family<Model: WindowModel & Equatable>(
    _ sample: HistorySample, _ folds: BlockedFolds, fit: @Sendable ([MaskedGrid], Int) throws -> Model
  ) throws -> ModelFamily<Model> {
    let windows = sample.windows
    let results = Mutex([Result<Model, any Error>?](repeating: nil, count: BlockedFolds.count + 1))
    DispatchQueue.concurrentPerform(iterations: BlockedFolds.count + 1) { member in
      let training = member < BlockedFolds.count ? folds.training(member).map { windows[$0] } : windows
      let result = Result { try fit(training, member) }
      results.withLock { $0[member] = result }
    }
    let models = try results.withLock { $0 }.map { try $0!.get() }
    let members = (0..<BlockedFolds.count).map { fold in
      ScoringModel(models[fold], fittedTo: folds.training(fold).map { windows[$0] })
    }
    return ModelFamily(
      crossFit: CrossFit(folds: folds, members: members, windows: windows), whole: models[BlockedFolds.count])
  }
}
