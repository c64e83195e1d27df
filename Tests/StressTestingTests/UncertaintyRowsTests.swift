import Foundation
import Testing

@testable import StressTesting

@Suite struct UncertaintyRowsTests {
  private static let memberCount = 8
  private static let rows = UncertaintyRows(memberOfPath: { $0 / 64 % memberCount }, memberCount: memberCount)

  /// Steele, Lea & Flood (2014), enough for a test.
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    mutating func normal() -> Double {
      (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &self))).squareRoot()
        * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }
  }

  /// Losses with known parts: economy 30, members ± about 10, model error 12.
  private static func losses(_ seed: UInt64, paths: Int) -> (full: [Float], partial: [Float]) {
    var random = SplitMix(state: seed)
    var full: [Float] = [], partial: [Float] = []
    for path in 0..<paths {
      let loss = 500 + 30 * random.normal() + 10 * sin(Double(path / 64 % memberCount))
      partial.append(Float(loss))
      full.append(Float(loss + 12 * random.normal()))
    }
    return (full, partial)
  }

  /// The stated error of each part is the spread of its estimate over independent runs.
  @Test func statedErrorsAreTheSpreadOverRuns() throws {
    let runs = (0..<400).map { run in
      let (full, partial) = Self.losses(UInt64(run) << 32, paths: 2_048)
      return Self.rows.spreads(with: full, without: partial)
    }
    for (index, name) in ["all", "macro", "parameters", "model"].enumerated() {
      #expect(runs.allSatisfy { $0[index].statistic == name })
      let values = runs.compactMap { $0[index].value }, errors = runs.compactMap { $0[index].standardError }
      try #require(values.count == 400 && errors.count == 400)
      let mean = values.reduce(0, +) / 400
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399).squareRoot()
      // A spread of 400 runs is known to 3.5 %; three of those, and as much for the delta method.
      #expect(abs(errors.reduce(0, +) / 400 / spread - 1) < 0.15, "\(name): \(errors[0]) against \(spread)")
    }
  }

  @Test func onePathHasNoSpread() {
    for row in Self.rows.spreads(with: [1], without: [2]) {
      #expect(row.value == nil && row.standardError == nil, "\(row)")
    }
  }

  @Test func aConstantLossHasNoneAndNoError() {
    let same = [Float](repeating: 7, count: 1_024)
    for row in Self.rows.spreads(with: same, without: same) {
      #expect(row.value == 0 && row.standardError == 0, "\(row)")
    }
  }
}
