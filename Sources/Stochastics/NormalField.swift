/// Standard normals addressed by (path, step, number): the fast way to many, a tile of neighbouring paths at a time.
///
/// Number n of a step at a path is the same as the n-th that `RandomStream.fillNormal` gives there.
public struct NormalField: Sendable {
  /// Paths in a tile: a tile of sixteen rows stays in the first-level cache.
  public static let pathsPerTile = 64

  private let generator: Philox4x32

  public init(seed: UInt64, stream: Stream) {
    generator = Philox4x32(seed: seed, stream: stream)
  }

  /// Overwrites `normals` with numbers 0 ..< `count` of `step` for the 64 paths from `firstPath` on.
  /// - Parameters:
  ///   - normals: `[number][path]`, `count` × 64.
  ///   - count: even, because one counter holds two draws.
  /// - Precondition: `count` is even; `normals` has room; `firstPath` ≥ 0; `step` < 65,536.
  public func fillTile(firstPath: Int, step: Int, count: Int, into normals: inout MutableSpan<Double>) {
    let width = Self.pathsPerTile
    precondition(count % 2 == 0 && count >= 0, "the count \(count) is not even")
    precondition(normals.count >= count * width, "\(normals.count) places for \(count) × \(width) normals")
    let table = Ziggurat.standard.layers
    let layers = table.span
    for pair in 0..<count / 2 {
      fillPair(pair, firstPath: firstPath, step: step, layers, into: &normals)
    }
  }

  private func fillPair(
    _ pair: Int, firstPath: Int, step: Int, _ layers: Span<SIMD2<Double>>, into normals: inout MutableSpan<Double>
  ) {
    let width = Self.pathsPerTile
    let c2 = SIMD4<UInt64>(repeating: UInt64(pair))
    let c3 = SIMD4<UInt64>(repeating: UInt64(step))
    let low = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    for group in 0..<width / 4 {
      let column = 4 * group
      let paths = SIMD4<UInt64>(repeating: UInt64(firstPath + column)) &+ SIMD4(0, 1, 2, 3)
      let draws = generator.draws(paths & low, paths &>> 32, c2, c3)
      for lane in 0..<4 {
        let row = 2 * pair * width + column + lane
        let first = Ziggurat.firstTry(draws.0[lane], layers)
        let second = Ziggurat.firstTry(draws.1[lane], layers)
        normals[unchecked: row] =
          first.stands ? first.value : slow(draws.0[lane], firstPath + column + lane, step, 2 * pair)
        normals[unchecked: row + width] =
          second.stands ? second.value : slow(draws.1[lane], firstPath + column + lane, step, 2 * pair + 1)
      }
    }
  }

  @inline(never)
  private func slow(_ bits: UInt64, _ path: Int, _ step: Int, _ draw: Int) -> Double {
    Ziggurat.standard.normal(
      from: bits, at: DrawAddress(path: path, step: step, draw: UInt64(draw)), of: generator)
  }
}
