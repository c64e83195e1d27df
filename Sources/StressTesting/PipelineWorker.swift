import Banking
import CTile
import Contagion
import MacroScenarios
import PathSimulation
import RiskMeasures
import SatelliteModels
import Stochastics
import TileArithmetic

/// One worker's scratch, and the row itself: shocks → loss rates and revenue → capital → contagion → columns.
///
/// Paths go through it a tile at a time, 64 beside one another: what a whole block needs would not stay in the core's cache.
final class PipelineWorker: TailWorker {
  private let pipeline: PathPipeline
  private let projector: LossRateProjector
  private var simulation: PathSimulator.Workspace
  private var capital: CapitalTile
  /// Of the same paths under another assumption.
  private var comparison: CapitalTile
  private var contagion: [ContagionModel.Workspace]

  // In rows of 64 paths; places that the last tile does not fill hold paths that nobody asked for.

  /// `[quarter][factor]`
  private let factors: UnsafeMutableBufferPointer<Double>
  /// `[quarter][series]`
  private let seriesRates: UnsafeMutableBufferPointer<Double>
  /// `[quarter][loanType]`
  private let rates: UnsafeMutableBufferPointer<Double>
  /// `[capitalQuarter]`
  private let responses: UnsafeMutableBufferPointer<Double>
  /// `[bank][loanType]`; all ones where none are drawn.
  private let effects: UnsafeMutableBufferPointer<Double>
  private let effectScratch: UnsafeMutableBufferPointer<Double>
  /// `[bank]`
  private let lowestCet1: UnsafeMutableBufferPointer<Double>
  /// How far each path is moved into the tail; empty where none is.
  private let amounts: UnsafeMutableBufferPointer<Double>
  private var tailScratch: [Double] = []
  private let row: UnsafeMutableBufferPointer<Double>
  /// `[bank][total]`, sums and sums of squares over the paths of a tile.
  private let totalSums: UnsafeMutableBufferPointer<Double>
  /// `[row][pair]`, a tile's rows of which sums are kept, pair by pair; empty where paths are no pairs.
  private let pairs: UnsafeMutableBufferPointer<Double>

  init(_ pipeline: PathPipeline) {
    let scenario = pipeline.scenario, bankCount = pipeline.walk.banks.count
    let width = Tile.width, quarterRows = width * scenario.horizon
    self.pipeline = pipeline
    projector = pipeline.lossRates.makeProjector()
    simulation = pipeline.simulator.makeWorkspace()
    capital = pipeline.walk.makeTile()
    comparison = pipeline.walk.makeTile()
    contagion = pipeline.networks.map { $0.makeWorkspace() }
    factors = Self.buffer(quarterRows * scenario.factors.count)
    seriesRates = Self.buffer(quarterRows * LoanSeries.count)
    rates = Self.buffer(quarterRows * LoanType.count)
    responses = Self.buffer(scenario.capitalHorizon * width)
    effects = Self.buffer(bankCount * LoanType.count * width, of: 1)
    effectScratch = Self.buffer(BankEffects.scratchCount)
    lowestCet1 = Self.buffer(bankCount * width)
    row = Self.buffer(width)
    amounts = Self.buffer(pipeline.tail == nil && pipeline.leading == nil ? 0 : width)
    totalSums = Self.buffer((bankCount + 1) * CapitalTile.Total.count * 2)
    pairs = Self.buffer(pipeline.dependence == .pairs ? (bankCount + 1) * CapitalTile.Total.count * width : 0)
  }

  deinit {
    for buffer in [
      factors, seriesRates, rates, responses, effects, effectScratch, lowestCet1, row, totalSums, amounts, pairs,
    ] { buffer.deallocate() }
  }

  private static func buffer(_ count: Int, of value: Double = 0) -> UnsafeMutableBufferPointer<Double> {
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    buffer.initialize(repeating: value)
    return buffer
  }

  func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) {
    let keepsFans = pipeline.layout.hasIllustrations && firstPath < ColumnLayout.fanPathCount
    for first in stride(from: 0, to: count, by: Tile.width) {
      let paths = TilePaths(from: firstPath + first), count = min(Tile.width, count - first)
      if let tail = pipeline.tail { move(paths, count, tail, into: chunk, at: offset + first) }
      if let leading = pipeline.leading {
        var places = amounts.mutableSpan
        leading.fill(paths, amounts: &places, scratch: &tailScratch)
      }
      project(paths, count: count, keepsFans: keepsFans, into: chunk, at: offset + first)
      keepComparisons(firstPath, count, chunk, offset + first)
    }
  }

  /// A tile of paths, of which the first `count` are kept from `index` on.
  func project(_ paths: TilePaths, count: Int, keepsFans: Bool = false, into chunk: PathChunk, at index: Int) {
    carry(paths)
    if keepsFans { keepFactorFans(count, chunk, index) }
    keepCapital(count, chunk, index)
    if keepsFans { keepFans(count, chunk, index) }
    keepSums(count, chunk, index)
    keepContagion(count, chunk, index)
  }

  /// As far as the banks' capital.
  func carry(_ paths: TilePaths) {
    simulate(paths)
    drawEffects(paths)
    walk()
  }

  /// What the tile that was carried last costs the system.
  func tellSystem(losses: inout [Float], depletions: inout [Float], at first: Int) {
    let system = pipeline.walk.banks.count, values = capital.values
    let loss = capital.start(of: .loanLosses, bank: system), minimum = capital.startOfMinimumRatio(bank: system)
    for path in 0..<Tile.width {
      losses[first + path] = Float(values[loss + path])
      depletions[first + path] = -Float(values[minimum + path])
    }
  }

  /// Says how far each path of a tile goes into the tail, and keeps what it weighs there.
  private func move(_ paths: TilePaths, _ count: Int, _ tail: TailDraws, into chunk: PathChunk, at index: Int) {
    var places = amounts.mutableSpan
    tail.fill(paths, pipeline.movedFields, amounts: &places, scratch: &tailScratch) { path, weight in
      if path < count { chunk.set(pipeline.layout.weight, index + path, to: weight) }
    }
  }

  /// Fills factors, loss rates and revenue.
  private func simulate(_ paths: TilePaths) {
    var factorSpan = factors.mutableSpan
    pipeline.simulator.simulateTile(paths, movedBy: amounts.span, into: &factorSpan, workspace: &simulation)
    var seriesSpan = seriesRates.mutableSpan
    projector.projectTile(factors: factors.span, paths, movedBy: amounts.span, into: &seriesSpan)
    var rateSpan = rates.mutableSpan
    pipeline.mapping.spread(seriesRates.span, into: &rateSpan, width: Tile.width)
    var responseSpan = responses.mutableSpan
    pipeline.revenue.projectTile(factors: factors.span, into: &responseSpan)
  }

  private func drawEffects(_ paths: TilePaths) {
    guard let bankEffects = pipeline.bankEffects else { return }
    var effectSpan = effects.mutableSpan, scratchSpan = effectScratch.mutableSpan
    bankEffects.draw(paths, movedBy: amounts.span, into: &effectSpan, scratch: &scratchSpan)
  }

  private func walk() {
    pipeline.walk.walk(
      lossRates: rates.span, effects: effects.span, revenueResponse: responses.span, into: &capital)
  }

  private func keepCapital(_ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, banks = pipeline.walk.banks, system = banks.count, values = capital.values
    keepSystemLosses(paths, chunk, index)
    for quarter in 0..<pipeline.scenario.capitalHorizon {
      chunk.set(
        layout.systemRatio(quarter: quarter), index, paths, to: values.span,
        from: capital.startOfRatio(quarter: quarter, bank: system))
    }
    for bank in banks.indices { keepBank(bank, paths, chunk, index) }
    chunk.set(
      layout.system(.minimumRatio), index, paths, to: values.span,
      from: capital.startOfMinimumRatio(bank: system))
    deplete(
      from: pipeline.walk.systemCet1, pipeline.walk.systemRiskWeightedAssets, capital,
      capital.startOfMinimumRatio(bank: system), lowest: nil)
    chunk.set(layout.system(.capitalDepletion), index, paths, to: row.span)
    countBreaches()
    chunk.set(layout.system(.banksBreaching), index, paths, to: row.span)
  }

  private func keepSystemLosses(_ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, values = capital.values
    let start = capital.start(of: .loanLosses, bank: pipeline.walk.banks.count)
    chunk.set(layout.system(.loanLoss), index, paths, to: values.span, from: start)
    for path in 0..<Tile.width { row[path] = values[start + path] }
    for type in LoanType.allCases {
      let start = capital.startOfLosses(on: type)
      chunk.set(layout.loanTypeLoss(type.rawValue), index, paths, to: values.span, from: start)
      guard LoanTypeMapping.isProxy(type) else { continue }
      for path in 0..<Tile.width { row[path] -= values[start + path] }
    }
    chunk.set(layout.system(.loanLossWithoutProxies), index, paths, to: row.span)
  }

  private func keepBank(_ bank: Int, _ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, values = capital.values, minimum = capital.startOfMinimumRatio(bank: bank)
    deplete(
      from: pipeline.walk.banks[bank].cet1, pipeline.walk.banks[bank].riskWeightedAssets, capital, minimum,
      lowest: lowestCet1.baseAddress.map { $0 + bank * Tile.width })
    chunk.set(layout.bank(bank, .capitalDepletion), index, paths, to: row.span)
    chunk.set(layout.bank(bank, .minimumRatio), index, paths, to: values.span, from: minimum)
    chunk.set(
      layout.bank(bank, .loanLoss), index, paths, to: values.span,
      from: capital.start(of: .loanLosses, bank: bank))
    chunk.set(
      layout.bank(bank, .endRatio), index, paths, to: values.span,
      from: capital.startOfRatio(quarter: pipeline.scenario.capitalHorizon - 1, bank: bank))
  }

  /// Fills `row` with what is lost of `start` down to the lowest ratios, which stand at `minimum`.
  /// - Parameter lowest: receives CET1 there.
  private func deplete(
    from start: Double, _ assets: Double, _ tile: CapitalTile, _ minimum: Int, lowest: UnsafeMutablePointer<Double>?
  ) {
    tile.values.withUnsafeBufferPointer { values in
      Tile.kernels.depletion(start, assets, values.baseAddress.map { $0 + minimum }, lowest, row.baseAddress)
    }
  }

  /// Fills `row`.
  private func countBreaches() {
    let requirements = pipeline.walk.requirements, values = capital.values
    var counts = row.mutableSpan
    Tile.count(
      below: requirements.span, values.span, from: capital.startOfMinimumRatio(bank: 0), into: &counts)
  }

  /// Adds what each cause did to CET1.
  private func keepSums(_ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let system = pipeline.walk.banks.count, totals = CapitalTile.Total.count
    totalSums.update(repeating: 0)
    var sums = totalSums.mutableSpan
    addSums(capital.values.span, rows: (system + 1) * totals, paths: paths, to: &sums)
    let origin = startOfSums(index), groupSize = pipeline.dependence == .pairs ? 2.0 : 1
    for bank in 0...system {
      func add(_ cell: Int, _ total: CapitalTile.Total) {
        let source = 2 * (bank * totals + total.rawValue)
        chunk.sums[origin + cell] += totalSums[source]
        chunk.sums[origin + cell + 1] += totalSums[source + 1]
      }
      for (item, total) in WalkItem.ofTotals { add(pipeline.sums.contribution(item.rawValue, bank: bank), total) }
      add(pipeline.sums.change(bank: bank), .change)
      for (item, amount) in pipeline.constantItems[bank] {
        let cell = origin + pipeline.sums.contribution(item.rawValue, bank: bank)
        chunk.sums[cell] += Double(paths) * amount
        chunk.sums[cell + 1] += Double(paths) * groupSize * amount * amount
      }
    }
    let losses = capital.start(of: .loanLosses, bank: system)
    let provisions = capital.start(of: .provisions, bank: system)
    let product = origin + pipeline.sums.provisionsTimesLosses
    if pipeline.dependence == .pairs {
      for path in stride(from: 0, to: paths, by: 2) {
        chunk.sums[product] +=
          (capital.values[provisions + path] + capital.values[provisions + path + 1])
          * (capital.values[losses + path] + capital.values[losses + path + 1])
      }
    } else {
      for path in 0..<paths {
        chunk.sums[product] += capital.values[provisions + path] * capital.values[losses + path]
      }
    }
  }

  /// Where the sums of the block stand that begins or goes on at `index` within its chunk.
  private func startOfSums(_ index: Int) -> Int {
    pipeline.sumSetCount == 1 ? 0 : index / pathsPerBlock * pipeline.sums.count
  }

  /// Sums and sums of squares of rows; squares of the pairs' sums where paths are pairs.
  private func addSums(_ values: Span<Double>, rows: Int, paths: Int, to sums: inout MutableSpan<Double>) {
    guard pipeline.dependence == .pairs else { return Tile.addSums(values, rows: rows, paths: paths, to: &sums) }
    for first in stride(from: 0, to: rows * Tile.width, by: Tile.width) {
      for pair in 0..<Tile.width / 2 {
        pairs[first + pair] = values[first + 2 * pair] + values[first + 2 * pair + 1]
      }
    }
    Tile.addSums(pairs.span, rows: rows, paths: paths / 2, to: &sums)
  }

  /// The first paths under other assumptions; overwrites the tile's rates.
  private func keepComparisons(_ firstPath: Int, _ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, system = pipeline.walk.banks.count
    guard layout.hasIllustrations else { return }
    if firstPath < ColumnLayout.allowancePathCount {
      for (allowance, walk) in pipeline.allowanceWalks.enumerated() {
        walk.walk(
          lossRates: rates.span, effects: effects.span, revenueResponse: responses.span, into: &comparison)
        chunk.set(
          layout.minimumRatio(allowance: allowance), index, paths, to: comparison.values.span,
          from: comparison.startOfMinimumRatio(bank: system))
      }
    }
    if firstPath < ColumnLayout.withoutModelErrorPathCount {
      var seriesSpan = seriesRates.mutableSpan, rateSpan = rates.mutableSpan
      projector.projectTileWithoutErrors(into: &seriesSpan)
      pipeline.mapping.spread(seriesRates.span, into: &rateSpan, width: Tile.width)
      pipeline.walk.walk(lossRates: rates.span, effects: Span(), revenueResponse: responses.span, into: &comparison)
      chunk.set(
        layout.withoutModelError(.loanLoss), index, paths, to: comparison.values.span,
        from: comparison.start(of: .loanLosses, bank: system))
      deplete(
        from: pipeline.walk.systemCet1, pipeline.walk.systemRiskWeightedAssets, comparison,
        comparison.startOfMinimumRatio(bank: system), lowest: nil)
      chunk.set(layout.withoutModelError(.capitalDepletion), index, paths, to: row.span)
    }
  }

  private func keepContagion(_ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, bankCount = layout.bankCount
    for (network, model) in pipeline.networks.enumerated() {
      model.propagate(lowestCet1: lowestCet1.span, into: &contagion[network])
      let found = contagion[network]
      chunk.set(layout.network(network, .defaults), index, paths, to: found.firstRoundDefaults.span)
      chunk.set(layout.network(network, .contagionDefaults), index, paths, to: found.contagiousDefaults.span)
      chunk.set(layout.network(network, .clearingShortfall), index, paths, to: found.contagionLosses.span)
      chunk.set(layout.network(network, .debtRank), index, paths, to: found.debtRank.span)
      let start = startOfSums(index) + pipeline.sums.distress(network: network, bank: 0)
      var sums = UnsafeMutableBufferPointer(rebasing: chunk.sums[start..<start + 2 * bankCount]).mutableSpan
      addSums(found.distress.span, rows: bankCount, paths: paths, to: &sums)
    }
  }

  private func keepFactorFans(_ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout
    for quarter in 0..<layout.horizon {
      for factor in 0..<layout.factorCount {
        chunk.set(
          layout.factor(factor, quarter: quarter), index, paths, to: factors.span,
          from: (quarter * layout.factorCount + factor) * Tile.width)
      }
    }
  }

  /// Loss rates, and each bank's ratios of the quarters before the last, which `keepBank` keeps for every path.
  private func keepFans(_ paths: Int, _ chunk: PathChunk, _ index: Int) {
    let layout = pipeline.layout, values = capital.values
    for quarter in 0..<layout.capitalQuarterCount {
      for type in 0..<LoanType.count {
        chunk.set(
          layout.annualisedRate(type, quarter: quarter), index, paths, to: rates.span,
          from: (quarter * LoanType.count + type) * Tile.width)
      }
    }
    for bank in pipeline.walk.banks.indices {
      for quarter in 0..<layout.capitalQuarterCount - 1 {
        chunk.set(
          layout.bankRatio(bank, quarter: quarter), index, paths, to: values.span,
          from: capital.startOfRatio(quarter: quarter, bank: bank))
      }
    }
  }
}
