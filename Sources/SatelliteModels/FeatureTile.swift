import Stochastics
import TileArithmetic

/// The features of 64 neighbouring paths, quarter after quarter; every row holds one observable or feature, `[…][path]`.
///
/// The same arithmetic as `FeatureConstruction`, which makes those of one path.
struct FeatureTile {
  private static let width = Tile.width
  private static let observableCount = FeatureConstruction.observableCount

  /// `[quarter][observable]` rows: eight quarters of history, alike for all paths, then the paths' own.
  private var window: [Double]
  /// `[feature]` rows of one quarter, standardised.
  private(set) var features: [Double]

  init(_ projection: LossRateProjection) {
    window = projection.history.flatMap { [Double](repeating: $0, count: Self.width) }
    window += [Double](repeating: 1, count: projection.horizon * Self.observableCount * Self.width)
    features = [Double](repeating: 0, count: FeatureConstruction.featureCount * Self.width)
  }

  /// Reads the observables of the tile's paths off their factors, `[quarter][factor]` rows.
  mutating func read(_ factors: Span<Double>, _ projection: LossRateProjection) {
    let length = projection.factorCount * Self.width
    for quarter in 0..<projection.horizon {
      Self.observe(
        factors.extracting(quarter * length..<(quarter + 1) * length), projection.sources.span,
        in: MacroFeature.longestLag + quarter, &window)
    }
  }

  private static func observe(
    _ factors: Span<Double>, _ sources: Span<FeatureConstruction.Source>, in quarter: Int, _ window: inout [Double]
  ) {
    var window = window.mutableSpan
    for observable in 0..<observableCount {
      let source = sources[observable], row = quarter * observableCount + observable
      Tile.standardise(
        factors, row: source.column, less: source.subtracted, mean: 0, scale: 1, into: &window, at: row)
      if source.isLogarithm { Tile.takeLogarithm(&window, rows: row..<row + 1) }
    }
  }

  /// Makes the features of one quarter, 0 being the first after the jump-off.
  mutating func makeFeatures(of quarter: Int, means: [Double], inverseScales: [Double]) {
    Self.makeFeatures(of: MacroFeature.longestLag + quarter, window, means, inverseScales, into: &features)
  }

  private static func makeFeatures(
    of quarter: Int, _ window: [Double], _ means: [Double], _ inverseScales: [Double], into features: inout [Double]
  ) {
    let window = window.span
    var features = features.mutableSpan
    let back = observableCount
    for (feature, (observable, form)) in FeatureConstruction.features.enumerated() {
      let here = quarter * observableCount + observable, row = feature
      let (mean, scale) = (means[feature], inverseScales[feature])
      switch form {
      case .level: Tile.standardise(window, row: here, mean: mean, scale: scale, into: &features, at: row)
      case .change(let quarters):
        Tile.standardise(
          window, row: here, less: here - quarters * back, mean: mean, scale: scale, into: &features, at: row)
      case .yearMean:
        Tile.standardiseMean(ofFour: window, row: here, back: back, mean: mean, scale: scale, into: &features, at: row)
      }
    }
  }
}
