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

  /// Overwrites `normals` with numbers 0 ..< `count` of `step` for the 64 paths from `firstPath` on.
  /// - Parameters:
  ///   - normals: `[number][path]`, `count` × 64.
  ///   - count: even, because two normals are made of one draw.
  /// - Precondition: `count` is even; `normals` has room; `firstPath` ≥ 0, and even or a multiple of 64 where paths depend
  ///   on one another; `step` < 65,536.
  public func fillTile(firstPath: Int, step: Int, count: Int, into normals: inout MutableSpan<Double>) {
    precondition(firstPath >= 0 && step >= 0 && step < DrawAddress.stepLimit, "path \(firstPath), step \(step)")
    switch arrangement {
    case .independent: draw(firstPath, step, count, into: &normals)
    case .mirrored:
      precondition(firstPath % 2 == 0, "a tile of pairs from path \(firstPath)")
      draw(firstPath, step, count, into: &normals)
      Self.mirror(&normals, count: count * Self.pathsPerTile)
    case .net(let net, let dimensions, let numbers):
      let own = dimensions[step * numbers..<(step + 1) * numbers]
      if own.contains(nil) { draw(firstPath, step, count, into: &normals) }
      for (number, dimension) in own.enumerated() where number < count {
        if let dimension { net.fill(firstPath: firstPath, dimension: dimension, into: &normals, row: number) }
      }
    }
  }

  private func draw(_ firstPath: Int, _ step: Int, _ count: Int, into normals: inout MutableSpan<Double>) {
    Tile.fillNormals(
      key: generator.key, firstPath: UInt64(firstPath), step: UInt32(step), count: count, into: &normals)
  }

  private static func mirror(_ normals: inout MutableSpan<Double>, count: Int) {
    for place in stride(from: 0, to: count, by: 2) { normals[unchecked: place + 1] = -normals[unchecked: place] }
  }
}
