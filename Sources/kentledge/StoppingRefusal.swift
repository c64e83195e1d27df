import ArgumentParser
import MacroScenarios

/// What cannot be had of a run that stops when it is precise enough: only all its paths together tell how many it takes.
enum StoppingRefusal {
  /// - Throws: a usage error that names the scenario's line.
  static func check(_ scenario: Scenario, _ asker: String) throws(ValidationError) {
    guard scenario.simulation.stopWhen != nil else { return }
    let place = scenario.settings.first { $0.key.hasPrefix("simulation.stop_when.") && $0.origin != "default" }?.origin
    throw ValidationError(
      "\(asker) does not go with simulation.stop_when (\(place ?? scenario.id)): how many paths the run takes shows only "
        + "from all of them together\n   = fix: run the scenario in one piece, or take stop_when out of it")
  }
}
