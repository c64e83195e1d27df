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
  /// `[factor]` rows of one quarter.
  private var factors: [Double]
  /// `[feature]` rows of one quarter, standardised.
  private(set) var features: [Double]

  init(_ projection: LossRateProjection) {
    window = projection.history.flatMap { [Double](repeating: $0, count: Self.width) }
    window += [Double](repeating: 1, count: projection.horizon * Self.observableCount * Self.width)
    factors = [Double](repeating: 1, count: projection.factorCount * Self.width)
    features = [Double](repeating: 0, count: FeatureConstruction.featureCount * Self.width)
  }

  /// Reads the observables of the tile's paths off their factors; places beyond the paths keep what they held.
  /// - Parameter paths: `[path][quarter][factor]`
  mutating func read(_ paths: Span<Double>, count: Int, _ projection: LossRateProjection) {
    for quarter in 0..<projection.horizon {
      Self.collect(paths, count, quarter, projection, into: &factors)
      Self.observe(factors, projection.sources.span, in: MacroFeature.longestLag + quarter, &window)
    }
  }

  private static func collect(
    _ paths: Span<Double>, _ count: Int, _ quarter: Int, _ projection: LossRateProjection, into factors: inout [Double]
  ) {
    var rows = factors.mutableSpan
    let n = projection.factorCount
    Tile.collect(
      paths.extracting((quarter * n)...), stride: projection.horizon * n, count: n, paths: count, into: &rows)
  }

  private static func observe(
    _ factors: [Double], _ sources: Span<FeatureConstruction.Source>, in quarter: Int, _ window: inout [Double]
  ) {
    let factors = factors.span
    var window = window.mutableSpan
    for observable in 0..<observableCount {
      let source = sources[observable], row = (quarter * observableCount + observable) * width
      let start = source.column * width
      if let subtracted = source.subtracted {
        let shift = (subtracted - source.column) * width
        for p in 0..<width {
          window[unchecked: row + p] = factors[unchecked: start + p] - factors[unchecked: start + shift + p]
        }
      } else {
        for p in 0..<width { window[unchecked: row + p] = factors[unchecked: start + p] }
      }
      if source.isLogarithm { Tile.takeLogarithm(&window, rows: row / width..<row / width + 1) }
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
    let back = observableCount * width
    for (feature, (observable, form)) in FeatureConstruction.features.enumerated() {
      let here = (quarter * observableCount + observable) * width, row = feature * width
      let (mean, scale) = (means[feature], inverseScales[feature])
      switch form {
      case .level:
        for p in 0..<width { features[unchecked: row + p] = (window[unchecked: here + p] - mean) * scale }
      case .change(let quarters):
        let then = here - quarters * back
        for p in 0..<width {
          features[unchecked: row + p] = (window[unchecked: here + p] - window[unchecked: then + p] - mean) * scale
        }
      case .yearMean:
        for p in here..<here + width {
          let sum =
            window[unchecked: p] + window[unchecked: p - back] + window[unchecked: p - 2 * back]
            + window[unchecked: p - 3 * back]
          features[unchecked: row + p - here] = (sum / 4 - mean) * scale
        }
      }
    }
  }
}
