import Glibc
import TestSupport
import Testing

@testable import CreditRisk

@Suite("Segments around a level")
struct RiskSegmentsTests {
  private static func portfolio(
    _ count: Int = 500, seed: UInt64 = 5, spread: Double = 1
  ) -> (probabilities: [Double], exposures: [Double]) {
    var random = PlainRandom(seed: seed)
    let probabilities = (0..<count).map { _ in logistic(random.uniform(-5, 2)) }
    let exposures = (0..<count).map { _ in random.uniform() < 0.2 ? 0 : (10_000 * random.uniform()).rounded() }
    return (probabilities, exposures)
  }

  private static func segments(spread: Double = 1) -> RiskSegments {
    let (probabilities, exposures) = portfolio()
    return RiskSegments(probabilities: probabilities, exposures: exposures, count: 10, spread: spread)
  }

  private static let levels = [1e-12, 1e-6, 0.001, 0.01, 0.05, 0.3, 0.5, 0.9, 0.999_999]

  @Test("the exposure-weighted mean is the level", arguments: levels, [0, 0.5, 1, 3])
  func mean(level: Double, spread: Double) {
    let segments = Self.segments(spread: spread)
    let mean = zip(segments.shares, segments.spread(level)).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(mean, level, relative: 1e-12)
  }

  @Test("probabilities rise with the score and with the level, inside 0 to 1")
  func monotone() {
    let segments = Self.segments()
    #expect(zip(segments.scores, segments.scores.dropFirst()).allSatisfy { $0 < $1 })
    var last = [Double](repeating: 0, count: 10)
    for level in Self.levels {
      let now = segments.spread(level)
      #expect(zip(now, now.dropFirst()).allSatisfy { $0 < $1 || $1 > 0.999 })
      #expect(zip(last, now).allSatisfy { $0 < $1 })
      #expect(now.allSatisfy { $0 > 0 && $0 <= 1 })
      last = now
    }
  }

  @Test("the odds between segments are the same at every level", arguments: [0.001, 0.05, 0.4])
  func odds(level: Double) {
    let segments = Self.segments()
    let now = segments.spread(level)
    for segment in 1..<10 {
      let odds = now[segment] / (1 - now[segment]) / (now[0] / (1 - now[0]))
      expectClose(odds, segments.odds(of: segment, to: 0), relative: 1e-9)
    }
  }

  @Test("without spread all segments stand at the level", arguments: levels)
  func noSpread(level: Double) {
    for probability in Self.segments(spread: 0).spread(level) { expectClose(probability, level, relative: 1e-12) }
  }

  @Test("level 0 and 1 are reached by all")
  func ends() {
    #expect(Self.segments().spread(0) == [Double](repeating: 0, count: 10))
    #expect(Self.segments().spread(1) == [Double](repeating: 1, count: 10))
  }

  @Test("the order of the accounts changes no bit")
  func permutation() {
    let (probabilities, exposures) = Self.portfolio()
    var random = PlainRandom(seed: 9)
    let order = probabilities.indices.shuffled(using: &random)
    let shuffled = RiskSegments(
      probabilities: order.map { probabilities[$0] }, exposures: order.map { exposures[$0] }, count: 10)
    #expect(shuffled == Self.segments())
  }

  @Test("two segments have a closed form")
  func closedForm() {
    // Halves with odds ratio r at level ½: p₁ = 1/(1 + √r), p₂ = √r/(1 + √r).
    let segments = RiskSegments(probabilities: [0.2, 0.5], exposures: [3, 3], count: 2)
    let r = 4.0
    let now = segments.spread(0.5)
    expectClose(now[0], 1 / (1 + r.squareRoot()), absolute: 1e-12)
    expectClose(now[1], r.squareRoot() / (1 + r.squareRoot()), absolute: 1e-12)
    #expect(segments.shares == [0.5, 0.5] && segments.counts == [1, 1])
  }

  @Test("a segment without exposure bears nothing and breaks nothing")
  func withoutExposure() {
    let segments = RiskSegments(probabilities: [0.1, 0.2, 0.3, 0.4], exposures: [5, 5, 0, 0], count: 2)
    #expect(segments.shares == [1, 0])
    expectClose(segments.spread(0.03)[0], 0.03, relative: 1e-12)
    #expect(segments.spread(0.03)[1] > 0.03)
  }

  @Test("bisection, slow and plain, finds the same shift", arguments: [0.002, 0.03, 0.7])
  func twin(level: Double) {
    let segments = Self.segments()
    var (low, high) = (-50.0, 50.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let mean = zip(segments.shares, segments.scores).reduce(0) { $0 + $1.0 / (1 + exp(-$1.1 - middle)) }
      if mean < level { low = middle } else { high = middle }
    }
    let expected = segments.scores.map { 1 / (1 + exp(-$0 - low)) }
    expectClose(segments.spread(level), expected, relative: 1e-11)
  }
}
