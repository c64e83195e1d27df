import CTile
import Foundation
import TestSupport
import Testing

@testable import TileArithmetic

/// Every kernel of every vector width that this processor has, against its slow obvious twin.
@Suite struct TileTests {
  static let widths = [2, 4, 8].filter { tile_kernels($0) != nil }

  static func kernels(_ lanes: Int) -> TileKernels { tile_kernels(lanes)!.pointee }

  static func numbers(_ count: Int, _ low: Double, _ high: Double, seed: UInt64 = 1) -> [Double] {
    var random = PlainRandom(seed: seed)
    return (0..<count).map { _ in random.uniform(low, high) }
  }

  /// Philox4x32-10 as its paper has it.
  static func words(_ counter: [UInt32], key: SIMD2<UInt32>) -> [UInt32] {
    var c = counter, key = key
    for _ in 0..<10 {
      let first = c[0].multipliedFullWidth(by: 0xD251_1F53), second = c[2].multipliedFullWidth(by: 0xCD9E_8D57)
      c = [second.high ^ c[1] ^ key[0], second.low, first.high ^ c[3] ^ key[1], first.low]
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return c
  }

  /// Box & Muller's pair of a 64-bit draw: the upper 40 bits the radius, the lower 24 the angle.
  static func pair(_ draw: UInt64) -> [Double] {
    let u = (Double(draw >> 24) + 0.5) / pow(2, 40)
    let radius = (-2 * log(u)).squareRoot() * (draw & 0x80_0000 == 0 ? 1 : -1)
    let turn = (Double(draw & 0x3F_FFFF) + 0.5) / pow(2, 22)
    let angle: Double = (turn - 0.5) * Double.pi / 2
    let pair = [radius * cos(angle), radius * sin(angle)]
    return draw & 0x40_0000 == 0 ? pair : pair.reversed()
  }

  @Test(arguments: widths, [0, 63, (1 << 32) - 3, 1 << 40]) func normalsAreBoxAndMullers(lanes: Int, path: UInt64) {
    let key = SIMD2<UInt32>(0xDEAD_BEEF, 7), step: UInt32 = 11, count = 18
    var fast = [Double](repeating: .nan, count: count * Tile.width)
    Self.kernels(lanes).normals(key[0], key[1], (0..<64).map { path + $0 }, step, count, &fast)
    for lane in 0..<Tile.width {
      let number = path + UInt64(lane)
      let slow = (0..<5).flatMap { counter in
        let c: [UInt32] = [UInt32(truncatingIfNeeded: number), UInt32(number >> 32), UInt32(counter), step]
        let w = Self.words(c, key: key).map(UInt64.init)
        return Self.pair(w[0] | w[1] << 32) + Self.pair(w[2] | w[3] << 32)
      }
      // The polynomial of the sine is good to 5e-15 of its value.
      expectClose(
        (0..<count).map { fast[$0 * Tile.width + lane] }, Array(slow.prefix(count)), absolute: 1e-15, relative: 1e-14)
    }
  }

  @Test(arguments: widths) func functionsKeepTheirErrorBounds(lanes: Int) {
    let kernels = Self.kernels(lanes)
    let wide = Self.numbers(4_000, -700, 700), near = Self.numbers(4_000, -1, 1, seed: 2)
    func largestError(
      _ x: [Double], _ kernel: (Int, UnsafeMutablePointer<Double>?) -> Void, _ exact: (Float80) -> Float80
    ) -> Double {
      var y = x
      kernel(y.count, &y)
      return zip(x, y).map { x, y in Double(abs(Float80(y) / exact(Float80(x)) - 1)) }.max()!
    }
    for x in [wide, near] {
      #expect(largestError(x, { kernels.exponential($0, $1) }, { Foundation.exp($0) }) < 5e-16)
      #expect(largestError(x.map { exp($0) }, { kernels.logarithm($0, $1) }, { Foundation.log($0) }) < 8e-16)
      #expect(
        largestError(x, { kernels.softplus($0, $1) }, { max($0, 0) + log1p(Foundation.exp(-abs($0))) }) < 1e-15)
    }
  }

  /// A defect must stay visible, and a function's domain has an end.
  @Test(arguments: widths) func theEndsOfTheFunctions(lanes: Int) {
    let kernels = Self.kernels(lanes)
    let ends = [Double.nan, -.infinity, -1e9, -0.0, 0, 709, 1e9, .infinity]
    var y = ends
    kernels.exponential(8, &y)
    #expect(y[0].isNaN && y[1] == y[2] && y[2] > 0 && y[3] == 1 && y[4] == 1)
    #expect(y[5] == y[6] && y[6] == y[7] && y[7].isFinite)
    y = ends
    kernels.logarithm(8, &y)
    #expect(y[..<5].allSatisfy { $0.isNaN } && y[7].isNaN && abs(y[5] - log(709)) < 1e-14)
    y = ends
    kernels.softplus(8, &y)
    #expect(y[0].isNaN && y[2] >= 0 && abs(y[3] - log(2)) < 1e-15 && y[5] == 709 && y[6] == 1e9)
  }

  @Test(arguments: widths, [1, 2, 3, 4, 9]) func productsAreSums(lanes: Int, rows: Int) {
    let depth = 7, stride = 11
    let matrix = Self.numbers(rows * stride, -1, 1), x = Self.numbers(depth * Tile.width, -1, 1, seed: 2)
    var y = [Double](repeating: .nan, count: (rows + 1) * Tile.width)
    Self.kernels(lanes).multiply(matrix, stride, rows, depth, x, &y)
    for cell in 0..<rows * Tile.width {
      let (row, path) = cell.quotientAndRemainder(dividingBy: Tile.width)
      let slow = (0..<depth).reduce(0) { $0 + matrix[row * stride + $1] * x[$1 * Tile.width + path] }
      expectClose(y[cell], slow, absolute: 1e-15 * Double(depth))
    }
    #expect(y[(rows * Tile.width)...].allSatisfy { $0.isNaN })
  }

  @Test(arguments: widths) func cubicsAreReadInTheirCells(lanes: Int) {
    let count = 6, cells = Self.numbers(4 * count, -1, 1)
    var x = Self.numbers(Tile.width, -1.6, 1.6)
    x.replaceSubrange(0..<5, with: [.nan, -1.5, 1.5, .infinity, -.infinity])
    var y = x
    let beyond = Self.kernels(lanes).interpolate(cells, count, 1.5, 2, &y)
    for path in 0..<Tile.width {
      let place = (x[path] + 1.5) * 2
      let isInside = place >= 0 && place < Double(count)
      #expect(beyond >> path & 1 == (isInside ? 0 : 1))
      guard isInside else {
        #expect(y[path].bitPattern == x[path].bitPattern)
        continue
      }
      let c = cells[(4 * Int(place))...].prefix(4), s = place - place.rounded(.down)
      expectClose(y[path], c.reversed().reduce(0) { $0 * s + $1 }, absolute: 1e-15)
    }
  }

  @Test(arguments: widths, [1, 3, 4, 61, 64]) func collectingAndDealingAreInverse(lanes: Int, paths: Int) {
    let (stride, count) = (11, 10), width = Tile.width
    let values = Self.numbers(paths * stride, -1, 1)
    var rows = [Double](repeating: 9, count: count * width)
    Self.kernels(lanes).collect(values, stride, count, paths, &rows)
    for cell in rows.indices {
      let (k, path) = cell.quotientAndRemainder(dividingBy: width)
      #expect(rows[cell] == (path < paths ? values[path * stride + k] : 9))
    }
    var back = [Double](repeating: 9, count: values.count)
    Self.kernels(lanes).deal(rows, stride, count, paths, &back)
    for place in back.indices { #expect(back[place] == (place % stride < count ? values[place] : 9)) }
  }

  @Test(arguments: widths, [1, 7, 64]) func sumsLeaveOutWhatIsNoPath(lanes: Int, paths: Int) {
    let rows = Self.numbers(2 * Tile.width, -1, 1)
    var sums = [1.0, 2, 3, 4]
    Self.kernels(lanes).addSums(rows, 2, paths, &sums)
    for row in 0..<2 {
      let values = rows[(row * Tile.width)...].prefix(paths)
      expectClose(sums[2 * row], Double(2 * row + 1) + values.reduce(0, +), absolute: 1e-14)
      expectClose(sums[2 * row + 1], Double(2 * row + 2) + values.reduce(0) { $0 + $1 * $1 }, absolute: 1e-14)
    }
  }
}
