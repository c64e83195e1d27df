import TestSupport
import Testing

@testable import RiskMeasures

@Suite struct SortedSampleTests {
  /// Outcomes of every size and sign, crowded at some places, far apart at others.
  private static func mixture(_ count: Int) -> [Float] {
    var random = PlainRandom(seed: UInt64(count))
    return (0..<count).map { index -> Float in
      switch index % 5 {
      case 0: -Float.random(in: 0...1e9, using: &random)
      case 1: Float.random(in: 0...1e-30, using: &random)
      case 2: Float(Int.random(in: -3...3, using: &random))
      case 3: index % 2 == 0 ? 0 : -Float.leastNonzeroMagnitude
      default: Float.random(in: -1...1, using: &random)
      }
    }
  }

  private static func evenly(_ count: Int) -> [Float] {
    var random = PlainRandom(seed: UInt64(count))
    return (0..<count).map { _ in Float.random(in: -5...5, using: &random) }
  }

  @Test(arguments: [1, 2, 3, 63, 64, 1_000, 4_097, 100_000])
  func everyRankIsThatOfAFullSort(count: Int) {
    for values in [Self.mixture(count), Self.evenly(count)] {
      let sorted = values.sorted()
      #expect(SortedSample(sorting: values).values == sorted)
      // Asked for one by one, in no order, so that ranges are sorted one by one.
      let sample = SortedSample(sorting: values)
      var random = PlainRandom(seed: 3)
      for _ in 0..<200 {
        let rank = Int.random(in: 1...count, using: &random)
        #expect(sample[rank: rank] == Double(sorted[rank - 1]), "rank \(rank) of \(count)")
      }
      let places = count / 3..<count
      #expect(sample.sorted(places) == sorted[places])
    }
  }

  @Test func valuesThatCannotBeDividedEvenlyAreSorted() {
    let extreme: [Float] = [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0, -0.0, 1, -1]
    let crowded: [Float] = (0..<600).map { extreme[$0 % 6] }
    let constant = [Float](repeating: 7, count: 1_000)
    let far: [Float] = (0..<1_000).map { index -> Float in index == 500 ? 1e30 : Float(index) }
    let tiny: [Float] = (0..<1_000).map { index -> Float in index % 2 == 0 ? 0 : Float.leastNonzeroMagnitude }
    for values in [crowded, constant, far, tiny] {
      #expect(SortedSample(sorting: values).values == values.sorted())
    }
  }

  @Test func orderOfTheInputDoesNotMatter() {
    var random = PlainRandom(seed: 7)
    let values = (0..<2_000).map { _ in Float.random(in: -5...5, using: &random) }
    let sample = SortedSample(sorting: values)
    let shuffled = SortedSample(sorting: values.shuffled(using: &random))
    #expect(sample.expectedShortfall(0.99) == shuffled.expectedShortfall(0.99))
    // The sum alone rounds by the order.
    #expect(abs(sample.mean().value - shuffled.mean().value) < 1e-13)
  }
}
