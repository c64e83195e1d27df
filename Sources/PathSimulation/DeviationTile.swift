package import Stochastics
import TileArithmetic

/// Deviations of 64 neighbouring paths, quarter after quarter; every row holds one factor, `[factor][path]`.
///
/// A path's arithmetic never looks at its neighbours, so its bits do not depend on which tile it falls in.
package struct DeviationTile: ~Copyable {
  static let width = NormalField.pathsPerTile

  /// `[number][path]`: a normal per factor, one for the mixing of a t copula, one more where the count was odd.
  private var normals: [Double]
  private var innovations: [Double]
  private var next: [Double]
  /// d(t).
  private(set) var deviations: [Double]
  /// Σ d over the quarters so far: the deviation of an index from its growth's.
  private(set) var cumulated: [Double]
  /// `[factor]`
  private let ones: [Double]

  package init(factorCount: Int) {
    let row = [Double](repeating: 0, count: factorCount * Self.width)
    normals = [Double](repeating: 0, count: (factorCount + 2) * Self.width)
    innovations = row
    next = row
    deviations = row
    cumulated = row
    ones = [Double](repeating: 1, count: factorCount)
  }

  /// Back to the jump-off, where nothing deviates.
  mutating func reset() {
    for index in deviations.indices {
      deviations[index] = 0
      cumulated[index] = 0
    }
  }

  /// Draws the innovations of `quarter` and moves one quarter on.
  /// - Parameters:
  ///   - scale: `[factor]`, what a standardised innovation is multiplied with.
  ///   - amounts: how far each path's normals go along `direction`; empty moves nothing.
  mutating func advance(
    quarter: Int, firstPath: Int, _ model: borrowing ShockModel, scale: [Double], _ field: NormalField,
    _ direction: NormalDirection? = nil, movedBy amounts: Span<Double> = Span()
  ) {
    innovate(quarter: quarter, firstPath: firstPath, model, field, direction, movedBy: amounts)
    Self.carry(&next, deviations, innovations, model, scale)
    swap(&next, &deviations)
    Self.cumulate(&cumulated, deviations, ones)
  }

  /// Draws the standardised innovations of `quarter`: the copula and the margins.
  package mutating func innovate(
    quarter: Int, firstPath: Int, _ model: borrowing ShockModel, _ field: NormalField,
    _ direction: NormalDirection? = nil, movedBy amounts: Span<Double> = Span()
  ) {
    Self.draw(&normals, quarter: quarter, firstPath: firstPath, model, field, direction, amounts)
    Self.innovate(&innovations, normals, model)
  }

  /// The quarter's normals; the row after the factors' becomes the mixing factor.
  private static func draw(
    _ normals: inout [Double], quarter: Int, firstPath: Int, _ model: borrowing ShockModel, _ field: NormalField,
    _ direction: NormalDirection?, _ amounts: Span<Double>
  ) {
    let n = model.factors.count
    var normals = normals.mutableSpan
    let count = (n + (model.mixing == nil ? 0 : 1) + 1) / 2 * 2
    field.fillTile(firstPath: firstPath, step: quarter, count: count, into: &normals)
    direction?.move(&normals, step: quarter, by: amounts)
    model.mixing?.table.apply(to: &normals, in: n * width..<(n + 1) * width)
  }

  /// Standardised innovations: correlated, mixed, and given their margins.
  private static func innovate(_ innovations: inout [Double], _ normals: [Double], _ model: borrowing ShockModel) {
    let n = model.factors.count
    let factor = model.correlation.choleskyFactor.span
    var innovations = innovations.mutableSpan
    for first in stride(from: 0, to: n, by: 4) {
      // Four rows of the triangle at a time: what it has right of its diagonal is 0.
      let rows = min(4, n - first)
      Tile.multiply(
        factor.extracting(first * n..<(first + rows) * n), stride: n, rows: rows, depth: first + rows, normals.span,
        into: &innovations, at: first)
    }
    if model.mixing != nil {
      Tile.multiply(&innovations, rows: n, by: normals.span.extracting(n * width..<(n + 1) * width))
    }
    for k in 0..<n { model.margins[k].apply(to: &innovations, in: k * width..<(k + 1) * width) }
  }

  /// next ← A · deviations + scale · innovations.
  private static func carry(
    _ next: inout [Double], _ deviations: [Double], _ innovations: [Double], _ model: borrowing ShockModel,
    _ scale: [Double]
  ) {
    let n = model.factors.count
    var next = next.mutableSpan
    Tile.multiply(model.transition.span, stride: n, rows: n, depth: n, deviations.span, into: &next)
    Tile.addProducts(scale.span, innovations.span, to: &next)
  }

  private static func cumulate(_ cumulated: inout [Double], _ deviations: [Double], _ ones: [Double]) {
    var sums = cumulated.mutableSpan
    Tile.addProducts(ones.span, deviations.span, to: &sums)
  }
}
