import TileArithmetic

/// Standard normals addressed by (path, step, number): the fast way to many, a tile of neighbouring paths at a time.
///
/// One counter of Philox4x32-10 holds four normals. They are not those of a `RandomStream` at the same place: a stream
/// draws one number after another, and its rejections would keep the lanes of a tile waiting for one another.
public struct NormalField: Sendable {
  /// Paths in a tile: a tile of sixteen rows stays in the first-level cache.
  public static let pathsPerTile = Tile.width

  private let generator: Philox4x32

  public init(seed: UInt64, stream: Stream) {
    generator = Philox4x32(seed: seed, stream: stream)
  }

  /// Overwrites `normals` with numbers 0 ..< `count` of `step` for the paths of a tile.
  /// - Parameters:
  ///   - normals: `[number][path]`, `count` × 64.
  ///   - count: even, because two normals are made of one draw.
  /// - Precondition: `count` is even; `normals` has room; `step` is in 0 ..< 65,536.
  public func fillTile(_ paths: TilePaths, step: Int, count: Int, into normals: inout MutableSpan<Double>) {
    precondition(step >= 0 && step < DrawAddress.stepLimit, "step \(step)")
    Tile.fillNormals(
      key: generator.key, paths: paths.numbers.span, step: UInt32(step), count: count, into: &normals)
  }
}
