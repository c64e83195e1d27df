import MacroScenarios
import Stochastics

/// The fan against history: how many past nine-quarter outcomes fall inside its 90 % band.
///
/// From every quarter of the calibration window with nine more after it, the model's own conditional mean (c + A y,
/// iterated) is the central path and the fan is drawn around it; an outcome is inside when between 5 and 95 % of the
/// simulated values lie below it. The check is in sample, and neighbouring origins share eight of nine quarters: 100
/// origins say about as much as 12. What it can show is a band that is far too narrow or far too wide.
public struct FanCoverage: Sendable, Equatable {
  public struct Factor: Sendable, Equatable {
    public let id: String
    /// Share of outcomes inside, over all origins.
    public let share: Double
    /// The same over origins whose nine quarters hold none of 2020Q2–2021Q1.
    public let shareWithoutPandemic: Double
  }

  public static let horizon = 9
  public static let pathCount = 2_048

  public let factors: [Factor]
  public let originCount: Int

  /// - Parameter scale: as in `PathSimulator`; not 0.
  public init(of model: ShockModel, scale: Double = 1) {
    precondition(scale > 0, "a fan of scale \(scale) has no width")
    let sample = model.sample
    let n = model.factors.count
    let width = DeviationTile.width
    let origins = Array(0..<max(0, sample.quarterCount - Self.horizon))
    let order = FactorScale.order(model.scales)
    let rows = origins.map { Self.expectation(from: $0, model, order) }
    var below = [[Int]](repeating: [Int](repeating: 0, count: n), count: origins.count)
    var tile = DeviationTile(factorCount: n)
    var shadows = [Double](repeating: 0, count: n * width)
    var natural = shadows
    let field = NormalField(seed: 0, stream: .backtests)
    let innovationScale = model.deviations.map { $0 * scale }
    for first in stride(from: 0, to: Self.pathCount, by: width) {
      tile.reset()
      for t in 0..<Self.horizon { tile.advance(quarter: t, firstPath: first, model, scale: innovationScale, field) }
      for origin in origins {
        var span = natural.mutableSpan
        rows[origin].write(model.scales, order: order, tile, shadows: &shadows, into: &span)
        let outcome = sample.natural[origin + Self.horizon]
        for k in 0..<n { below[origin][k] += Self.count(below: outcome[k], of: natural, row: k) }
      }
    }
    let calm = origins.filter { origin in
      !(1...Self.horizon).contains { ShockAssumptions.pandemicQuarters.contains(sample.quarter(origin + $0)) }
    }
    let low = Self.pathCount / 20
    let high = Self.pathCount - low
    func share(_ chosen: [Int], _ isCounted: (Int) -> Bool) -> Double {
      chosen.isEmpty ? 0 : Double(chosen.count(where: isCounted)) / Double(chosen.count)
    }
    factors = (0..<n).map { k in
      Factor(
        id: model.factors[k].id,
        share: share(origins) { (low...high).contains(below[$0][k]) },
        shareWithoutPandemic: share(calm) { (low...high).contains(below[$0][k]) })
    }
    originCount = origins.count
  }

  /// Where the model expects the economy nine quarters after `origin`.
  private static func expectation(from origin: Int, _ model: ShockModel, _ order: [Int]) -> CentralRow {
    let n = model.factors.count
    var y = model.sample.coordinates[origin]
    var row = model.sample.natural[origin]
    for _ in 0..<horizon {
      let carried = DeviationDynamics.carry(model.transition, y)
      y = zip(model.intercept, carried).map { $0 + $1 }
      let previous = row
      for k in order { row[k] = model.scales[k].value(of: k, coordinate: y[k], in: row, after: previous) }
    }
    let anchors = (0..<n).map { k in
      switch model.scales[k] {
      case .logSpread(let base): FactorScale.spread(row[k], over: row[base])
      default: y[k]
      }
    }
    return CentralRow(values: row, anchors: anchors)
  }

  private static func count(below limit: Double, of natural: [Double], row: Int) -> Int {
    let row = natural.span.extracting(row * DeviationTile.width..<(row + 1) * DeviationTile.width)
    var count = 0
    for p in row.indices { count += row[unchecked: p] < limit ? 1 : 0 }
    return count
  }
}
