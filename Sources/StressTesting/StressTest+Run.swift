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
  /// Draws all paths that are not there yet and gathers every figure.
  /// - Parameters:
  ///   - directory: where the files of per-path columns go, and where an earlier attempt at this run may have left some.
  ///   - notice: told in one line each what was kept and what was removed of an earlier attempt.
  ///   - progress: the stage, and how many of its paths were just finished, 0 when it begins; from any thread.
  /// - Throws: `OutputFailure`, `NumericalFailure`, `Interrupted` or `InvalidInput`.
  public func run(
    threadCount: Int, in directory: String, cancellation: Cancellation, notice: (String) -> Void = { _ in },
    progress: @escaping @Sendable (RunStage, Int) -> Void
  ) throws -> StressTestResult {
    try draw(
      .whole, threadCount: threadCount, in: directory, cancellation: cancellation, notice: notice, progress: progress)
    return try gather(threadCount: threadCount, in: directory, cancellation: cancellation)
  }

  /// Draws the paths of one shard that are not there yet.
  ///
  /// - Precondition: a run that stops when it is precise enough is drawn in one piece: only all its paths tell when.
  public func draw(
    _ shard: Shard, threadCount: Int, in directory: String, cancellation: Cancellation,
    notice: (String) -> Void = { _ in }, progress: @escaping @Sendable (RunStage, Int) -> Void
  ) throws {
    let run = try pathRun(in: directory, threadCount: threadCount, cancellation: cancellation)
    let tasks = Array(run.tasks[shard.range(of: run.tasks.count)])
    let missing = try run.missing(among: tasks, notice: notice)
    if missing.count < tasks.count {
      notice("\(tasks.count - missing.count) of \(tasks.count) files of paths are there already")
    }
    if let rule = scenario.simulation.stopWhen {
      precondition(shard == .whole, "a stopping rule with shard \(shard)")
      return try grow(run, rule, missing, notice: notice, progress: progress)
    }
    let stage = RunStage(name: "paths", pathCount: run.pathCount(of: missing))
    progress(stage, 0)
    try run.draw(missing) { progress(stage, $0) }
  }

  /// Gathers every figure from files of paths that are all there.
  public func gather(threadCount: Int, in directory: String, cancellation: Cancellation) throws -> StressTestResult {
    let (test, look) = try settled(in: directory, cancellation)
    var result = try test.gatherAll(threadCount: threadCount, in: directory, cancellation: cancellation)
    if let look {
      result.rows += look.rows(most: scenario.simulation.paths)
      result.notes.append(look.note(most: scenario.simulation.paths))
    }
    return result
  }

  private func gatherAll(threadCount: Int, in directory: String, cancellation: Cancellation) throws -> StressTestResult
  {
    let run = try pathRun(in: directory, threadCount: threadCount, cancellation: cancellation)
    var stores = try run.stages.indices.map { try run.store(stage: $0) }
    // The run itself; the tail's paths have errors of their own.
    stores[0].dependence = pipeline.dependence
    let tailStore = run.stages.firstIndex { $0.name == Self.tailStage }.map { stores[$0] }
    let totals = allPathTotals(in: directory, cancellation: cancellation)
    let result = try gather(stores[0], totals, tailStore, threadCount)
    try cancellation.check()
    return result
  }

  /// The run's list of tasks: all paths, and those of the tail.
  func pathRun(in directory: String, threadCount: Int = 1, cancellation: Cancellation = .init()) throws -> PathRun {
    var stages = [PathStage(Self.mainStage, pathCount: pathCount, pipeline)]
    if let tail { stages.append(tail.stage(Self.tailStage, pathCount: scenario.simulation.tailPaths)) }
    guard let runIdentity = Digest.bytes(hexadecimal: identity.runIdentity) else {
      preconditionFailure("the run identity '\(identity.runIdentity)' is not hexadecimal")
    }
    return PathRun(
      stages: stages, runIdentity: runIdentity, directory: directory, threadCount: threadCount,
      cancellation: cancellation)
  }

  private static let tailStage = "tail"

  private func gather(
    _ store: ColumnStore, _ totals: PathTotals, _ tailStore: ColumnStore?, _ threadCount: Int
  ) throws -> StressTestResult {
    let macro = MacroRows(scenario: scenario)
    var rows = macro.paths + macro.severity
    let central = try centralFindings(threadCount)
    if let coverage = central.coverage { rows += macro.coverage(coverage) }
    let plausibility = central.plausibility
    rows += plausibility?.rows ?? []
    rows += MacroRows.inputDistances(pipeline.lossRates.inputDistances(of: scenario.central), scenario: scenario)
    if let earlyWarning { rows += EarlyWarningRows(model: earlyWarning, scenario: scenario).rows }
    rows += startRows + distressCausedRows
    var requested = try store.rows(for: pipeline.columnRequests, threadCount: threadCount)
    let events = EventRows(store: store, threadCount: threadCount)
    var breaches = try events.breaches(
      [(PathPipeline.systemEntity, pipeline.layout.system(.minimumRatio), CapitalRules.minimumCet1Ratio)]
        + pipeline.walk.banks.indices.map { bank in
          (pipeline.walk.banks[bank].id, pipeline.layout.bank(bank, .minimumRatio), pipeline.walk.requirements[bank])
        })
    let improvement = try tailStore.flatMap { try tailRows($0) }?.improve(&requested, &breaches)
    rows += requested + lossRateRows(from: requested)
    rows +=
      SumRows(
        pipeline: pipeline,
        sums: try PathSums(store, pipeline.sums, loanLosses: pipeline.layout.system(.loanLoss))
      ).rows

    rows += breaches
    rows += try events.jointBreaches(
      column: pipeline.layout.system(.banksBreaching), bankCount: pipeline.walk.banks.count)
    rows += try events.defaults(
      pipeline.networks.indices.map { network in
        (
          pipeline.networks[network].variant, pipeline.layout.network(network, .defaults),
          pipeline.layout.network(network, .clearingShortfall)
        )
      })
    rows += try sensitivityRows(store)
    if let cards {
      rows +=
        try CardPortfolioRows(
          cards: cards, balance: balance(of: .creditCard),
          quarters: (0..<scenario.capitalHorizon).map { "\(scenario.quarter($0))" }
        ).rows(from: store, layout: pipeline.layout, threadCount: threadCount)
    }
    let spreads = try addErrors(to: &rows, store)
    rows += spreads + (improvement?.rows ?? []) + (try DependentPathRows.rows(store, pipeline.layout))
    let furtherNotes: [Note] = (plausibility?.notes ?? []) + central.refusals + (improvement?.notes ?? [])
    let worst = TailPathTable(pipeline: pipeline)
    return StressTestResult(
      engine: "kentledge " + Self.engineVersion, runIdentity: identity.runIdentity, scenario: summary,
      entities: entities, rows: rows,
      histograms: try [
        histogram(store, .loanLoss, "loan_loss", "millions"),
        histogram(store, .minimumRatio, "minimum_cet1_ratio", "fraction"),
      ],
      convergence: try convergence(store), checks: try scenario.checks.map { try verdict(of: $0, store) },
      models: central.models, notes: notes(central.coverage) + furtherNotes, inputs: identity.inputs,
      tailColumns: worst.columns,
      tailPaths: try worst.paths(store, totals, threadCount: threadCount))
  }

  /// What is found out without the files of paths.
  private struct CentralFindings: Sendable {
    var coverage: FanCoverage?
    var plausibility: PlausibilityRows?
    var models: [StressTestResult.Model] = []
    var refusals: [StressTestResult.Note] = []
  }

  private func centralFindings(_ threadCount: Int) throws -> CentralFindings {
    let parts = try concurrentMap(3, threadCount: threadCount) { part in
      var findings = CentralFindings()
      switch part {
      case 0: (findings.models, findings.refusals) = explainedModels()
      case 1: findings.plausibility = try plausibilityRows()
      default:
        let scale = scenario.uncertainty.scale
        findings.coverage = scale > 0 ? FanCoverage(of: shocks, scale: scale) : nil
      }
      return findings
    }
    return CentralFindings(
      coverage: parts[2].coverage, plausibility: parts[1].plausibility, models: parts[0].models,
      refusals: parts[0].refusals)
  }

  private func tailRows(_ store: ColumnStore) throws -> TailRows? {
    try tail.map { try TailRows(store, $0, plainCount: pathCount, choice: tailChoice) }
  }
}
