import TileArithmetic

/// Randomised quasi-Monte Carlo: independent replicates of a digital net of normals, path by path.
///
/// Each replicate has the points of Sobol's sequence under a nested uniform scrambling of its own (Owen 1995), made by
/// hashes of the digits (Laine & Karras 2011; Burley 2020) under keys from Philox. Every coordinate of every point is then
/// uniform, so that estimates have no bias; the replicates are independent, so that their spread tells the error; and
/// within one the points stay a net.
///
/// A path's place depends on its number alone: 512 paths beside one another belong to one replicate, the next 512 to the
/// next. So the first 2ᵏ · 512 · 32 paths, for any k, are 32 whole nets, and a run may go on where a shorter one ended.
package struct ScrambledNet: Sendable {
  package static let replicateCount = 32
  /// Neighbouring paths of one replicate: one block of the engine, which holds all members of an ensemble alike.
  package static let blockSize = 512
  /// Paths that make one block of each replicate.
  package static let roundSize = replicateCount * blockSize

  package static func replicate(ofPath path: Int) -> Int { path / blockSize % replicateCount }

  /// Number of the path's point within its replicate.
  package static func index(ofPath path: Int) -> Int { path / roundSize * blockSize + path % blockSize }

  /// Whether so many paths are whole nets.
  package static func isWhole(pathCount: Int) -> Bool {
    let blocks = pathCount / roundSize
    return pathCount % roundSize == 0 && blocks > 0 && blocks & (blocks - 1) == 0
  }

  /// Three for each scrambling, `[dimension][replicate]`.
  private let keys: [UInt32]

  /// - Parameter dimensionCount: coordinates that may be asked for.
  package init(seed: UInt64, dimensionCount: Int = SobolSequence.dimensionCount) {
    precondition(
      (0...SobolSequence.dimensionCount).contains(dimensionCount), "\(dimensionCount) dimensions of a net")
    let generator = Philox4x32(seed: seed, stream: .scrambling)
    var keys: [UInt32] = []
    keys.reserveCapacity(dimensionCount * Self.replicateCount * 3)
    for dimension in 0..<dimensionCount {
      for replicate in 0..<Self.replicateCount {
        let words = generator.words(at: SIMD4(UInt32(replicate), UInt32(dimension), 0, 0))
        keys += [words[0], words[1], words[2]]
      }
    }
    self.keys = keys
  }

  /// One dimension's normals of the 64 paths from `firstPath` on, a multiple of 64.
  package func fill(firstPath: Int, dimension: Int, into normals: inout MutableSpan<Double>, row: Int) {
    precondition(firstPath >= 0 && firstPath % Tile.width == 0, "a tile from path \(firstPath)")
    let directions = SobolSequence.standard.reversedDirections
    Tile.fillNetNormals(
      directions.span, dimension: dimension, index: Self.index(ofPath: firstPath),
      keys: keys.span, scrambling: dimension * Self.replicateCount + Self.replicate(ofPath: firstPath), into: &normals,
      row: row)
  }
}
