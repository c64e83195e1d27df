import TestSupport
import Testing

@testable import Contagion

@Suite struct DebtRankTests {
  /// Two banks that owe each other: Λ(0,1) = 30/100, Λ(1,0) = 20/50. A first shock of one half on bank 0 alone.
  /// h = (I − Λ)⁻¹ (0.5, 0): determinant 0.88, h(0) = 0.5/0.88, h(1) = 0.4 · 0.5/0.88.
  @Test func twoBanksByHand() {
    let debtRank = DebtRank(liabilities: [[0, 20], [30, 0]], equities: [100, 50])
    var workspace = debtRank.makeWorkspace()
    let found = debtRank.spread([0.5, 0], into: &workspace)
    #expect(abs(workspace.losses[0] - 0.5 / 0.88) < 1e-14)
    #expect(abs(workspace.losses[1] - 0.2 / 0.88) < 1e-14)
    #expect(abs(found - ((0.5 / 0.88 - 0.5) * 100 + 0.2 / 0.88 * 50) / 150) < 1e-14)
  }

  @Test func lossGivenDefaultScalesTheImpact() {
    let debtRank = DebtRank(liabilities: [[0, 20], [0, 0]], equities: [100, 50], lossGivenDefault: 0.4)
    var workspace = debtRank.makeWorkspace()
    _ = debtRank.spread([0.5, 0], into: &workspace)
    #expect(abs(workspace.losses[1] - 0.4 * 0.4 * 0.5) < 1e-15)
  }

  /// The closed form and the iteration are one thing while nobody is wiped out, and the iteration rules beyond.
  @Test(arguments: 0..<60) func theClosedFormAgreesWithIteration(seed: Int) {
    let system = ClearingTests.System(UInt64(seed))
    let debtRank = DebtRank(liabilities: system.liabilities, equities: system.external.map { $0 + 4 })
    let size = seed < 40 ? 0.15 : 0.8
    let shock = system.assets.map { min(1, $0 * size / 4.5) }
    var fast = debtRank.makeWorkspace()
    var slow = debtRank.makeWorkspace()
    let first = debtRank.spread(shock, into: &fast)
    let second = debtRank.iterate(shock, into: &slow)
    // Changes stop at 1e-12 and shrink at least by a third a round: what is left is of that order.
    #expect(abs(first - second) < 1e-11)
    for i in 0..<7 { #expect(abs(fast.losses[i] - slow.losses[i]) < 1e-11) }
    if seed < 40 && !slow.losses.contains(1) { #expect(fast.rounds == 0) }
    #expect(fast.losses.allSatisfy { (0...1).contains($0) })
  }

  /// Claims on others above equity: the dynamics grow until banks are wiped out, and no closed form may be used.
  @Test func anExplosiveNetworkIsIterated() {
    let debtRank = DebtRank(liabilities: [[0, 200], [200, 0]], equities: [100, 100])
    var workspace = debtRank.makeWorkspace()
    _ = debtRank.spread([0.01, 0], into: &workspace)
    #expect(workspace.rounds > 0)
    #expect(workspace.losses == [1, 1])
  }

  /// All unit vectors at once, and one after the other: the same bits, zeros on the diagonal that ask for pivots included.
  @Test(arguments: [1, 2, 5, 32]) func theInverseIsThatOfOneColumnAtATime(count: Int) {
    var random = PlainRandom(seed: UInt64(count))
    let matrix = (0..<count * count).map { $0 % (count + 1) == 0 && count % 2 == 0 ? 0 : random.uniform(0.1, 1) }
    var destroyed = matrix
    let inverse = LinearSystem.inverse(&destroyed, count: count)
    for column in 0..<count {
      var copy = matrix
      var unit = [Double](repeating: 0, count: count)
      unit[column] = 1
      LinearSystem.solve(&copy, &unit, count: count)
      for row in 0..<count { #expect(inverse[row * count + column] == unit[row]) }
    }
  }

  @Test func noShockSpreadsNothing() {
    let debtRank = DebtRank(liabilities: [[0, 20], [30, 0]], equities: [100, 50])
    var workspace = debtRank.makeWorkspace()
    #expect(debtRank.spread([0, 0], into: &workspace) == 0)
  }
}
