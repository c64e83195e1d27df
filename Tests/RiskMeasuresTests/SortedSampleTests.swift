import Testing

@testable import RiskMeasures

/// A small generator of its own, so that a failing case can be repeated.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct SortedSampleTests {
  @Test(arguments: [1, 2, 3, 1_000, 4_097])
  func radixSortEqualsTheStandardSort(count: Int) {
    var random = SplitMix64(state: UInt64(count))
    let values = (0..<count).map { index -> Float in
      switch index % 5 {
      case 0: -Float.random(in: 0...1e9, using: &random)
      case 1: Float.random(in: 0...1e-30, using: &random)
      case 2: Float(Int.random(in: -3...3, using: &random))
      case 3: index % 2 == 0 ? 0 : -Float.leastNonzeroMagnitude
      default: Float.random(in: -1...1, using: &random)
      }
    }
    #expect(SortedSample(sorting: values).values == values.sorted())
  }

  @Test func orderOfTheInputDoesNotMatter() {
    var random = SplitMix64(state: 7)
    let values = (0..<2_000).map { _ in Float.random(in: -5...5, using: &random) }
    let sample = SortedSample(sorting: values)
    let shuffled = SortedSample(sorting: values.shuffled(using: &random))
    #expect(sample.expectedShortfall(0.99) == shuffled.expectedShortfall(0.99))
    #expect(sample.mean() == shuffled.mean())
  }
}
