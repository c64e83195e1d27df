import Foundation
import TestSupport
import Testing

@testable import Reporting

/// The quick way of writing decimals against C's, which knows the exact binary fraction.
@Suite struct FixedFigureTests {
  private static func agrees(_ value: Double, _ decimals: Int) -> Bool {
    fixed(value, decimals: decimals) == String(format: "%.\(decimals)f", value)
  }

  @Test(arguments: 0...7) func figuresAreRoundedAsPrintfRounds(decimals: Int) {
    var random = PlainRandom(seed: UInt64(decimals))
    for _ in 0..<2_000 {
      let value = random.uniform(-1, 1) * pow(10, random.uniform(-4, 8))
      #expect(Self.agrees(value, decimals), "\(value) with \(decimals) decimals")
    }
  }

  @Test(arguments: 0...6) func tiesAndTheirNeighboursAreRoundedAsPrintfRounds(decimals: Int) {
    for whole in [0.0, 1, 2, 7, 99, 999_999] {
      let tie = (whole + 0.5) / pow(10, Double(decimals))
      for value in [tie, tie.nextUp, tie.nextDown, -tie, 0, -0.0, tie * 1.002, tie * 0.998] {
        #expect(Self.agrees(value, decimals), "\(value) with \(decimals) decimals")
      }
    }
    for value in [Double.infinity, -.infinity, .nan, 1e300] { #expect(Self.agrees(value, decimals)) }
  }
}
