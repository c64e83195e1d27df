import Stochastics
import TestSupport
import Testing

@Suite struct PhiloxTests {
  static let knownAnswers = FixtureTable("philox.csv").rows

  @Test(arguments: knownAnswers) func knownAnswer(_ row: FixtureTable.Row) {
    func words(_ column: String) -> [UInt32] {
      row.text(column).split(separator: " ").compactMap { UInt32($0, radix: 16) }
    }
    let key = words("key")
    let counter = words("counter")
    let philox = Philox4x32(key: SIMD2(key[0], key[1]))
    let calculated = philox.words(at: SIMD4(counter[0], counter[1], counter[2], counter[3]))
    #expect((0..<4).map { calculated[$0] } == words("expected"))
  }

  @Test func everyAnswerIsThere() { #expect(Self.knownAnswers.count == 3) }

  @Test func keysOfStreamsAndSeedsDiffer() {
    let counter = SIMD4<UInt32>(1, 2, 3, 4)
    var seen: Set<SIMD4<UInt32>> = []
    for seed: UInt64 in [0, 1, 2, .max] {
      for stream in Stream.allCases { seen.insert(Philox4x32(seed: seed, stream: stream).words(at: counter)) }
    }
    #expect(seen.count == 4 * Stream.allCases.count)
  }

  /// The numbers are part of every result: a change here is value-breaking and says so.
  @Test func streamsKeepTheirNumbers() {
    #expect(Stream.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 7, 8])
    var stream = RandomStream(seed: 20_260_630, stream: .shocks, path: 0)
    #expect(stream.bits() == Self.firstBits)
  }

  static let firstBits: UInt64 = 12_972_914_595_121_069_652
}
