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
    var missing = try run.missing(among: tasks, notice: notice)
    if missing.count < tasks.count {
      notice("\(tasks.count - missing.count) of \(tasks.count) files of paths are there already")
    }
    if let rule = scenario.simulation.stopWhen {
      precondition(shard == .whole, "a stopping rule with shard \(shard)")
      try grow(run, rule, &missing, notice: notice, progress: progress)
    }
    let stage = RunStage(
      name: scenario.simulation.stopWhen == nil ? "paths" : "paths beside them", pathCount: run.pathCount(of: missing))
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
    let stores = try run.stages.indices.map { try run.store(stage: $0) }
    let variants = zip(["opening allowance −25 %", "opening allowance +25 %"], stores[2...]).map { ($0, $1) }
    let tailStore = run.stages.firstIndex { $0.name == Self.tailStage }.map { stores[$0] }
    let totals = allPathTotals(in: directory, cancellation: cancellation)
    let result = try gather(stores[0], stores[1], variants, totals, tailStore, threadCount)
    try cancellation.check()
    return result
  }

  /// The run's list of tasks: all paths; the first of them without model error; and with other opening allowances.
  func pathRun(in directory: String, threadCount: Int = 1, cancellation: Cancellation = .init()) throws -> PathRun {
    let few = min(pathCount, UncertaintyRows.pathCount)
    let fewest = min(few, Self.sensitivityPathCount)
    var stages = [
      PathStage(Self.mainStage, pathCount: pathCount, pipeline),
      PathStage("without-model-error", pathCount: few, try variant(drawsModelError: false)),
    ]
    for percent in [75, 125] {
      stages.append(
        PathStage(
          "opening-allowance-\(percent)", pathCount: fewest,
          try variant(openingAllowanceScale: Double(percent) / 100)))
    }
    if let tail { stages.append(PathStage(Self.tailStage, pathCount: scenario.simulation.tailPaths, tail)) }
    guard let runIdentity = Digest.bytes(hexadecimal: identity.runIdentity) else {
      preconditionFailure("the run identity '\(identity.runIdentity)' is not hexadecimal")
    }
    return PathRun(
      stages: stages, runIdentity: runIdentity, directory: directory, threadCount: threadCount,
      cancellation: cancellation)
  }

  private static let tailStage = "tail"

  /// Paths of a run that tells one assumption's effect on a median.
  private static let sensitivityPathCount = 4_096

  private func gather(
    _ store: ColumnStore, _ withoutModelError: ColumnStore, _ sensitivity: [(String, ColumnStore)],
    _ totals: PathTotals, _ tailStore: ColumnStore?, _ threadCount: Int
  ) throws -> StressTestResult {
    let macro = MacroRows(scenario: scenario)
    var rows = macro.paths + macro.severity
    let coverage = scenario.uncertainty.scale > 0 ? FanCoverage(of: shocks, scale: scenario.uncertainty.scale) : nil
    if let coverage { rows += macro.coverage(coverage) }
    let plausibility = try plausibilityRows()
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
    let losses = try store.sorted(pipeline.layout.system(.loanLoss))
    let lossSpread = losses.standardDeviation().value
    rows +=
      SumRows(
        pipeline: pipeline, sums: try store.sums(), pathCount: store.pathCount,
        loanLosses: (losses.mean().value, lossSpread * lossSpread)
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
    rows += try sensitivityRows(sensitivity, store)
    if let cards {
      rows +=
        try CardPortfolioRows(
          cards: cards, balance: balance(of: .creditCard),
          quarters: (0..<scenario.capitalHorizon).map { "\(scenario.quarter($0))" }
        ).rows(from: store, layout: pipeline.layout, threadCount: threadCount)
    }
    let spreads = try addErrors(to: &rows, store, withoutModelError)
    rows += spreads + (improvement?.rows ?? [])
    let (models, refusals) = explainedModels()
    let furtherNotes: [Note] = (plausibility?.notes ?? []) + refusals + (improvement?.notes ?? [])
    let worst = TailPathTable(pipeline: pipeline)
    return StressTestResult(
      engine: "kentledge " + Self.engineVersion, runIdentity: identity.runIdentity, scenario: summary,
      entities: entities, rows: rows,
      histograms: try [
        histogram(store, .loanLoss, "loan_loss", "millions"),
        histogram(store, .minimumRatio, "minimum_cet1_ratio", "fraction"),
      ],
      convergence: try convergence(store), checks: try scenario.checks.map { try verdict(of: $0, store) },
      models: models, notes: notes(coverage) + furtherNotes, inputs: identity.inputs,
      tailColumns: worst.columns,
      tailPaths: try worst.paths(store, totals))
  }

  private func tailRows(_ store: ColumnStore) throws -> TailRows? {
    guard let tail, let draws = tail.tail else { return nil }
    return try TailRows(store, tail.layout, draws, plainCount: pathCount)
  }
}
