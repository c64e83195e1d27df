import Banking
import Contagion
import MacroScenarios
import SatelliteModels
import StressTesting
import TileArithmetic
import Stochastics

/// Bank effects, the walk of every bank's capital, and contagion at both ends of the inside share.
final class CapitalSection: Section {
  static let pathsPerTurn = Tile.width

  /// What all threads share, made once.
  struct Plan {
    let walk: CapitalWalk
    let bankEffects: BankEffects
    let networks: [ContagionModel]
    /// Of one tile each: `[quarter][loanType]` and `[capitalQuarter]` rows.
    let lossRates, revenueResponses: [[Double]]

    init(_ inputs: SectionInputs) throws {
      let scenario = inputs.test.scenario, pipeline = inputs.test.pipeline, banks = inputs.banks
      walk = CapitalWalk(banks: banks, rules: pipeline.walk.rules, quarterCount: inputs.size.capitalQuarters)
      bankEffects = BankEffects(
        pipeline.lossRates.model.bankEffects, banks: Array(1...banks.count),
        balances: banks.flatMap { $0.balances.map { $0 ?? 0 } }, seed: 1)
      networks = try scenario.network.insideShare.map { share in
        ContagionModel(
          banks: banks, network: try InterbankNetwork(banks: banks, insideShare: share),
          recovery: scenario.network.recovery, defaultBelow: scenario.network.defaultBelow)
      }
      lossRates = Self.tiles(inputs.lossRates)
      revenueResponses = Self.tiles(inputs.revenueResponses)
    }

    /// From `[path][place]` to `[place][path]`, tile by tile.
    private static func tiles(_ values: [Double]) -> [[Double]] {
      let width = Tile.width, places = values.count / SectionInputs.pathsPerBlock
      return stride(from: 0, to: SectionInputs.pathsPerBlock, by: width).map { first in
        (0..<places * width).map { values[(first + $0 % width) * places + $0 / width] }
      }
    }
  }

  private let plan: Plan
  private var capital: CapitalTile
  private var contagion: [ContagionModel.Workspace]
  private let effects: UnsafeMutableBufferPointer<Double>
  private let scratch: UnsafeMutableBufferPointer<Double>
  private let lowestCet1: UnsafeMutableBufferPointer<Double>

  init(_ plan: Plan) {
    let bankCount = plan.walk.banks.count
    self.plan = plan
    capital = plan.walk.makeTile()
    contagion = plan.networks.map { $0.makeWorkspace() }
    effects = .allocate(capacity: bankCount * LoanType.count * Tile.width)
    scratch = .allocate(capacity: BankEffects.scratchCount)
    lowestCet1 = .allocate(capacity: bankCount * Tile.width)
    for buffer in [effects, scratch, lowestCet1] { buffer.initialize(repeating: 0) }
  }

  deinit { for buffer in [effects, scratch, lowestCet1] { buffer.deallocate() } }

  func run(firstPath: Int) {
    var effectSpan = effects.mutableSpan, scratchSpan = scratch.mutableSpan
    plan.bankEffects.draw(TilePaths(from: firstPath), into: &effectSpan, scratch: &scratchSpan)
    let tile = firstPath / Tile.width % plan.lossRates.count
    let lossRates = plan.lossRates[tile], responses = plan.revenueResponses[tile]
    plan.walk.walk(
      lossRates: lossRates.span, effects: effects.span, revenueResponse: responses.span, into: &capital)
    let values = capital.values
    for (index, bank) in plan.walk.banks.enumerated() {
      let start = capital.startOfMinimumRatio(bank: index), assets = bank.riskWeightedAssets
      for path in 0..<Tile.width { lowestCet1[index * Tile.width + path] = values[start + path] * assets }
    }
    for index in plan.networks.indices {
      plan.networks[index].propagate(lowestCet1: lowestCet1.span, into: &contagion[index])
    }
  }
}
