/// The path of the economy that a scenario's own central path is held against when its effects are explained.
public struct ReferencePath: Sendable, Equatable {
  /// In words, e.g. `scenario 'baseline' of vintage 2026_final`.
  public let name: String
  /// `[quarter][factor]` as `Scenario.central`.
  public let values: [Double]

  /// The name of the official path without stress, in every vintage that has one.
  static let baselineName = "baseline"

  /// The baseline of the vintage that the scenario imports, on the history's bases, without the scenario's own changes.
  /// - Returns: `nil` where the vintage has none that covers the horizon.
  init?(
    baselineOf table: ScenarioTable, vintage: String, like paths: CentralPaths, at node: SourceNode,
    horizonOrigin: String
  ) {
    guard let path = table.path(vintage: vintage, scenario: Self.baselineName) else { return nil }
    // What is doubtful in it is no matter of the scenario: findings stay here.
    let aside = ScenarioReading(isIncomplete: true)
    var own = CentralPaths(jumpOff: paths.jumpOff, horizon: paths.horizon, history: paths.history)
    own.take(table, path, at: node, horizonOrigin: horizonOrigin, in: aside)
    guard !aside.hasErrors, let values = own.complete(at: node, in: aside) else { return nil }
    name = "scenario '\(Self.baselineName)' of vintage \(vintage)"
    self.values = values
  }

  /// Every factor held at its value at the jump-off; one without a value there, where the central path begins.
  init(heldFrom history: QuarterlyTable, jumpOff: Quarter, factors: [RiskFactor], central: [Double]) {
    let held = factors.enumerated().map { index, factor in history.value(factor.id, in: jumpOff) ?? central[index] }
    name = "the economy held as it was in \(jumpOff)"
    values = (0..<central.count / factors.count).flatMap { _ in held }
  }
}
