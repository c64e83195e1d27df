import TileArithmetic

/// Standard normals addressed by (path, step, number): the fast way to many, a tile of neighbouring paths at a time.
///
/// One counter of Philox4x32-10 holds four normals. They are not those of a `RandomStream` at the same place: a stream
/// draws one number after another, and its rejections would keep the lanes of a tile waiting for one another.
public struct NormalField: Sendable {
  /// Paths in a tile: a tile of sixteen rows stays in the first-level cache.
  public static let pathsPerTile = Tile.width

  /// How paths depend on one another.
  package enum Arrangement: Sendable {
    case independent
    /// Path 2i + 1 has the normals of path 2i with the other sign (antithetic variates, Hammersley & Morton 1956).
    case mirrored
    /// Paths are points of scrambled nets. `dimensions` says which coordinate a normal is, `[step][number]`, with so many
    /// numbers a step; `nil` leaves it independent.
    case net(ScrambledNet, dimensions: [Int?], numbersPerStep: Int)
  }

  private let generator: Philox4x32
  package var arrangement = Arrangement.independent

  public init(seed: UInt64, stream: Stream) {
    generator = Philox4x32(seed: seed, stream: stream)
  }

  /// Overwrites `normals` with numbers 0 ..< `count` of `step` for the paths of a tile.
  /// - Parameters:
  ///   - normals: `[number][path]`, `count` × 64.
  ///   - count: even, because two normals are made of one draw.
  /// - Precondition: `count` is even; `normals` has room; `step` is in 0 ..< 65,536; where paths depend on one another the
  ///   tile is one of neighbours, the first of them even, or a multiple of 64.
  public func fillTile(_ paths: TilePaths, step: Int, count: Int, into normals: inout MutableSpan<Double>) {
    precondition(step >= 0 && step < DrawAddress.stepLimit, "step \(step)")
    switch arrangement {
    case .independent: draw(paths, step, count, into: &normals)
    case .mirrored:
      precondition(paths.areNeighbours && paths.first % 2 == 0, "a tile of pairs from path \(paths.first)")
      draw(paths, step, count, into: &normals)
      Self.mirror(&normals, count: count * Self.pathsPerTile)
    case .net(let net, let dimensions, let numbers):
      precondition(paths.areNeighbours, "a net has no picked paths")
      let own = dimensions[step * numbers..<(step + 1) * numbers]
      if own.contains(nil) { draw(paths, step, count, into: &normals) }
      for (number, dimension) in own.enumerated() where number < count {
        if let dimension { net.fill(firstPath: paths.first, dimension: dimension, into: &normals, row: number) }
      }
    }
  }

  private func draw(_ paths: TilePaths, _ step: Int, _ count: Int, into normals: inout MutableSpan<Double>) {
    Tile.fillNormals(
      key: generator.key, paths: paths.numbers.span, step: UInt32(step), count: count, into: &normals)
  }

  private static func mirror(_ normals: inout MutableSpan<Double>, count: Int) {
    for place in stride(from: 0, to: count, by: 2) { normals[unchecked: place + 1] = -normals[unchecked: place] }
  }
}
