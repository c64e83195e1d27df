import NeuralNetworks
import Stochastics

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

/// The scratch of a projector, and the four steps of one tile.
private struct LossRateTile {
  private let workspace: InferenceWorkspace
  /// `[quarter][observable]`: eight quarters of history, then a path's own.
  private var window: [Double]
  /// `[quarter][row][feature]`, standardised.
  private var features: [Float]
  /// `[quarter][row][series]`, standardised.
  private var outputs: [Float]
  /// `[quarter][series][row]`; stays 0 when no model error is drawn.
  private var errors: [Double]
  private var normals: [Double]
  private let means: [Double]
  private let inverseScales: [Double]
  private let linear: LinearLanes
  private let targetMeans: SIMD8<Double>
  private let targetScales: SIMD8<Double>

  init(_ projection: LossRateProjection) {
    let rows = LossRateModel.pathsPerMember
    let horizon = projection.horizon
    workspace = projection.plan.makeWorkspace()
    window =
      projection.history + [Double](repeating: 0, count: horizon * FeatureConstruction.observableCount)
    features = [Float](repeating: 0, count: horizon * rows * FeatureConstruction.featureCount)
    outputs = [Float](repeating: 0, count: horizon * rows * LoanSeries.count)
    errors = [Double](repeating: 0, count: horizon * rows * LoanSeries.count)
    normals = [Double](repeating: 0, count: (LoanSeries.count + 1) * rows)
    means = projection.model.normalisation.means
    inverseScales = projection.model.normalisation.inverseScales
    linear = LinearLanes(projection.model.linear, start: projection.start)
    targetMeans = LinearLanes.lanes(projection.model.members[0].targetMeans)
    targetScales = LinearLanes.lanes(projection.model.members[0].targetScales)
  }

  mutating func readFeatures(_ factors: Span<Double>, _ rows: Int, _ projection: LossRateProjection) {
    let horizon = projection.horizon
    let pathStride = horizon * projection.factorCount
    let width = FeatureConstruction.featureCount
    let means = means
    let inverseScales = inverseScales
    Self.withSpans(&window, &features) { window, features in
      for row in 0..<rows {
        FeatureConstruction.readObservables(
          factors.extracting(row * pathStride..<(row + 1) * pathStride), factorCount: projection.factorCount,
          quarterCount: horizon, sources: projection.sources.span, into: &window)
        FeatureConstruction.makeFeatures(
          window.span, quarterCount: horizon, means: means.span, inverseScales: inverseScales.span, into: &features,
          at: row * width, stride: LossRateModel.pathsPerMember * width)
      }
    }
  }

  mutating func runNetwork(_ member: Int, _ projection: LossRateProjection) {
    let workspace = workspace
    Self.withSpans(&features, &outputs) { features, outputs in
      projection.plan.run(projection.prepared[member], features.span, into: &outputs, using: workspace)
    }
  }

  mutating func drawErrors(_ firstPath: Int, movedBy amounts: Span<Double>, _ projection: LossRateProjection) {
    Self.withSpans(&normals, &errors) { normals, errors in
      projection.model.residuals.draw(
        projection.residualField, firstPath: firstPath, quarterCount: projection.horizon, projection.direction,
        movedBy: amounts, normals: &normals, into: &errors)
    }
  }

  /// Two fields at once: a span of one would otherwise hold all of `self`.
  private static func withSpans<First, Second>(
    _ first: inout [First], _ second: inout [Second],
    _ body: (inout MutableSpan<First>, inout MutableSpan<Second>) -> Void
  ) {
    var firstSpan = first.mutableSpan
    var secondSpan = second.mutableSpan
    body(&firstSpan, &secondSpan)
  }

  func combine(_ first: Int, _ rows: Int, _ projection: LossRateProjection, into rates: inout MutableSpan<Double>) {
    let horizon = projection.horizon
    let width = LossRateModel.pathsPerMember
    let count = LoanSeries.count
    let shares = LinearLanes.lanes(projection.networkShares)
    let rest = LinearLanes.lanes(projection.networkShares.map { 1 - $0 })
    let features = features.span
    let outputs = outputs.span
    let errors = errors.span
    for row in 0..<rows {
      var last = linear.start
      for quarter in 0..<horizon {
        let cell = quarter * width + row
        last = linear.step(features, at: cell * FeatureConstruction.featureCount, after: last)
        var network = SIMD8<Double>.zero
        var error = SIMD8<Double>.zero
        for series in 0..<count {
          network[series] = Double(outputs[unchecked: cell * count + series])
          error[series] = errors[unchecked: (quarter * count + series) * width + row]
        }
        network = targetMeans + targetScales * network
        let transformed = rest * last + shares * network + error
        let place = ((first + row) * horizon + quarter) * count
        for series in 0..<count { rates[unchecked: place + series] = RateScale.rate(transformed[series]) }
      }
    }
  }
}
