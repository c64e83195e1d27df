public import MacroScenarios
package import Stochastics
import TileArithmetic

/// Draws futures around a central path. Path p has the same bits whatever the block, thread or process it falls in.
///
/// Deviations are 0 at the jump-off. On each factor's own scale they are symmetric around 0, so the central path is the
/// median of the futures (exactly in the first quarter and for factors with symmetric margins, closely later on and for
/// those that ride on another), not their mean.
public struct PathSimulator: Sendable {
  public let model: ShockModel
  public let horizon: Int
  /// What was read into the central path so that its scales hold it.
  public let notes: [String]

  private let central: [Double]
  package let rows: [CentralRow]
  private let order: [Int]
  package var field: NormalField
  /// Where `movedBy` moves the normals of a path; `nil` when nothing ever moves.
  package var direction: NormalDirection?
  /// Standard deviation of each factor's innovation; empty when nothing is to deviate.
  private let innovationScale: [Double]

  /// - Parameters:
  ///   - central: `[quarter][factor]`, natural values, factors as in the model.
  ///   - scale: multiplies every innovation; 0 gives the central path itself, bit for bit.
  /// - Throws: a value that its scale cannot hold, such as a BBB yield below the 10-year, or a negative `scale`.
  public init(model: ShockModel, central: [Double], seed: UInt64, scale: Double = 1) throws(InvalidInput) {
    let n = model.factors.count
    precondition(!central.isEmpty && central.count % n == 0, "\(central.count) central values for rows of \(n)")
    var problems: [Diagnostic] = []
    var notes: [String] = []
    let place = Diagnostic.Place(file: "central path")
    if !(scale >= 0 && scale.isFinite) {
      problems.append(Diagnostic("P020", "the uncertainty's scale is \(scale), expected 0 or more", at: place))
    }
    horizon = central.count / n
    rows = (0..<horizon).map { t in
      let row = Array(central[t * n..<(t + 1) * n])
      let anchors = (0..<n).map { k in
        if let anchor = CentralRow.anchor(model.scales[k], of: k, in: row) { return anchor }
        let (id, needs) = (model.factors[k].id, model.scales[k].requirement(model.factors))
        problems.append(
          Diagnostic("P021", "'\(id)' is \(row[k]) in projected quarter \(t + 1), expected \(needs)", at: place))
        return Double.nan
      }
      return CentralRow(values: row, anchors: anchors)
    }
    for k in 0..<n {
      switch model.scales[k] {
      case .shadowRate, .shadowSpread: break
      default: continue
      }
      let low = (0..<horizon).filter { central[$0 * n + k] < FactorScale.leastRate }
      if scale != 0, !low.isEmpty {
        notes.append(
          "\(model.factors[k].title): \(low.count) projected quarters below 0.025 % are drawn around 0.025 %, the middle "
            + "of what a published 0.0 % stands for.")
      }
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    self.model = model
    self.central = central
    self.notes = notes
    order = FactorScale.order(model.scales)
    field = NormalField(seed: seed, stream: .shocks)
    innovationScale = scale == 0 ? [] : model.deviations.map { $0 * scale }
  }

  /// Scratch memory of one worker.
  public struct Workspace: ~Copyable {
    var tile: DeviationTile
    var shadows: [Double]

    init(factorCount: Int) {
      tile = DeviationTile(factorCount: factorCount)
      shadows = [Double](repeating: 0, count: factorCount * DeviationTile.width)
    }
  }

  public func makeWorkspace() -> Workspace { Workspace(factorCount: model.factors.count) }

  /// Whether paths deviate from the central one at all.
  package var deviates: Bool { !innovationScale.isEmpty }

  /// Steps and numbers of the normals that a path draws: one a factor, and one for the mixing of a t copula.
  package var normalCounts: (steps: Int, numbers: Int) {
    (horizon, model.factors.count + (model.mixing == nil ? 0 : 1))
  }

  /// Overwrites the first `count` paths of `paths` with paths `firstPath` ..< `firstPath + count`.
  /// - Parameter paths: `[path][quarter][factor]`, natural values.
  /// - Precondition: `firstPath` and `count` ≥ 0; `paths` has room for `count` paths.
  public func simulate(
    firstPath: Int, count: Int, into paths: inout MutableSpan<Double>, workspace: inout Workspace
  ) {
    simulate(firstPath: firstPath, count: count, movedBy: Span(), into: &paths, workspace: &workspace)
  }

  /// The same, each path's normals moved along `direction`.
  /// - Parameter amounts: one a path, whole tiles of 64; empty moves nothing.
  package func simulate(
    firstPath: Int, count: Int, movedBy amounts: Span<Double>, into paths: inout MutableSpan<Double>,
    workspace: inout Workspace
  ) {
    let n = model.factors.count
    let pathLength = horizon * n
    precondition(firstPath >= 0 && count >= 0, "paths from \(firstPath), \(count) of them")
    precondition(paths.count >= count * pathLength, "\(paths.count) places for \(count) paths of \(pathLength)")
    guard deviates else {
      for path in 0..<count {
        for index in 0..<pathLength { paths[path * pathLength + index] = central[index] }
      }
      return
    }
    var tile = [Double](repeating: 0, count: pathLength * DeviationTile.width)
    for done in stride(from: 0, to: count, by: DeviationTile.width) {
      var rows = tile.mutableSpan
      simulateTile(
        TilePaths(from: firstPath + done),
        movedBy: amounts.isEmpty ? amounts : amounts.extracting(done..<done + DeviationTile.width), into: &rows,
        workspace: &workspace)
      Tile.deal(
        tile.span, stride: pathLength, count: pathLength, paths: min(DeviationTile.width, count - done), into: &paths,
        at: done * pathLength)
    }
  }

  /// The paths of a tile as rows.
  /// - Parameters:
  ///   - amounts: one a path; empty moves nothing.
  ///   - factors: `[quarter][factor]` rows, natural values; overwritten.
  package func simulateTile(
    _ paths: TilePaths, movedBy amounts: Span<Double>, into factors: inout MutableSpan<Double>,
    workspace: inout Workspace
  ) {
    let n = model.factors.count, width = DeviationTile.width
    precondition(factors.count >= central.count * width, "\(factors.count) places for a tile")
    guard deviates else {
      for (row, value) in central.enumerated() {
        for place in row * width..<(row + 1) * width { factors[place] = value }
      }
      return
    }
    workspace.tile.reset()
    for t in 0..<horizon {
      workspace.tile.advance(
        quarter: t, paths, model, scale: innovationScale, field, direction, movedBy: amounts)
      rows[t].write(
        model.scales, order: order, workspace.tile, shadows: &workspace.shadows, into: &factors, at: t * n)
    }
  }
}
