import CTile
import Foundation
import TestSupport
import Testing
import TileArithmetic

@testable import Stochastics

@Suite struct SobolTests {
  static let sequence = SobolSequence.standard

  @Test func pointsAreThoseOfJoeAndKuo() {
    let rows = FixtureTable("sobol.csv").rows
    #expect(rows.count == 117)
    for row in rows {
      let index = Int(row.number("index")), dimension = Int(row.number("dimension"))
      // Thirty digits are told.
      #expect(
        "\(Self.sequence.point(index, dimension: dimension) >> 2)" == row.text("numerator of 2^-30"),
        "point \(index), \(dimension)")
    }
  }

  /// The first points as every text on the sequence has them (Bratley & Fox 1988).
  @Test func theFirstPointsOfThreeDimensions() {
    let points = (0..<4).map { index in (0..<3).map { Double(Self.sequence.point(index, dimension: $0)) * 0x1p-32 } }
    #expect(points == [[0, 0, 0], [0.5, 0.5, 0.5], [0.25, 0.75, 0.75], [0.75, 0.25, 0.25]])
  }

  @Test(arguments: [0, 1, 17, 200, 511, 1_023]) func everyPartOfADimensionHoldsOnePoint(dimension: Int) {
    for (first, k) in [(0, 6), (512, 9), (4_096, 12)] {
      let parts = (first..<first + 1 << k).map { Self.sequence.point($0, dimension: dimension) >> UInt32(32 - k) }
      #expect(Set(parts).count == 1 << k)
    }
  }

  /// A path's coordinate after scrambling, back from its normal.
  static func uniforms(_ net: ScrambledNet, replicate: Int, dimension: Int, count: Int) -> [Double] {
    var tile = [Double](repeating: 0, count: NormalField.pathsPerTile), all: [Double] = []
    for first in stride(from: 0, to: count, by: NormalField.pathsPerTile) {
      let (block, place) = first.quotientAndRemainder(dividingBy: ScrambledNet.blockSize)
      let path = block * ScrambledNet.roundSize + replicate * ScrambledNet.blockSize + place
      var span = tile.mutableSpan
      net.fill(firstPath: path, dimension: dimension, into: &span, row: 0)
      all += tile.map(Normal.standard.cdf)
    }
    return all
  }

  @Test func scrambledNetsStayNets() {
    let net = ScrambledNet(seed: 3)
    for (replicate, dimension) in [(0, 0), (31, 1), (7, 300), (16, 1_023)] {
      let points = Self.uniforms(net, replicate: replicate, dimension: dimension, count: 4_096)
      #expect(Set(points.map { Int($0 * 4_096) }).count == 4_096)
      #expect(Set(points[512..<1_024].map { Int($0 * 512) }).count == 512, "the second block is a net of its own")
    }
    // The first two dimensions are a net of strength 0: every box of area 1/1,024 holds one point.
    let pair = (0..<2).map { Self.uniforms(net, replicate: 5, dimension: $0, count: 1_024) }
    for bits in 0...10 {
      let boxes = zip(pair[0], pair[1]).map {
        Int($0 * Double(1 << bits)) << (10 - bits) + Int($1 * Double(1 << (10 - bits)))
      }
      #expect(Set(boxes).count == 1_024)
    }
  }

  /// The slow obvious twin of the kernel: each point by itself.
  @Test func normalsAreQuantilesOfScrambledPoints() {
    func scrambled(_ point: UInt32, _ keys: [UInt32]) -> Double {
      var x = SobolSequence.reversed(point)
      x ^= x &* 0x3d20_adea
      x = (x &+ keys[0]) &* (keys[0] >> 16 | 1)
      x ^= x &* 0x0552_6c56
      x ^= x &* 0x53a2_2864
      x = (x &+ keys[1]) &* (keys[1] >> 16 | 1)
      x ^= x &* 0x3d20_adea
      x ^= x &* 0x0552_6c56
      x = SobolSequence.reversed(x)
      var tail = (x ^ keys[2]) &* 0x9e37_79b1
      tail = (tail ^ tail >> 15) &* 0x85eb_ca77
      tail = (tail ^ tail >> 13) >> 12
      return (Double(UInt64(x) << 20 | UInt64(tail)) + 0.5) * 0x1p-52
    }
    let philox = Philox4x32(seed: 11, stream: .scrambling), net = ScrambledNet(seed: 11)
    for (path, dimension) in [(0, 0), (64, 3), (16_384 + 1_024 + 128, 40), (5 * 16_384 + 31 * 512 + 448, 1_023)] {
      let replicate = path / 512 % 32, index = path / 16_384 * 512 + path % 512
      let words = philox.words(at: SIMD4(UInt32(replicate), UInt32(dimension), 0, 0))
      var tile = [Double](repeating: 0, count: 64)
      var span = tile.mutableSpan
      net.fill(firstPath: path, dimension: dimension, into: &span, row: 0)
      for place in 0..<64 {
        let u = scrambled(Self.sequence.point(index + place, dimension: dimension), [words[0], words[1], words[2]])
        expectClose(tile[place], Normal.standard.quantile(u), absolute: 2e-15, relative: 2e-15)
      }
    }
  }

  @Test(arguments: 0..<4) func theQuantileKernelKeepsItsBoundAgainstGSL(part: Int) {
    var random = PlainRandom(seed: UInt64(part))
    let u = (0..<8_000).map { _ -> Double in
      let v = random.uniform(0, 1)
      switch part {
      case 0: return v
      // Down to what 52 bits reach.
      case 1: return exp2(-53 * v)
      case 2: return 1 - exp2(-52 * v)
      // Around the places where one rational function ends and the next begins.
      default: return [0.075, 0.925, exp(-25)][Int(3 * v)] * random.uniform(0.999, 1.001)
      }
    }.map { min(max($0, 0x1p-53), 1 - 0x1p-53) }
    var x = u
    Tile.kernels.quantiles(x.count, &x)
    for (u, x) in zip(u, x) {
      let exact = Normal.standard.quantile(u)
      #expect(abs(x - exact) <= 2e-15 * max(1, abs(exact)), "at \(u)")
    }
  }

  /// Over many keys every point is uniform, and two flips at different places of the tree of digits are independent: what
  /// makes a scrambling nested and uniform (Owen 1995), for its first four digits.
  @Test func flipsAreIndependentCoins() {
    let depth = 4, nodeCount = 1 << depth - 1, trials = 4_000
    var flips = [[Double]](repeating: [], count: nodeCount)
    for trial in 0..<trials / ScrambledNet.replicateCount {
      let net = ScrambledNet(seed: UInt64(trial))
      for replicate in 0..<ScrambledNet.replicateCount {
        let points = Self.uniforms(net, replicate: replicate, dimension: 0, count: 64)
        var seen = [Int: Double]()
        for (index, u) in points.enumerated() {
          let before = Self.sequence.point(index, dimension: 0), after = UInt32(u * 0x1p32)
          for level in 0..<depth {
            let prefix = level == 0 ? 0 : Int(before >> UInt32(32 - level))
            let flip = (before ^ after) >> UInt32(31 - level) & 1
            seen[1 << level - 1 + prefix] = flip == 1 ? 1 : -1
          }
        }
        for node in 0..<nodeCount { flips[node].append(seen[node] ?? 0) }
      }
    }
    let n = Double(flips[0].count)
    for first in 0..<nodeCount {
      // 120 looks: five standard errors.
      #expect(abs(flips[first].reduce(0, +)) < 5 * n.squareRoot(), "node \(first)")
      for second in 0..<first {
        let product = zip(flips[first], flips[second]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product) < 5 * n.squareRoot(), "nodes \(first) and \(second)")
      }
    }
  }

  /// A smooth integral of five dimensions with a known value: the error falls almost as n^(−3/2), where that of independent
  /// points falls as n^(−1/2).
  @Test func errorsFallFasterThanThoseOfIndependentPoints() {
    func rootMeanSquare(_ count: Int) -> Double {
      let net = ScrambledNet(seed: 8)
      let squares = (0..<ScrambledNet.replicateCount).map { replicate -> Double in
        let coordinates = (0..<5).map { Self.uniforms(net, replicate: replicate, dimension: $0, count: count) }
        // E ∏ (1 + (u − ½)/2) = 1
        var sum = 0.0
        for point in 0..<count {
          var product = 1.0
          for coordinate in coordinates { product *= 1 + (coordinate[point] - 0.5) / 2 }
          sum += product
        }
        let error = sum / Double(count) - 1
        return error * error
      }
      return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
    let few = rootMeanSquare(64), many = rootMeanSquare(4_096)
    let rate = log(many / few) / log(64)
    #expect(rate < -1.2, "errors fall as n^\(rate)")
    // Independent points: √(((1 + 1/48)⁵ − 1) / n).
    #expect(many < 0.01 * ((pow(1 + 1 / 48.0, 5) - 1) / 4_096).squareRoot())
  }

  @Test func aPathsPlaceDependsOnItsNumberAlone() {
    var seen = Set<[Int]>()
    for path in 0..<4 * ScrambledNet.roundSize {
      seen.insert([ScrambledNet.replicate(ofPath: path), ScrambledNet.index(ofPath: path)])
    }
    #expect(seen.count == 4 * ScrambledNet.roundSize)
    #expect(seen.allSatisfy { $0[1] < 4 * ScrambledNet.blockSize })
    #expect([16_384, 32_768, 131_072, 1 << 26].allSatisfy { ScrambledNet.isWhole(pathCount: $0) })
    #expect([0, 8_192, 16_385, 49_152, 100_000].allSatisfy { !ScrambledNet.isWhole(pathCount: $0) })
  }

  @Test func mirroredPathsAreNegatives() {
    var field = NormalField(seed: 5, stream: .shocks)
    let plain = NormalFieldTests.tile(field, firstPath: 640)
    field.arrangement = .mirrored
    let mirrored = NormalFieldTests.tile(field, firstPath: 640)
    for place in stride(from: 0, to: plain.count, by: 2) {
      #expect(mirrored[place] == plain[place] && mirrored[place + 1] == -plain[place])
    }
  }

  @Test func aNetOfAFieldHasItsDimensionsAndLeavesTheRest() {
    let net = ScrambledNet(seed: 2)
    var field = NormalField(seed: 5, stream: .shocks)
    let plain = NormalFieldTests.tile(field, firstPath: 1_024, step: 1, count: 4)
    field.arrangement = .net(net, dimensions: [7, nil, 3, nil, 9, 1_000], numbersPerStep: 3)
    let tile = NormalFieldTests.tile(field, firstPath: 1_024, step: 1, count: 4)
    #expect(tile[0..<64] == plain[0..<64] && tile[192..<256] == plain[192..<256])
    for (row, dimension) in [(1, 9), (2, 1_000)] {
      var own = [Double](repeating: 0, count: 64)
      var span = own.mutableSpan
      net.fill(firstPath: 1_024, dimension: dimension, into: &span, row: 0)
      #expect(Array(tile[row * 64..<row * 64 + 64]) == own)
    }
  }
}
