import Banking
import Contagion
import MacroScenarios
import PathSimulation
import SatelliteModels
import Stochastics

/// One worker's scratch, and the row itself: shocks → loss rates and revenue → capital → contagion → columns.
final class PipelineWorker: PathWorker {
  private let pipeline: PathPipeline
  private let projector: LossRateProjector
  private var simulation: PathSimulator.Workspace
  private var capital: CapitalWorkspace
  private var contagion: [ContagionModel.Workspace]
  /// `[path][quarter][factor]`
  private let factors: UnsafeMutableBufferPointer<Double>
  /// `[path][quarter][series]`
  private let seriesRates: UnsafeMutableBufferPointer<Double>
  /// `[path][quarter][loanType]`
  private let rates: UnsafeMutableBufferPointer<Double>
  /// `[path][capitalQuarter]`
  private let revenueResponses: UnsafeMutableBufferPointer<Double>
  /// `[path][bank][loanType]` of one tile of paths; all ones where none are drawn.
  private let effects: UnsafeMutableBufferPointer<Double>
  private let effectScratch: UnsafeMutableBufferPointer<Double>
  /// `[bank]`
  private let lowestCet1: UnsafeMutableBufferPointer<Double>
  /// `[component][bank]` of one path, over the capital quarters.
  private let contributions: UnsafeMutableBufferPointer<Double>
  /// How far each path of the block is moved into the tail; empty where none is.
  private let amounts: UnsafeMutableBufferPointer<Double>
  private var tailScratch: [Double] = []
  /// `[bank][walkItem]` of one path; the bank after the last is the system.
  private let walkItems: UnsafeMutableBufferPointer<Double>

  init(_ pipeline: PathPipeline) {
    let scenario = pipeline.scenario, bankCount = pipeline.walk.banks.count
    let pathQuarters = pathsPerBlock * scenario.horizon
    self.pipeline = pipeline
    projector = pipeline.lossRates.makeProjector()
    simulation = pipeline.simulator.makeWorkspace()
    capital = pipeline.walk.makeWorkspace()
    contagion = pipeline.networks.map { $0.makeWorkspace() }
    factors = Self.buffer(pathQuarters * scenario.factors.count)
    seriesRates = Self.buffer(pathQuarters * LoanSeries.count)
    rates = Self.buffer(pathQuarters * LoanType.count)
    revenueResponses = Self.buffer(pathsPerBlock * scenario.capitalHorizon)
    effects = Self.buffer(NormalField.pathsPerTile * bankCount * LoanType.count, of: 1)
    effectScratch = Self.buffer(BankEffects.scratchCount)
    lowestCet1 = Self.buffer(bankCount)
    contributions = Self.buffer(bankCount * CapitalComponent.count)
    walkItems = Self.buffer((bankCount + 1) * WalkItem.count)
    amounts = Self.buffer(pipeline.tail == nil ? 0 : pathsPerBlock)
  }

  deinit {
    for buffer in [
      factors, seriesRates, rates, revenueResponses, effects, effectScratch, lowestCet1, contributions, walkItems,
      amounts,
    ] { buffer.deallocate() }
  }

  private static func buffer(_ count: Int, of value: Double = 0) -> UnsafeMutableBufferPointer<Double> {
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    buffer.initialize(repeating: value)
    return buffer
  }

  func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) throws {
    if let tail = pipeline.tail { move(firstPath, count, tail, into: chunk, at: offset) }
    simulate(firstPath, count)
    let keepsFans = pipeline.keepsFans(firstPath: firstPath)
    if keepsFans { keepFans(count, chunk, offset) }
    for path in 0..<count {
      if path % NormalField.pathsPerTile == 0 { drawEffects(firstPath, path, count) }
      walk(path)
      let loss = keepCapital(chunk, offset + path)
      if keepsFans { keepBankFans(chunk, offset + path) }
      keepContributions(chunk, loss)
      keepContagion(chunk, offset + path)
    }
  }

  /// Says how far each path goes into the tail, and keeps what it weighs there.
  private func move(_ firstPath: Int, _ count: Int, _ tail: TailDraws, into chunk: PathChunk, at offset: Int) {
    for tile in stride(from: 0, to: count, by: NormalField.pathsPerTile) {
      var places = UnsafeMutableBufferPointer(rebasing: amounts[tile..<tile + NormalField.pathsPerTile]).mutableSpan
      tail.fill(
        firstPath: firstPath + tile, pipeline.movedFields, amounts: &places, scratch: &tailScratch
      ) { path, weight in
        if tile + path < count { chunk.set(pipeline.layout.weight, offset + tile + path, to: weight) }
      }
    }
  }

  /// Fills factors, rates and revenue of the block.
  private func simulate(_ firstPath: Int, _ count: Int) {
    var factorSpan = factors.mutableSpan
    pipeline.simulator.simulate(
      firstPath: firstPath, count: count, movedBy: amounts.span, into: &factorSpan, workspace: &simulation)
    var seriesSpan = seriesRates.mutableSpan
    projector.project(
      factors: factors.span, firstPath: firstPath, count: count, movedBy: amounts.span, into: &seriesSpan)
    var rateSpan = rates.mutableSpan
    pipeline.mapping.spread(seriesRates.span, into: &rateSpan)
    var revenueSpan = revenueResponses.mutableSpan
    pipeline.revenue.project(factors: factors.span, horizon: pipeline.scenario.horizon, into: &revenueSpan)
  }

  /// Fills the bank effects of one tile of paths: those of a whole block would not stay in the core's cache.
  private func drawEffects(_ firstPath: Int, _ path: Int, _ count: Int) {
    guard let bankEffects = pipeline.bankEffects else { return }
    var effectSpan = effects.mutableSpan, scratchSpan = effectScratch.mutableSpan
    let width = NormalField.pathsPerTile
    bankEffects.draw(
      firstPath: firstPath + path, count: min(count - path, width),
      movedBy: amounts.isEmpty ? amounts.span : amounts.span.extracting(path..<path + width), into: &effectSpan,
      scratch: &scratchSpan)
  }

  private func walk(_ path: Int) {
    let rateCount = pipeline.scenario.horizon * LoanType.count, quarters = pipeline.scenario.capitalHorizon
    let lossQuarters = (quarters + CapitalWalk.quartersAhead) * LoanType.count
    let effectCount = pipeline.walk.banks.count * LoanType.count
    let row = path % NormalField.pathsPerTile
    pipeline.walk.walk(
      lossRates: rates.span.extracting(path * rateCount..<path * rateCount + lossQuarters),
      effects: effects.span.extracting(row * effectCount..<(row + 1) * effectCount),
      revenueResponse: revenueResponses.span.extracting(path * quarters..<(path + 1) * quarters), into: &capital)
  }

  /// - Returns: the system's loan loss on this path.
  private func keepCapital(_ chunk: PathChunk, _ index: Int) -> Double {
    let layout = pipeline.layout, banks = pipeline.walk.banks, requirements = pipeline.walk.requirements
    let lastQuarter = pipeline.scenario.capitalHorizon - 1
    var loss = 0.0, proxyLoss = 0.0, breaching = 0.0
    for type in LoanType.allCases {
      let typeLoss = capital.loanLosses(on: type)
      chunk.set(layout.loanTypeLoss(type.rawValue), index, to: typeLoss)
      loss += typeLoss
      if LoanTypeMapping.isProxy(type) { proxyLoss += typeLoss }
    }
    for quarter in 0..<pipeline.scenario.capitalHorizon {
      chunk.set(layout.systemRatio(quarter: quarter), index, to: capital.systemCet1Ratio(quarter: quarter))
    }
    for bank in banks.indices {
      let minimum = capital.minimumCet1Ratio(bank: bank)
      let lowest = minimum * banks[bank].riskWeightedAssets
      lowestCet1[bank] = lowest
      if minimum < requirements[bank] { breaching += 1 }
      chunk.set(layout.bank(bank, .loanLoss), index, to: capital.loanLosses(bank: bank))
      chunk.set(layout.bank(bank, .capitalDepletion), index, to: banks[bank].cet1 - lowest)
      chunk.set(layout.bank(bank, .minimumRatio), index, to: minimum)
      chunk.set(layout.bank(bank, .endRatio), index, to: capital.cet1Ratio(bank: bank, quarter: lastQuarter))
    }
    let lowestSystem = capital.systemMinimumCet1Ratio * pipeline.walk.systemRiskWeightedAssets
    chunk.set(layout.system(.loanLoss), index, to: loss)
    chunk.set(layout.system(.loanLossWithoutProxies), index, to: loss - proxyLoss)
    chunk.set(layout.system(.capitalDepletion), index, to: pipeline.walk.systemCet1 - lowestSystem)
    chunk.set(layout.system(.minimumRatio), index, to: capital.systemMinimumCet1Ratio)
    chunk.set(layout.system(.banksBreaching), index, to: breaching)
    return loss
  }

  /// Each bank's ratios of the quarters before the last, which `keepCapital` keeps for every path.
  private func keepBankFans(_ chunk: PathChunk, _ index: Int) {
    for bank in pipeline.walk.banks.indices {
      for quarter in 0..<pipeline.scenario.capitalHorizon - 1 {
        chunk.set(
          pipeline.layout.bankRatio(bank, quarter: quarter), index,
          to: capital.cet1Ratio(bank: bank, quarter: quarter))
      }
    }
  }

  private func keepContributions(_ chunk: PathChunk, _ loss: Double) {
    var span = contributions.mutableSpan
    capital.totalContributions(into: &span)
    let bankCount = pipeline.walk.banks.count
    for cell in 0..<walkItems.count { walkItems[cell] = 0 }
    for component in 0..<CapitalComponent.count {
      let item = WalkItem.ofComponents[component]
      for bank in 0..<bankCount {
        let value = contributions[component * bankCount + bank]
        walkItems[bank * WalkItem.count + item] += value
        walkItems[bankCount * WalkItem.count + item] += value
      }
    }
    for cell in 0..<walkItems.count {
      let value = walkItems[cell]
      chunk.sums[2 * cell] += value
      chunk.sums[2 * cell + 1] += value * value
    }
    for bank in 0...bankCount {
      var change = 0.0
      for item in 0..<WalkItem.count { change += walkItems[bank * WalkItem.count + item] }
      chunk.sums[pipeline.sums.change(bank: bank)] += change
      chunk.sums[pipeline.sums.change(bank: bank) + 1] += change * change
    }
    let provisions = walkItems[bankCount * WalkItem.count + WalkItem.provisions.rawValue]
    chunk.sums[pipeline.sums.provisionsTimesLosses] += provisions * loss
  }

  private func keepContagion(_ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, sums = pipeline.sums
    for (network, model) in pipeline.networks.enumerated() {
      model.propagate(lowestCet1: lowestCet1.span, into: &contagion[network])
      let defaults = contagion[network].firstRoundDefaults, contagious = contagion[network].contagiousDefaults
      chunk.set(layout.network(network, .defaults), index, to: Double(defaults))
      chunk.set(layout.network(network, .contagionDefaults), index, to: Double(contagious))
      chunk.set(layout.network(network, .clearingShortfall), index, to: contagion[network].contagionLosses)
      chunk.set(layout.network(network, .debtRank), index, to: contagion[network].debtRank)
      for bank in 0..<layout.bankCount {
        let distress = contagion[network].distress.losses[bank] - contagion[network].shock[bank]
        let cell = sums.distress(network: network, bank: bank)
        chunk.sums[cell] += distress
        chunk.sums[cell + 1] += distress * distress
      }
    }
  }

  private func keepFans(_ count: Int, _ chunk: PathChunk, _ offset: Int) {
    let layout = pipeline.layout
    for path in 0..<count {
      for quarter in 0..<layout.horizon {
        let row = (path * layout.horizon + quarter) * layout.factorCount
        for factor in 0..<layout.factorCount {
          chunk.set(layout.factor(factor, quarter: quarter), offset + path, to: factors[row + factor])
        }
      }
      for quarter in 0..<layout.capitalQuarterCount {
        let row = (path * layout.horizon + quarter) * LoanType.count
        for type in 0..<LoanType.count {
          chunk.set(layout.annualisedRate(type, quarter: quarter), offset + path, to: rates[row + type])
        }
      }
    }
  }
}
