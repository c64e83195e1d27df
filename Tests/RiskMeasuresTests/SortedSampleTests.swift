import TestSupport
import Testing

@testable import RiskMeasures

@Suite struct SortedSampleTests {
  @Test(arguments: [1, 2, 3, 1_000, 4_097])
  func radixSortEqualsTheStandardSort(count: Int) {
    var random = PlainRandom(seed: UInt64(count))
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
    var random = PlainRandom(seed: 7)
    let values = (0..<2_000).map { _ in Float.random(in: -5...5, using: &random) }
    let sample = SortedSample(sorting: values)
    let shuffled = SortedSample(sorting: values.shuffled(using: &random))
    #expect(sample.expectedShortfall(0.99) == shuffled.expectedShortfall(0.99))
    #expect(sample.mean() == shuffled.mean())
  }
}
