import NeuralNetworks
package import Stochastics
import TileArithmetic

/// Projects blocks of paths; one per worker, because it owns scratch.
///
/// A block goes through in tiles of 64 paths, each with the ensemble member that `LossRateModel.memberOfPath` names:
/// factors → features → network and linear model → their weighted mean plus model error → rates. A tile that the last
/// block does not fill is run in full and read in part, so that a path's bits never depend on its neighbours.
public final class LossRateProjector {
  private let projection: LossRateProjection
  private var tile: LossRateTile
  /// Rows of the paths that `project` collects and deals out.
  private var factorTile: [Double]
  private var rateTile: [Double]

  init(_ projection: LossRateProjection) {
    self.projection = projection
    tile = LossRateTile(projection)
    // Places that a last tile does not fill hold what can be read as an economy.
    factorTile = [Double](repeating: 1, count: projection.horizon * projection.factorCount * Tile.width)
    rateTile = [Double](repeating: 0, count: projection.horizon * LoanSeries.count * Tile.width)
  }

  /// - Parameters:
  ///   - factors: `[path][quarter][factor]`
  ///   - firstPath: number of the first path in the run; a multiple of 64.
  ///   - count: paths in this block.
  ///   - rates: `[path][quarter][series]`, annualised fractions; overwritten. A negative rate is a net recovery.
  public func project(
    factors: Span<Double>, firstPath: Int, count: Int, into rates: inout MutableSpan<Double>
  ) {
    let width = LossRateModel.pathsPerMember
    let pathStride = projection.horizon * projection.factorCount
    precondition(firstPath % width == 0, "the first path \(firstPath) is not a multiple of \(width)")
    precondition(factors.count >= count * pathStride, "\(factors.count) factor values for \(count) paths")
    precondition(
      rates.count >= count * projection.horizon * LoanSeries.count,
      "\(rates.count) places for the rates of \(count) paths")
    let length = projection.horizon * LoanSeries.count
    for first in stride(from: 0, to: count, by: width) {
      let paths = min(width, count - first)
      var factorRows = factorTile.mutableSpan, rateRows = rateTile.mutableSpan
      Tile.collect(
        factors.extracting(first * pathStride..<(first + paths) * pathStride), stride: pathStride, count: pathStride,
        paths: paths, into: &factorRows)
      projectTile(
        factors: factorTile.span, TilePaths(from: firstPath + first), movedBy: Span(), into: &rateRows)
      Tile.deal(rateTile.span, stride: length, count: length, paths: paths, into: &rates, at: first * length)
    }
  }

  /// The paths of a tile as rows; the place of the first chooses the ensemble member.
  /// - Parameters:
  ///   - factors: `[quarter][factor]` rows.
  ///   - amounts: one a path; empty moves nothing.
  ///   - rates: `[quarter][series]` rows, overwritten.
  package func projectTile(
    factors: Span<Double>, _ paths: TilePaths, movedBy amounts: Span<Double>, into rates: inout MutableSpan<Double>
  ) {
    precondition(paths.first % LossRateModel.pathsPerMember == 0, "the first path \(paths.first) begins no tile")
    precondition(
      factors.count >= projection.horizon * projection.factorCount * Tile.width
        && rates.count >= projection.horizon * LoanSeries.count * Tile.width, "\(rates.count) places for a tile's rates"
    )
    tile.readFeatures(factors, projection)
    if projection.runsNetwork { tile.runNetwork(projection.model.memberOfPath(paths.first), projection) }
    if projection.drawsResiduals { tile.drawErrors(paths, movedBy: amounts, projection) }
    tile.combine(projection, into: &rates)
  }

  /// The tile that `projectTile` has projected last as it would be without model error.
  package func projectTileWithoutErrors(into rates: inout MutableSpan<Double>) {
    precondition(rates.count >= projection.horizon * LoanSeries.count * Tile.width, "\(rates.count) places")
    tile.combineAgainWithoutErrors(projection, into: &rates)
  }
}

/// The scratch of a projector, and the four steps of one tile; rows are of 64 paths.
private struct LossRateTile {
  private static let width = Tile.width

  private let workspace: InferenceWorkspace
  private var featureTile: FeatureTile
  /// `[quarter][path][feature]`, standardised.
  private var features: [Float]
  /// `[quarter][path][series]`, standardised.
  private var outputs: [Float]
  /// `[quarter][series]` rows: what the features alone give in the linear model.
  private var driven: [Double]
  /// `[quarter][series]` rows; stays 0 when no model error is drawn.
  private var errors: [Double]
  private var normals: [Double]
  private let series: [RateMixture]
  private let goneOn: [RateMixture]
  private let zeros: [Double]
  private let means: [Double]
  private let inverseScales: [Double]

  init(_ projection: LossRateProjection) {
    let rows = projection.horizon * LoanSeries.count * Self.width
    workspace = projection.plan.makeWorkspace()
    featureTile = FeatureTile(projection)
    features = [Float](repeating: 0, count: projection.horizon * Self.width * FeatureConstruction.featureCount)
    outputs = [Float](repeating: 0, count: rows)
    driven = [Double](repeating: 0, count: rows)
    errors = driven
    series = LoanSeries.allCases.map { RateMixture($0.rawValue, projection) }
    goneOn = series.map(\.goneOn)
    zeros = driven
    normals = [Double](repeating: 0, count: (LoanSeries.count + 1) * Self.width)
    means = projection.model.normalisation.means
    inverseScales = projection.model.normalisation.inverseScales
  }

  /// Fills the features, and what the linear model makes of them.
  mutating func readFeatures(_ factors: Span<Double>, _ projection: LossRateProjection) {
    featureTile.read(factors, projection)
    for quarter in 0..<projection.horizon {
      featureTile.makeFeatures(of: quarter, means: means, inverseScales: inverseScales)
      Self.keep(featureTile.features, quarter, in: &features)
      Self.drive(featureTile.features, quarter, projection.model.linear, into: &driven)
    }
  }

  /// As the network reads them.
  private static func keep(_ rows: [Double], _ quarter: Int, in features: inout [Float]) {
    let count = FeatureConstruction.featureCount
    var features = features.mutableSpan
    Tile.deal(rows.span, count: count, into: &features, at: quarter * count * width)
  }

  private static func drive(_ rows: [Double], _ quarter: Int, _ linear: LinearChallenger, into driven: inout [Double]) {
    let count = FeatureConstruction.featureCount
    var driven = driven.mutableSpan
    Tile.multiply(
      linear.coefficients.span, stride: count, rows: LoanSeries.count, depth: count, rows.span, into: &driven,
      at: quarter * LoanSeries.count)
  }

  mutating func runNetwork(_ member: Int, _ projection: LossRateProjection) {
    let workspace = workspace
    let features = features
    var outputs = outputs.mutableSpan
    projection.plan.run(projection.prepared[member], features.span, into: &outputs, using: workspace)
  }

  mutating func drawErrors(_ paths: TilePaths, movedBy amounts: Span<Double>, _ projection: LossRateProjection) {
    Self.draw(&normals, &errors, paths, movedBy: amounts, projection)
  }

  private static func draw(
    _ normals: inout [Double], _ errors: inout [Double], _ paths: TilePaths, movedBy amounts: Span<Double>,
    _ projection: LossRateProjection
  ) {
    var normals = normals.mutableSpan
    var errors = errors.mutableSpan
    projection.model.residuals.draw(
      projection.residualField, paths, quarterCount: projection.horizon, projection.direction,
      movedBy: amounts, normals: &normals, into: &errors)
  }

  /// Linear model and network by their shares, plus the error, back on the scale of rates.
  mutating func combine(_ projection: LossRateProjection, into rates: inout MutableSpan<Double>) {
    Self.combine(series, outputs, errors, &driven, projection.horizon, into: &rates)
  }

  /// The linear model's rates stand since `combine` where the features' part stood before.
  mutating func combineAgainWithoutErrors(
    _ projection: LossRateProjection, into rates: inout MutableSpan<Double>
  ) {
    Self.combine(goneOn, outputs, zeros, &driven, projection.horizon, into: &rates)
  }

  private static func combine(
    _ series: [RateMixture], _ outputs: [Float], _ errors: [Double], _ driven: inout [Double], _ quarters: Int,
    into rates: inout MutableSpan<Double>
  ) {
    var driven = driven.mutableSpan
    RateMixture.mix(series, quarters: quarters, outputs.span, errors.span, &driven, into: &rates)
  }
}
