import NeuralNetworks
import Stochastics
import TileArithmetic

/// Projects blocks of paths; one per worker, because it owns scratch.
///
/// A block goes through in tiles of 64 paths, each with the ensemble member that `LossRateModel.memberOfPath` names:
/// factors → features → network and linear model → their weighted mean plus model error → rates. A tile that the last
/// block does not fill is run in full and read in part, so that a path's bits never depend on its neighbours.
public final class LossRateProjector {
  private let projection: LossRateProjection
  private var tile: LossRateTile

  init(_ projection: LossRateProjection) {
    self.projection = projection
    tile = LossRateTile(projection)
  }

  /// - Parameters:
  ///   - factors: `[path][quarter][factor]`
  ///   - firstPath: number of the first path in the run; a multiple of 64.
  ///   - count: paths in this block.
  ///   - rates: `[path][quarter][series]`, annualised fractions; overwritten. A negative rate is a net recovery.
  public func project(
    factors: Span<Double>, firstPath: Int, count: Int, into rates: inout MutableSpan<Double>
  ) {
    project(factors: factors, firstPath: firstPath, count: count, movedBy: Span(), into: &rates)
  }

  /// The same, the normals of each path's model error moved along the projection's `direction`.
  /// - Parameter amounts: one a path, whole tiles of 64; empty moves nothing.
  package func project(
    factors: Span<Double>, firstPath: Int, count: Int, movedBy amounts: Span<Double>,
    into rates: inout MutableSpan<Double>
  ) {
    let width = LossRateModel.pathsPerMember
    let pathStride = projection.horizon * projection.factorCount
    precondition(firstPath % width == 0, "the first path \(firstPath) is not a multiple of \(width)")
    precondition(factors.count >= count * pathStride, "\(factors.count) factor values for \(count) paths")
    precondition(
      rates.count >= count * projection.horizon * LoanSeries.count,
      "\(rates.count) places for the rates of \(count) paths")
    for first in stride(from: 0, to: count, by: width) {
      let rows = min(width, count - first)
      tile.readFeatures(factors.extracting(first * pathStride..<(first + rows) * pathStride), rows, projection)
      if projection.runsNetwork { tile.runNetwork(projection.model.memberOfPath(firstPath + first), projection) }
      if projection.drawsResiduals {
        let moved = amounts.isEmpty ? amounts : amounts.extracting(first..<first + width)
        tile.drawErrors(firstPath + first, movedBy: moved, projection)
      }
      tile.combine(first, rows, projection, into: &rates)
    }
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
  /// `[quarter][series]` rows.
  private var rates: [Double]
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
    rates = driven
    normals = [Double](repeating: 0, count: (LoanSeries.count + 1) * Self.width)
    means = projection.model.normalisation.means
    inverseScales = projection.model.normalisation.inverseScales
  }

  /// Fills the features, and what the linear model makes of them.
  mutating func readFeatures(_ factors: Span<Double>, _ count: Int, _ projection: LossRateProjection) {
    featureTile.read(factors, count: count, projection)
    for quarter in 0..<projection.horizon {
      featureTile.makeFeatures(of: quarter, means: means, inverseScales: inverseScales)
      Self.keep(featureTile.features, quarter, in: &features)
      Self.drive(featureTile.features, quarter, projection.model.linear, into: &driven)
    }
  }

  /// As the network reads them.
  private static func keep(_ rows: [Double], _ quarter: Int, in features: inout [Float]) {
    let count = FeatureConstruction.featureCount
    let rows = rows.span
    var features = features.mutableSpan
    for path in 0..<width {
      let start = (quarter * width + path) * count
      for feature in 0..<count { features[unchecked: start + feature] = Float(rows[unchecked: feature * width + path]) }
    }
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

  mutating func drawErrors(_ firstPath: Int, movedBy amounts: Span<Double>, _ projection: LossRateProjection) {
    Self.draw(&normals, &errors, firstPath, movedBy: amounts, projection)
  }

  private static func draw(
    _ normals: inout [Double], _ errors: inout [Double], _ firstPath: Int, movedBy amounts: Span<Double>,
    _ projection: LossRateProjection
  ) {
    var normals = normals.mutableSpan
    var errors = errors.mutableSpan
    projection.model.residuals.draw(
      projection.residualField, firstPath: firstPath, quarterCount: projection.horizon, projection.direction,
      movedBy: amounts, normals: &normals, into: &errors)
  }

  /// Writes the rates of the tile's first paths.
  mutating func combine(
    _ first: Int, _ count: Int, _ projection: LossRateProjection, into paths: inout MutableSpan<Double>
  ) {
    let shares = projection.networkShares
    for series in 0..<LoanSeries.count {
      Self.goOn(&driven, series, projection)
      Self.combine(series, share: shares[series], driven, outputs, errors, projection, into: &rates)
    }
    let length = projection.horizon * LoanSeries.count
    Tile.deal(rates.span, stride: length, count: length, paths: count, into: &paths, at: first * length)
  }

  /// Adds intercept and lag, quarter after quarter: the linear model's transformed rates.
  private static func goOn(_ driven: inout [Double], _ series: Int, _ projection: LossRateProjection) {
    let intercept = projection.model.linear.intercepts[series],
      persistence = projection.model.linear.persistence[series]
    let start = projection.start[series]
    var rows = driven.mutableSpan
    precondition(rows.count >= projection.horizon * LoanSeries.count * width, "\(rows.count) driven rates")
    for quarter in 0..<projection.horizon {
      let row = (quarter * LoanSeries.count + series) * width, before = row - LoanSeries.count * width
      for path in 0..<width {
        let last = quarter == 0 ? start : rows[unchecked: before + path]
        rows[unchecked: row + path] += intercept + persistence * last
      }
    }
  }

  /// Linear model and network by their shares, plus the error, back on the scale of rates.
  private static func combine(
    _ series: Int, share: Double, _ driven: [Double], _ outputs: [Float], _ errors: [Double],
    _ projection: LossRateProjection, into rates: inout [Double]
  ) {
    let count = LoanSeries.count
    let member = projection.model.members[0]
    let mean = share * member.targetMeans[series], scale = share * member.targetScales[series]
    let driven = driven.span, outputs = outputs.span, errors = errors.span
    var rates = rates.mutableSpan
    precondition(rates.count == driven.count && rates.count == errors.count && rates.count == outputs.count)
    for quarter in 0..<projection.horizon {
      let row = (quarter * count + series) * width
      for path in 0..<width {
        let output = Double(outputs[unchecked: (quarter * width + path) * count + series])
        let network = mean + scale * output
        let transformed = (1 - share) * driven[unchecked: row + path] + network + errors[unchecked: row + path]
        rates[unchecked: row + path] = RateScale.rate(transformed)
      }
    }
  }
}
