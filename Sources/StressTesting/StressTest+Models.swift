import EarlyWarning
import MacroScenarios
import SatelliteModels

/// The fitted models that a scenario names, none of which may have seen what came after its jump-off.
extension StressTest {
  /// It projects from the last rates that it knows: these must be those at the jump-off.
  static func lossRateModel(of scenario: Scenario) throws(InvalidInput) -> LossRateModel {
    let file = scenario.models.lossRates
    let model = try LossRateModel(contentsOf: file.path)
    try refuse(weightsTo: model.jumpOff, file, "loss-rates", in: scenario)
    guard model.jumpOff == scenario.jumpOff else {
      throw refusal(
        "M021", "these weights start from \(model.jumpOff), the scenario from \(scenario.jumpOff)", file, "loss-rates",
        in: scenario)
    }
    return model
  }

  /// It sees history and central path alone, so that weights fitted before the jump-off serve too.
  static func earlyWarningModel(of scenario: Scenario) throws(InvalidInput) -> EarlyWarningModel? {
    guard let file = scenario.models.earlyWarning else { return nil }
    let model = try EarlyWarningModel(contentsOf: file.path)
    try refuse(weightsTo: model.jumpOff, file, "early-warning", in: scenario)
    return model
  }

  /// It sees history and paths alone, so that weights fitted before the jump-off serve too.
  static func plausibilityModel(of scenario: Scenario) throws(InvalidInput) -> PlausibilityModel? {
    guard let file = scenario.models.plausibility else { return nil }
    let model = try PlausibilityModel(contentsOf: file.path)
    try refuse(weightsTo: model.jumpOff, file, "plausibility", in: scenario)
    return model
  }

  private static func refuse(
    weightsTo fitted: Quarter, _ file: InputFile, _ kind: String, in scenario: Scenario
  ) throws(InvalidInput) {
    guard fitted > scenario.jumpOff else { return }
    throw refusal(
      "M020", "these weights were fitted up to \(fitted), after the scenario's jump-off \(scenario.jumpOff)", file,
      kind,
      in: scenario)
  }

  private static func refusal(
    _ code: String, _ message: String, _ file: InputFile, _ kind: String, in scenario: Scenario
  ) -> InvalidInput {
    InvalidInput(
      .invalid,
      [
        Diagnostic(
          code, message, at: .init(file: file.name),
          notes: ["fix: kentledge train \(kind) --jump-off \(scenario.jumpOff)"])
      ])
  }
}
