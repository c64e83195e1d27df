public import MacroScenarios
import NeuralNetworks
package import Stochastics

/// A loss-rate model bound to one history, horizon and seed: everything that all paths share, computed once.
///
/// Each ensemble member has read the eight quarters before the jump-off, and every path starts from the state that this
/// leaves. Shared by all workers; each makes a `LossRateProjector` of its own.
public struct LossRateProjection: Sendable {
  public let model: LossRateModel
  public let horizon: Int
  public let factorCount: Int
  /// Whether each path draws a model error.
  public let drawsResiduals: Bool

  let sources: [FeatureConstruction.Source]
  /// The observables of the last eight quarters of history, `[quarter][observable]`.
  package let history: [Double]
  /// The standardised features of the eight quarters before, `[quarter][feature]`: what the networks have read.
  package let lead: [Float]
  /// The linear model's start, transformed, `[series]`.
  let start: [Double]
  let plan: InferencePlan
  let prepared: [PreparedNetwork]
  package var residualField: NormalField
  /// Where the normals of model errors are moved; `nil` when nothing ever moves.
  package var direction: NormalDirection?
  /// Whether the networks have their share; without, the linear challenger has all of it.
  package var runsNetwork = true

  /// - Parameters:
  ///   - history: of the same vintage as the paths, cut at the jump-off.
  ///   - factors: the columns of the paths, in order.
  ///   - horizon: quarters of each path.
  ///   - seed: of the run; model errors are drawn from it, keyed by path.
  /// - Throws: `.invalid` when the history does not end with the model's jump-off, or lacks a value or factor that is
  ///   needed.
  public init(
    _ model: LossRateModel, history: QuarterlyTable, factors: [RiskFactor], horizon: Int, seed: UInt64,
    drawsResiduals: Bool = true
  ) throws(InvalidInput) {
    precondition(horizon > 0, "a horizon of \(horizon) quarters")
    self.model = model
    self.horizon = horizon
    self.drawsResiduals = drawsResiduals
    factorCount = factors.count
    sources = try FeatureConstruction.sources(in: factors.map(\.id), file: history.file)
    _ = try FeatureConstruction.sources(in: history.columns.map(\.id), file: history.file)
    guard history.quarterCount > 0, history.lastQuarter == model.jumpOff else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M017", "the history ends in \(history.lastQuarter), the loss-rate model's jump-off is \(model.jumpOff)",
            at: .init(file: history.file), notes: ["fix: name the model that was fitted to the scenario's jump-off"])
        ])
    }
    let prefix = LossRateSample.prefix
    let lags = MacroFeature.longestLag
    let first = model.jumpOff.advanced(by: 1 - prefix - lags)
    let known = FeatureConstruction.observables(of: history, from: first, count: prefix + lags)
    if let absent = known.firstIndex(where: { !$0.isFinite }) {
      let quarter = first.advanced(by: absent / FeatureConstruction.observableCount)
      let names = MacroFeature.Observable.allCases[absent % FeatureConstruction.observableCount].factors
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M014",
            "no value of \(names.joined(separator: " or ")) in \(quarter); the loss-rate model reads \(first) to its "
              + "jump-off \(model.jumpOff)", at: .init(file: history.file))
        ])
    }
    self.history = Array(known.suffix(lags * FeatureConstruction.observableCount))
    start = model.ratesAtJumpOff.suffix(LoanSeries.count).map(RateScale.transform)
    residualField = NormalField(seed: seed, stream: .lossRateResiduals)

    let networks = model.members.map(\.network)
    plan = InferencePlan(networks[0], steps: horizon, rows: LossRateModel.pathsPerMember)
    var lead = [Float](repeating: 0, count: prefix * FeatureConstruction.featureCount)
    var span = lead.mutableSpan
    FeatureConstruction.makeFeatures(
      known.span, quarterCount: prefix, means: model.normalisation.means.span,
      inverseScales: model.normalisation.inverseScales.span, into: &span, at: 0,
      stride: FeatureConstruction.featureCount)
    self.lead = lead
    let leadTensor = Tensor([prefix, 1, FeatureConstruction.featureCount], lead)
    let plan = plan
    prepared = networks.map { plan.prepare($0, from: $0.states(after: leadTensor)) }
  }

  /// The networks' share in each series.
  var networkShares: [Double] { model.choice.networkShares.map { runsNetwork ? $0 : 0 } }

  /// Steps and numbers of the normals that a path's model error draws.
  package var normalCounts: (steps: Int, numbers: Int) { (horizon, LoanSeries.count) }

  /// One per worker; it owns all scratch.
  public func makeProjector() -> LossRateProjector { LossRateProjector(self) }

  /// How far one feature of a path lies from the sample the model was fitted on, where it lies farthest.
  public struct InputDistance: Sendable, Equatable {
    public let feature: String
    public let title: String
    /// Of the path, from 1.
    public let quarter: Int
    /// (value − mean) / standard deviation, over the fitting sample.
    public let standardDeviations: Double
    /// The same for the sample's own smallest and largest value.
    public let sampleMinimum: Double
    public let sampleMaximum: Double

    /// Whether the models must extrapolate.
    public var isBeyondSample: Bool { !(sampleMinimum...sampleMaximum).contains(standardDeviations) }
  }

  /// - Parameter path: `[quarter][factor]` of one path.
  /// - Returns: one distance a feature, in the order of the inputs.
  public func inputDistances(of path: [Double]) -> [InputDistance] {
    let features = standardisedFeatures(of: path)
    return MacroFeature.all.enumerated().map { index, feature in
      let farthest = features.indices.max { abs(features[$0][index]) < abs(features[$1][index]) } ?? 0
      return InputDistance(
        feature: feature.id, title: feature.title, quarter: farthest + 1,
        standardDeviations: features[farthest][index], sampleMinimum: model.featureMinima[index],
        sampleMaximum: model.featureMaxima[index])
    }
  }

  /// `[quarter][feature]` of a path.
  func standardisedFeatures(of path: [Double]) -> [[Double]] {
    precondition(path.count == horizon * factorCount, "\(path.count) values, expected \(horizon) × \(factorCount)")
    var window = history + [Double](repeating: 0, count: horizon * FeatureConstruction.observableCount)
    var windowSpan = window.mutableSpan
    FeatureConstruction.readObservables(
      path.span, factorCount: factorCount, quarterCount: horizon, sources: sources.span, into: &windowSpan)
    let features = standardisedFeatures(ofObservables: Array(window.dropFirst(history.count)))
    let width = FeatureConstruction.featureCount
    return (0..<horizon).map { Array(features[$0 * width..<($0 + 1) * width]) }
  }

  /// - Parameter observables: `[quarter][observable]` of the horizon; history stands before them.
  /// - Returns: `[quarter][feature]`
  func standardisedFeatures(ofObservables observables: [Double]) -> [Double] {
    let width = FeatureConstruction.featureCount
    var raw = [Double](repeating: 0, count: horizon * width)
    FeatureConstruction.makeRawFeatures((history + observables).span, quarterCount: horizon, into: &raw)
    return (0..<horizon).flatMap { model.normalisation.standardise(Array(raw[$0 * width..<($0 + 1) * width])) }
  }

  /// The linear model's transformed rates, `[quarter][series]`.
  /// - Parameter features: `[quarter][feature]`
  func linearRates(_ features: [Double]) -> [Double] {
    let width = FeatureConstruction.featureCount
    let rows = (0..<horizon).map { Array(features[$0 * width..<($0 + 1) * width]) }
    return model.linear.project(rows, from: start).flatMap { $0 }
  }
}
