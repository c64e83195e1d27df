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
    precondition(firstPath >= 0 && step >= 0 && step < DrawAddress.stepLimit, "path \(firstPath), step \(step)")
    precondition(normals.count >= count * width, "\(normals.count) places for \(count) × \(width) normals")
    for pair in 0..<count / 2 { fillBits(pair, firstPath: firstPath, step: step, into: &normals) }
    let table = Ziggurat.standard.layers
    let layers = table.span
    for index in 0..<count * width {
      let bits = normals[unchecked: index].bitPattern
      let (value, stands) = Ziggurat.firstTry(bits, layers)
      normals[unchecked: index] =
        stands ? value : slow(bits, path: firstPath + index % width, step: step, draw: index / width)
    }
  }

  /// Draws 2 · `pair` and 2 · `pair` + 1 of every path as bit patterns, in the places where their normals will stand.
  private func fillBits(_ pair: Int, firstPath: Int, step: Int, into normals: inout MutableSpan<Double>) {
    let width = Self.pathsPerTile
    let row = 2 * pair * width
    let c2 = SIMD2<UInt64>(repeating: UInt64(pair))
    let c3 = SIMD2<UInt64>(repeating: UInt64(step))
    for column in stride(from: 0, to: width, by: 2) {
      let paths = SIMD2(repeating: UInt64(firstPath + column)) &+ SIMD2(0, 1)
      let draws = generator.draws(paths, paths &>> 32, c2, c3)
      for lane in 0..<2 {
        normals[unchecked: row + column + lane] = Double(bitPattern: draws.first[lane])
        normals[unchecked: row + width + column + lane] = Double(bitPattern: draws.second[lane])
      }
    }
  }

  @inline(never)
  private func slow(_ bits: UInt64, path: Int, step: Int, draw: Int) -> Double {
    Ziggurat.standard.normalBeyondFirstTry(
      bits, at: DrawAddress(path: path, step: step, draw: UInt64(draw)), of: generator)
  }
}
