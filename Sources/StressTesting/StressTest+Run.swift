import Banking
import Foundation
import MacroScenarios
import PathSimulation
import RiskMeasures
import SatelliteModels

/// Where a run stands, for a progress line.
public struct RunStage: Sendable {
  public let name: String
  /// Paths that this stage draws.
  public let pathCount: Int
}

extension StressTest {
  /// Draws all paths and gathers every figure.
  /// - Parameters:
  ///   - directory: where the files of per-path columns go; must exist.
  ///   - progress: the stage, and how many of its paths were just finished, 0 when it begins; from any thread.
  /// - Throws: `OutputFailure`, `NumericalFailure`, `Interrupted` or `InvalidInput`.
  public func run(
    threadCount: Int, in directory: String, cancellation: Cancellation,
    progress: @escaping @Sendable (RunStage, Int) -> Void
  ) throws -> StressTestResult {
    func draw(_ name: String, _ pipelines: [PathPipeline], paths: Int) throws -> [ColumnStore] {
      let stage = RunStage(name: name, pathCount: paths * pipelines.count)
      progress(stage, 0)
      return try concurrentMap(pipelines.count, threadCount: threadCount) { index in
        let pipeline = pipelines[index], place = directory + "/\(name)-\(index)"
        try Self.makeDirectory(place)
        let run = PathRun(
          pathCount: paths, threadCount: max(1, threadCount / pipelines.count), columnCount: pipeline.layout.count,
          keptColumnCount: { pipeline.keptColumnCount(firstPath: $0) }, sumCount: pipeline.sums.count,
          directory: place, cancellation: cancellation)
        try run.run(makeWorker: { pipeline.makeWorker() }, progress: { progress(stage, $0) })
        return try ColumnStore(directory: place, chunkCount: run.chunkCount)
      }
    }
    let store = try draw("paths", [pipeline], paths: scenario.simulation.paths)[0]
    let few = min(scenario.simulation.paths, UncertaintyRows.pathCount)
    let withoutModelError = try draw("without-model-error", [try variant(drawsModelError: false)], paths: few)[0]
    let sensitivity = try draw(
      "opening-allowance", try [0.75, 1.25].map { try variant(openingAllowanceScale: $0) },
      paths: min(few, Self.sensitivityPathCount))
    if cancellation.isRequested { throw Interrupted() }
    let variants = zip(["opening allowance −25 %", "opening allowance +25 %"], sensitivity).map { ($0, $1) }
    return try gather(store, withoutModelError, variants, threadCount)
  }

  /// Paths of a run that tells one assumption's effect on a median.
  private static let sensitivityPathCount = 4_096

  private static func makeDirectory(_ path: String) throws(OutputFailure) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .system(.cannotCreate, path, doing: "cannot create this directory")
    }
  }

  private func gather(
    _ store: ColumnStore, _ withoutModelError: ColumnStore, _ sensitivity: [(String, ColumnStore)], _ threadCount: Int
  ) throws -> StressTestResult {
    let macro = MacroRows(scenario: scenario)
    var rows = macro.paths + macro.severity
    let coverage = scenario.uncertainty.scale > 0 ? FanCoverage(of: shocks, scale: scenario.uncertainty.scale) : nil
    if let coverage { rows += macro.coverage(coverage) }
    rows += MacroRows.inputDistances(pipeline.lossRates.inputDistances(of: scenario.central), scenario: scenario)
    if let earlyWarning { rows += EarlyWarningRows(model: earlyWarning, scenario: scenario).rows }
    rows += startRows + distressCausedRows
    rows += try store.rows(for: pipeline.columnRequests, threadCount: threadCount)
    rows += lossRateRows(from: rows)
    let losses = try store.sorted(pipeline.layout.system(.loanLoss))
    let lossSpread = losses.standardDeviation().value
    rows +=
      SumRows(
        pipeline: pipeline, sums: try store.sums(), pathCount: store.pathCount,
        loanLosses: (losses.mean().value, lossSpread * lossSpread)
      ).rows

    let events = EventRows(store: store, threadCount: threadCount)
    rows += try events.breaches(
      [(PathPipeline.systemEntity, pipeline.layout.system(.minimumRatio), CapitalRules.minimumCet1Ratio)]
        + pipeline.walk.banks.indices.map { bank in
          (pipeline.walk.banks[bank].id, pipeline.layout.bank(bank, .minimumRatio), pipeline.walk.requirements[bank])
        })
    rows += try events.jointBreaches(
      column: pipeline.layout.system(.banksBreaching), bankCount: pipeline.walk.banks.count)
    rows += try events.defaults(
      pipeline.networks.indices.map { network in
        (
          pipeline.networks[network].variant, pipeline.layout.network(network, .defaults),
          pipeline.layout.network(network, .clearingShortfall)
        )
      })
    rows += try sensitivityRows(sensitivity, store)
    if let cards {
      rows +=
        try CardPortfolioRows(
          cards: cards, balance: balance(of: .creditCard),
          quarters: (0..<scenario.capitalHorizon).map { "\(scenario.quarter($0))" }
        ).rows(from: store, layout: pipeline.layout, threadCount: threadCount)
    }
    let spreads = try addErrors(to: &rows, store, withoutModelError)
    rows += spreads
    let (models, refusals) = explainedModels()
    return StressTestResult(
      engine: "kentledge " + Self.engineVersion, runIdentity: identity.runIdentity, scenario: summary,
      entities: entities, rows: rows,
      histograms: try [
        histogram(store, .loanLoss, "loan_loss", "millions"),
        histogram(store, .minimumRatio, "minimum_cet1_ratio", "fraction"),
      ],
      convergence: try convergence(store), checks: try scenario.checks.map { try verdict(of: $0, store) },
      models: models, notes: notes(coverage) + refusals, inputs: identity.inputs)
  }
}
