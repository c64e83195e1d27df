import PathSimulation
import Stochastics

/// The direction in the space of all normals along which the system's losses change most, and the first coordinate of a
/// net in it.
///
/// A path's normals ξ become ξ + (u − bᵀξ) b with |b| = 1: what is not along b stays, and u, the first coordinate of the
/// net, takes the place of what is. Both are standard normal, and so is the sum. A net spreads its points best along its
/// first coordinates (the linear transformation of Imai & Tan 2006, one column of it).
struct LeadingDirection: Sendable {
  let net: ScrambledNet
  /// b, of the normals that are the net's second coordinate, its third, and so on; it is 0 for all others.
  let coefficients: [Double]

  /// How far each path of a tile is moved along b.
  /// - Parameter amounts: 64 places, overwritten.
  func fill(_ paths: TilePaths, amounts: inout MutableSpan<Double>, scratch: inout [Double]) {
    let width = NormalField.pathsPerTile
    precondition(amounts.count == width, "\(amounts.count) places for a tile of \(width)")
    if scratch.count < width { scratch = [Double](repeating: 0, count: width) }
    var normals = scratch.mutableSpan
    net.fill(firstPath: paths.first, dimension: 0, into: &amounts, row: 0)
    for (place, coefficient) in coefficients.enumerated() {
      net.fill(firstPath: paths.first, dimension: place + 1, into: &normals, row: 0)
      for path in 0..<width { amounts[unchecked: path] -= coefficient * normals[unchecked: path] }
    }
  }
}

extension PathPipeline {
  /// The economies of the first paths from `firstPath` on, as the run has them.
  /// - Parameters:
  ///   - firstPath: first of a tile.
  ///   - paths: `[path][quarter][factor]`, overwritten.
  func simulate(
    firstPath: Int, count: Int, into paths: inout MutableSpan<Double>, workspace: inout PathSimulator.Workspace
  ) {
    guard let leading else {
      simulator.simulate(firstPath: firstPath, count: count, into: &paths, workspace: &workspace)
      return
    }
    let width = NormalField.pathsPerTile
    var amounts: [Double] = [], scratch: [Double] = []
    for first in stride(from: firstPath, to: firstPath + count, by: width) {
      var tile = [Double](repeating: 0, count: width)
      var span = tile.mutableSpan
      leading.fill(TilePaths(from: first), amounts: &span, scratch: &scratch)
      amounts += tile
    }
    simulator.simulate(
      firstPath: firstPath, count: count, movedBy: amounts.span, into: &paths, workspace: &workspace)
  }
}
