import Foundation
import Stochastics
import TestSupport
import Testing

@Suite struct NormalFieldTests {
  static let field = NormalField(seed: 5, stream: .shocks)

  /// `[number][path]` of a tile.
  static func tile(_ field: NormalField = field, firstPath: Int, step: Int = 7, count: Int = 18) -> [Double] {
    var tile = [Double](repeating: 0, count: count * NormalField.pathsPerTile)
    var span = tile.mutableSpan
    field.fillTile(TilePaths(from: firstPath), step: step, count: count, into: &span)
    return tile
  }

  /// The slow obvious twin: four words a counter, of each two the radius and the angle, by sine and cosine of the library.
  @Test(arguments: [0, 1_000_000, (1 << 32) - 3, 1 << 40]) func numbersAreBoxAndMullersAtTheirAddress(path: Int) {
    let fast = Self.tile(firstPath: path), philox = Philox4x32(seed: 5, stream: .shocks)
    for lane in 0..<NormalField.pathsPerTile {
      let number = UInt64(path + lane)
      let slow = (0..<5).flatMap { counter -> [Double] in
        let words = philox.words(
          at: SIMD4(UInt32(truncatingIfNeeded: number), UInt32(number >> 32), UInt32(counter), 7))
        return [0, 2].flatMap { first -> [Double] in
          let draw = UInt64(words[first]) | UInt64(words[first + 1]) << 32
          let uniform = (Double(draw >> 24) + 0.5) / 1_099_511_627_776
          let radius = (-2 * log(uniform)).squareRoot() * (draw & 0x80_0000 == 0 ? 1 : -1)
          let turn = (Double(draw & 0x3F_FFFF) + 0.5) / 4_194_304
          let angle: Double = (turn - 0.5) * Double.pi / 2
          let pair = [radius * cos(angle), radius * sin(angle)]
          return draw & 0x40_0000 == 0 ? pair : pair.reversed()
        }
      }
      // The polynomials are good to 5e-15 of their values.
      expectClose(
        (0..<18).map { fast[$0 * NormalField.pathsPerTile + lane] }, Array(slow.prefix(18)), absolute: 1e-15,
        relative: 1e-14, "path \(number)")
    }
  }

  /// A path has the same bits wherever its tile begins.
  @Test func aPathKeepsItsNumbersInEveryTile() {
    let first = Self.tile(firstPath: 1_000), second = Self.tile(firstPath: 1_037)
    for number in 0..<18 {
      #expect(first[(number * 64 + 37)..<(number * 64 + 64)] == second[(number * 64)..<(number * 64 + 27)])
    }
  }

  @Test func normalsFollowTheirLaw() {
    let sample = (0..<1_000).flatMap { Self.tile(firstPath: 64 * $0) }
    #expect(KolmogorovSmirnov(sample, cdf: Normal.standard.cdf).pValue > RandomStreamTests.significance)
    // 3.3 standard errors of each moment: 1/√n, √2/√n, √15/√n, √96/√n.
    let n = Double(sample.count)
    let moment = { (k: Double) in sample.reduce(0) { $0 + pow($1, k) } / n }
    expectClose(moment(1), 0, absolute: 3.3 / n.squareRoot(), "mean")
    expectClose(moment(2), 1, absolute: 3.3 * (2 / n).squareRoot(), "variance")
    expectClose(moment(3), 0, absolute: 3.3 * (15 / n).squareRoot(), "third moment")
    expectClose(moment(4), 3, absolute: 3.3 * (96 / n).squareRoot(), "fourth moment")
  }

  /// Where the radius alone decides: the tail's count and its law.
  @Test func theTailFollowsItsLaw() {
    let edge = 3.654152885361009, tiles = 3_500
    let tail = (0..<tiles).flatMap { Self.tile(NormalField(seed: 3, stream: .shocks), firstPath: 64 * $0) }
      .filter { abs($0) > edge }
    let probability = 2 * Normal.standard.survival(edge)
    let expected = Double(tiles * 18 * 64) * probability
    // 3.3 standard errors of a binomial count.
    expectClose(Double(tail.count), expected, absolute: 3.3 * expected.squareRoot(), "tail count")
    let law = KolmogorovSmirnov(tail.map(abs)) { 1 - 2 * Normal.standard.survival($0) / probability }
    #expect(law.pValue > RandomStreamTests.significance)
  }

  /// Two normals of one draw, two draws of one counter, neighbouring counters: no correlation, nor between squares.
  @Test func numbersOfOnePathAreUncorrelated() {
    let count = 18, tiles = 600
    var products = [Double](repeating: 0, count: count * count), squares = products
    for tile in 0..<tiles {
      let values = Self.tile(firstPath: 64 * tile)
      for i in 0..<count {
        for j in 0..<i {
          for path in 0..<64 {
            let (x, y) = (values[i * 64 + path], values[j * 64 + path])
            products[i * count + j] += x * y
            squares[i * count + j] += (x * x - 1) * (y * y - 1) / 2
          }
        }
      }
    }
    // 153 pairs twice: 4.4 standard errors are a chance of one in three hundred that a right one fails.
    let bound = 4.4 * Double(tiles * 64).squareRoot()
    #expect(products.allSatisfy { abs($0) < bound } && squares.allSatisfy { abs($0) < bound * 1.5 })
  }

  @Test func neighbouringPathsAreUncorrelated() {
    let count = 100_000
    let width = NormalField.pathsPerTile
    var first: [Double] = []
    var second: [Double] = []
    var tile = [Double](repeating: 0, count: 2 * width)
    for block in 0..<count / width {
      var span = tile.mutableSpan
      NormalField(seed: 1, stream: .shocks).fillTile(TilePaths(from: block * width), step: 0, count: 2, into: &span)
      first += tile[0..<width - 1]
      second += tile[1..<width]
    }
    let correlation = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } / Double(first.count)
    expectClose(correlation, 0, absolute: 3.3 / Double(first.count).squareRoot(), "correlation of path p and p + 1")
  }
}
