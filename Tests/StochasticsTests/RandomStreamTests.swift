import Foundation
import Stochastics
import TestSupport
import Testing

@Suite struct RandomStreamTests {
  /// A chance of one in a thousand that a right sampler fails, once, for the fixed seed.
  static let significance = 0.001

  static func normals(_ count: Int, seed: UInt64 = 11) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var stream = RandomStream(seed: seed, stream: .shocks, path: 0)
    var span = values.mutableSpan
    stream.fillNormal(into: &span)
    return values
  }

  @Test(arguments: [0, 63, (1 << 32) - 3, 1 << 40]) func aRowIsItsNumbersOneByOne(path: Int) {
    var row = [Double](repeating: 0, count: 18)
    var stream = RandomStream(seed: 5, stream: .shocks, path: path, step: 7)
    var span = row.mutableSpan
    stream.fillNormal(into: &span)
    stream.move(toPath: path, step: 7)
    #expect(row == row.map { _ in stream.normal() })
  }

  @Test func anOddStartDoesNotShiftWhatFollows() {
    let all = Self.normals(23)
    for start in 0..<6 {
      var stream = RandomStream(seed: 11, stream: .shocks, path: 0)
      for _ in 0..<start { _ = stream.uniform() }
      var rest = [Double](repeating: 0, count: 23 - start)
      var span = rest.mutableSpan
      stream.fillNormal(into: &span)
      #expect(rest == Array(all[start...]))
    }
  }

  @Test func aMovedStreamIsANewOne() {
    var moved = RandomStream(seed: 1, stream: .bankEffects, path: 0)
    _ = moved.uniform()
    moved.move(toPath: 9, step: 2)
    var fresh = RandomStream(seed: 1, stream: .bankEffects, path: 9, step: 2)
    for _ in 0..<5 { #expect(moved.bits() == fresh.bits()) }
  }

  @Test func normalsFollowTheirLaw() {
    let sample = Self.normals(1_000_000)
    #expect(KolmogorovSmirnov(sample, cdf: Normal.standard.cdf).pValue > Self.significance)
    // 3.3 standard errors of each moment: 1/√n, √2/√n, √6/√n, √24/√n.
    let n = Double(sample.count)
    let moment = { (k: Double) in sample.reduce(0) { $0 + pow($1, k) } / n }
    expectClose(moment(1), 0, absolute: 3.3 / n.squareRoot(), "mean")
    expectClose(moment(2), 1, absolute: 3.3 * (2 / n).squareRoot(), "variance")
    expectClose(moment(3), 0, absolute: 3.3 * (15 / n).squareRoot(), "third moment")
    expectClose(moment(4), 3, absolute: 3.3 * (96 / n).squareRoot(), "fourth moment")
  }

  /// Beyond the last layer another algorithm draws; by itself it must follow the tail's law.
  @Test func theTailFollowsItsLaw() {
    let edge = 3.654152885361009
    let tail = Self.normals(4_000_000, seed: 3).filter { abs($0) > edge }
    let probability = 2 * Normal.standard.survival(edge)
    let expected = 4e6 * probability
    // 3.3 standard errors of a binomial count.
    expectClose(Double(tail.count), expected, absolute: 3.3 * expected.squareRoot(), "tail count")
    let law = KolmogorovSmirnov(tail.map(abs)) { 1 - 2 * Normal.standard.survival($0) / probability }
    #expect(law.pValue > Self.significance)
  }

  @Test func uniformsFollowTheirLawAndLeaveOutTheEnds() {
    var stream = RandomStream(seed: 2, stream: .backtests, path: 1)
    let sample = (0..<200_000).map { _ in stream.uniform() }
    #expect(sample.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(KolmogorovSmirnov(sample) { $0 }.pValue > Self.significance)
  }

  @Test func chiSquareOfOneIsASquaredNormal() {
    var stream = RandomStream(seed: 2, stream: .backtests, path: 3)
    let sample = (0..<100_000).map { _ in stream.chiSquare(degreesOfFreedom: 1).squareRoot() }
    let law = KolmogorovSmirnov(sample) { 1 - 2 * Normal.standard.survival($0) }
    #expect(law.pValue > Self.significance)
  }

  @Test func indicesAreEven() {
    var stream = RandomStream(seed: 2, stream: .backtests, path: 5)
    var counts = [Double](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.index(below: 7)] += 1 }
    // Chi-square with 6 degrees of freedom: 22.46 is its 99.9 % quantile.
    #expect(counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 } < 22.46)
  }
}
