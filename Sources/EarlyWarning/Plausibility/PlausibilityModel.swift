public import MacroScenarios
public import NeuralNetworks

/// Whether anything like a path of the economy has been seen before, and what is missing in a table of it: a denoising
/// convolutional autoencoder and its linear challenger, fitted on windows of history that end before the jump-off.
///
/// Each kind is fitted ten times, without one block of history each (for ranks), and once on all of it (for the map and
/// for filling tables). The default is the challenger unless the autoencoder beats it out of sample.
public struct PlausibilityModel: Sendable, Equatable {
  /// The last quarter it was fitted on.
  public let jumpOff: Quarter
  public let card: ModelCard
  /// Whose verdict counts and whose map is drawn.
  public let defaultKind: PlausibilityModelKind
  /// How `kentledge impute` fills a table.
  public let imputationMethod: ImputationMethod

  let scale: StationaryScale
  let pca: ModelFamily<PrincipalComponents>
  let autoencoder: ModelFamily<WindowAutoencoder>
  let map: CrisisMap
  /// `[window]`, of history by the default kind.
  let mapPoints: [Double]
  /// RMSE of the imputation method on hidden values, `[pattern][factor]`: fractions, logarithms for indices.
  let imputationErrors: [Double]
  let bridge: ResidualBridge

  /// How many windows of history it ranks among.
  public var windowCount: Int { pca.crossFit.history.count }

  /// The first quarter of window `index`.
  public func quarter(ofWindow index: Int) -> Quarter { HistorySample.firstQuarter.advanced(by: index) }
}

/// One kind of model: its cross-fit, and its fit on all windows.
struct ModelFamily<Model: WindowModel & Equatable>: Sendable, Equatable {
  let crossFit: CrossFit<Model>
  let whole: Model

  static func == (a: Self, b: Self) -> Bool {
    a.whole == b.whole && a.crossFit.members == b.crossFit.members && a.crossFit.history == b.crossFit.history
  }
}
