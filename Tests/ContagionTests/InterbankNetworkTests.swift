import Banking
import MacroScenarios
import TestSupport
import Testing

@testable import Contagion

@Suite struct InterbankNetworkTests {
  static func banks(_ jumpOff: String) throws -> [Bank] {
    let path = repositoryFile("scenarios/data/us-banks-\(jumpOff.lowercased()).csv")
    return try BankTable(contentsOf: path, jumpOff: Quarter(jumpOff)!).banks
  }

  @Test(arguments: ["2023Q4", "2025Q4"], [0.1, 0.4, 1]) func theTotalsAreMetInside(
    jumpOff: String, share: Double
  ) throws {
    let banks = try Self.banks(jumpOff)
    let network = try InterbankNetwork(banks: banks, insideShare: share)
    let assets = banks.map { $0.intraFinancialAssets! }
    let liabilities = banks.map { $0.intraFinancialLiabilities! }
    let owed = assets.reduce(0, +)
    let owing = liabilities.reduce(0, +)
    let total = share * min(owed, owing)
    for i in banks.indices {
      #expect(network.liabilities[i][i] == 0)
      #expect(network.liabilities[i].allSatisfy { $0 >= 0 })
      // Scaling ends at 1e-13 relative; sums of 32 figures add rounding.
      #expect(abs(network.insideLiabilities[i] - total * liabilities[i] / owing) < 1e-9 * liabilities[i])
      #expect(abs(network.insideAssets[i] - total * assets[i] / owed) < 1e-9 * assets[i])
    }
    #expect(abs(network.insideAssets.reduce(0, +) - total) < 1e-9 * total)
    #expect(abs(network.insideLiabilities.reduce(0, +) - total) < 1e-9 * total)
  }

  /// Greatest entropy under an empty diagonal has the form x(i) y(j) off the diagonal: every 2 × 2 ratio is one.
  @Test func theMatrixHasTheFormOfGreatestEntropy() throws {
    let network = try InterbankNetwork(assets: [5, 4, 3, 2], liabilities: [2, 3, 4, 5], insideShare: 1)
    let l = network.liabilities
    // Rows 0, 1 and columns 2, 3 avoid the diagonal. Tolerance: the scaling ends at 1e-13.
    #expect(abs(l[0][2] * l[1][3] / (l[0][3] * l[1][2]) - 1) < 1e-12)
    #expect(abs(l[2][0] * l[3][1] / (l[2][1] * l[3][0]) - 1) < 1e-12)
  }

  @Test func aBankTooLargeForAnyNetworkIsRefused() {
    #expect(throws: InvalidInput.self) {
      try InterbankNetwork(assets: [100, 1, 1], liabilities: [100, 1, 1], insideShare: 0.5)
    }
  }

  @Test func nothingInsideIsAnEmptyNetwork() throws {
    let network = try InterbankNetwork(assets: [5, 4, 3], liabilities: [2, 3, 4], insideShare: 0)
    #expect(network.liabilities.flatMap { $0 }.allSatisfy { $0 == 0 })
  }
}

@Suite struct ContagionModelTests {
  static func model(_ share: Double) throws -> (ContagionModel, [Bank]) {
    let banks = try InterbankNetworkTests.banks("2025Q4")
    let network = try InterbankNetwork(banks: banks, insideShare: share)
    return (ContagionModel(banks: banks, network: network, recovery: 0.6), banks)
  }

  /// What one path of a tile comes to.
  struct Outcome {
    let firstRoundDefaults, contagiousDefaults, contagionLosses, debtRank: Double
    let distress: [Double]
  }

  private static let lane = 21

  /// On one path of a tile, the others losing less and more.
  static func outcome(
    _ model: ContagionModel, _ lowest: [Double], in workspace: inout ContagionModel.Workspace
  ) -> Outcome {
    let rows = lowest.flatMap { value in (0..<64).map { $0 == lane ? value : value * Double($0) / 50 } }
    model.propagate(lowestCet1: rows.span, into: &workspace)
    return Outcome(
      firstRoundDefaults: workspace.firstRoundDefaults[lane], contagiousDefaults: workspace.contagiousDefaults[lane],
      contagionLosses: workspace.contagionLosses[lane], debtRank: workspace.debtRank[lane],
      distress: lowest.indices.map { workspace.distress[$0 * 64 + lane] })
  }

  static func outcome(_ model: ContagionModel, _ lowest: [Double]) -> Outcome {
    var workspace = model.makeWorkspace()
    return outcome(model, lowest, in: &workspace)
  }

  /// The tile against one path at a time, step by step.
  @Test(arguments: [0.1, 0.4]) func theTileSpreadsDistressAsOnePathDoes(share: Double) throws {
    let (model, banks) = try Self.model(share)
    var single = model.debtRank.makeWorkspace()
    for depth in 0..<12 {
      let lowest = banks.enumerated().map { index, bank in
        bank.cet1 * (1.1 - 0.08 * Double(depth) - 0.3 * Double(index % 5) * Double(depth) / 12)
      }
      let shock = zip(banks, lowest).map { min(1, max(0, ($0.cet1 - $1) / $0.cet1)) }
      let system = model.debtRank.iterate(shock, into: &single)
      let found = Self.outcome(model, lowest)
      // Changes stop at 1e-12 and shrink by a third a round at the least.
      expectClose(found.debtRank, system, absolute: 1e-11, "depth \(depth)")
      expectClose(found.distress, zip(single.losses, shock).map { $0 - $1 }, absolute: 1e-11, "depth \(depth)")
    }
  }

  @Test func withoutLossesNothingSpreads() throws {
    let (model, banks) = try Self.model(0.4)
    let found = Self.outcome(model, banks.map(\.cet1))
    #expect(found.firstRoundDefaults == 0 && found.contagiousDefaults == 0)
    #expect(found.contagionLosses == 0 && found.debtRank == 0)
  }

  @Test func oneFailureCostsItsCreditorsWhatRecoveryLeaves() throws {
    let (model, banks) = try Self.model(0.4)
    var lowest = banks.map(\.cet1)
    lowest[0] = 0.04 * banks[0].riskWeightedAssets
    let found = Self.outcome(model, lowest)
    #expect(found.firstRoundDefaults == 1 && found.contagiousDefaults == 0)
    // It owes a, has a + CET1 at its lowest (inside claims paid in full); creditors get 60 % of that, pro rata.
    let owed = banks[0].averageAssets - banks[0].cet1
    let shortfall = 1 - 0.6 * (owed + lowest[0]) / owed
    let expected = shortfall * model.network.insideLiabilities[0]
    #expect(abs(found.contagionLosses - expected) < 1e-9 * expected)
  }

  @Test func distressSpreadsWithoutDefaultAndMoreInAWiderNetwork() throws {
    var sizes: [Double] = []
    for share in [0.1, 0.4] {
      let (model, banks) = try Self.model(share)
      let found = Self.outcome(model, banks.map { 0.8 * $0.cet1 })
      #expect(found.firstRoundDefaults == 0 && found.contagionLosses == 0)
      sizes.append(found.debtRank)
    }
    #expect(sizes[0] > 0 && sizes[1] > 3 * sizes[0])
  }

  @Test func aWorkspaceForgetsThePathBefore() throws {
    let (model, banks) = try Self.model(0.4)
    var workspace = model.makeWorkspace()
    let failing = banks.map { 0.3 * $0.cet1 }
    let sound = banks.map { 0.9 * $0.cet1 }
    let bad = Self.outcome(model, failing, in: &workspace)
    #expect(bad.firstRoundDefaults > 0 && bad.contagionLosses > 0)
    let good = Self.outcome(model, sound, in: &workspace)
    #expect(good.contagionLosses == 0 && good.contagiousDefaults == 0)
    #expect(good.debtRank == Self.outcome(model, sound).debtRank)
  }

  @Test func moreLossesNeverMeanLessContagion() throws {
    let (model, banks) = try Self.model(0.4)
    var last = 0.0
    for step in 0...20 {
      let found = Self.outcome(model, banks.map { (1 - 0.05 * Double(step)) * $0.cet1 })
      #expect(found.contagionLosses >= last - 1e-6)
      last = found.contagionLosses
    }
    #expect(last > 0)
  }
}
