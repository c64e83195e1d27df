import TestSupport
import Testing

@testable import Contagion

/// Known answers of R systemicrisk 0.4.3, example of ?default_clearing, confirmed in exact fractions.
struct KnownClearing: Sendable {
  let recoveries: (external: Double, interbank: Double)
  let payments: [Double]
  let defaulted: [Bool]

  static let cases = [
    KnownClearing(recoveries: (1, 1), payments: [165.0 / 112, 159.0 / 112, 1.5], defaulted: [true, true, false]),
    KnownClearing(
      recoveries: (0.5, 0.7), payments: [4_225.0 / 8_416, 160_275.0 / 311_392, 176_055.0 / 311_392],
      defaulted: [true, true, true]),
  ]
}

@Suite struct ClearingTests {
  static let ring: [[Double]] = [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]

  static func payments(_ clearing: Clearing, _ assets: [Double]) -> Clearing.Workspace {
    var workspace = clearing.makeWorkspace()
    clearing.clear(externalAssets: assets, into: &workspace)
    return workspace
  }

  @Test(arguments: KnownClearing.cases.indices) func knownAnswers(index: Int) {
    let known = KnownClearing.cases[index]
    let clearing = Clearing(
      liabilities: Self.ring, externalLiabilities: [1.5, 0.5, 0.5], externalRecovery: known.recoveries.external,
      interbankRecovery: known.recoveries.interbank)
    let found = Self.payments(clearing, [0.5, 0.625, 0.75])
    for bank in 0..<3 {
      #expect(abs(found.payments[bank] - known.payments[bank]) < 1e-12)  // exact but for rounding
      #expect((found.roundOfDefault[bank] > 0) == known.defaulted[bank])
    }
  }

  /// Random systems of seven banks, with debts to outsiders, some of them insolvent.
  struct System {
    var liabilities: [[Double]]
    var external: [Double]
    var assets: [Double]

    init(_ seed: UInt64) {
      var random = PlainRandom(seed: seed)
      liabilities = (0..<7).map { i in (0..<7).map { j in i == j ? 0 : random.uniform() } }
      external = (0..<7).map { _ in random.uniform(0, 4) }
      assets = (0..<7).map { _ in random.uniform(0, 4.5) }
    }

    func clearing(_ recoveries: (Double, Double), thresholds: [Double]? = nil) -> Clearing {
      Clearing(
        liabilities: liabilities, externalLiabilities: external, thresholds: thresholds,
        externalRecovery: recoveries.0, interbankRecovery: recoveries.1)
    }
  }

  static let recoveries = [(1.0, 1.0), (0.5, 0.7), (0.6, 0.6), (0, 0)]

  /// The slow twin: payments lowered step by step from full payment until they stand still.
  @Test(arguments: 0..<60) func theSequenceAgreesWithPlainIteration(seed: Int) {
    let system = System(UInt64(seed))
    let (external, interbank) = Self.recoveries[seed % 4]
    let thresholds = (0..<7).map { Double(($0 + seed) % 3) * 0.1 }
    let clearing = system.clearing((external, interbank), thresholds: thresholds)
    let found = Self.payments(clearing, system.assets)
    let owed = clearing.obligations
    var payments = owed
    for _ in 0..<20_000 {
      payments = (0..<7).map { i in
        let received = (0..<7).reduce(0.0) { $0 + system.liabilities[$1][i] * payments[$1] / owed[$1] }
        let equity = system.assets[i] + received - owed[i]
        return equity >= thresholds[i] ? owed[i] : min(owed[i], external * system.assets[i] + interbank * received)
      }
    }
    // The iteration contracts at least by the external share of debts; 1e-9 is far above what it leaves.
    for i in 0..<7 { #expect(abs(found.payments[i] - payments[i]) < 1e-9) }
  }

  @Test(arguments: 0..<60) func paymentsStayWithinDebtsAndRiseWithAssets(seed: Int) {
    let system = System(UInt64(seed))
    let clearing = system.clearing(Self.recoveries[seed % 4])
    let before = Self.payments(clearing, system.assets)
    var richer = system.assets
    richer[seed % 7] += 0.5
    let after = Self.payments(clearing, richer)
    for i in 0..<7 {
      #expect(before.payments[i] >= 0 && before.payments[i] <= clearing.obligations[i])
      #expect(after.payments[i] >= before.payments[i] - 1e-12)
    }
  }

  @Test(arguments: 0..<20) func theOrderOfBanksDoesNotMatter(seed: Int) {
    let system = System(UInt64(seed))
    let order = [3, 0, 6, 2, 5, 1, 4]
    var shuffled = system
    shuffled.liabilities = order.map { i in order.map { j in system.liabilities[i][j] } }
    shuffled.external = order.map { system.external[$0] }
    shuffled.assets = order.map { system.assets[$0] }
    let plain = Self.payments(system.clearing((0.5, 0.7)), system.assets)
    let other = Self.payments(shuffled.clearing((0.5, 0.7)), shuffled.assets)
    for (position, original) in order.enumerated() {
      #expect(abs(other.payments[position] - plain.payments[original]) < 1e-12)
      #expect(other.roundOfDefault[position] == plain.roundOfDefault[original])
    }
  }

  @Test func withoutDefaultEveryoneIsPaid() {
    let clearing = Clearing(liabilities: Self.ring, externalLiabilities: [1.5, 0.5, 0.5], externalRecovery: 0.2)
    let found = Self.payments(clearing, [2, 2, 2])
    #expect(found.payments == clearing.obligations && found.rounds == 0)
  }

  /// Bank 2 fails by itself; what it does not pay brings down 1, and that brings down 0.
  @Test func defaultsAreCountedByRound() {
    let clearing = Clearing(liabilities: [[0, 0, 0], [10, 0, 0], [0, 10, 0]], externalLiabilities: [9, 0, 0])
    let found = Self.payments(clearing, [0, 1, 0])
    #expect(found.roundOfDefault == [3, 2, 1])
    #expect(found.payments == [1, 1, 0])
  }

  /// Solvent but below its threshold: bankruptcy costs alone decide what creditors get.
  @Test func aBankBelowItsThresholdPaysFromWhatCostsLeave() {
    let clearing = Clearing(
      liabilities: [[0, 50], [0, 0]], externalLiabilities: [50, 0], thresholds: [5, 0], externalRecovery: 0.6,
      interbankRecovery: 0.6)
    #expect(abs(Self.payments(clearing, [104, 10]).payments[0] - 62.4) < 1e-12)
    #expect(Self.payments(clearing, [105, 10]).payments[0] == 100)
  }
}
