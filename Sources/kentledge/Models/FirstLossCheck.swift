import ArgumentParser
import Foundation
import MacroScenarios
import NeuralNetworks

/// A short rebuild beside what a weights file records of the long one: the same data, code and seeds give the same losses.
struct FirstLossCheck: Encodable {
  let schemaVersion = 1
  let file: String
  let epochs: Int
  /// The largest relative difference.
  let difference: Double
  let tolerance: Double
  let isPassed: Bool

  /// - Throws: when the file cannot be read, or records no losses.
  init(_ kind: any ModelKind.Type, _ job: TrainingJob, file: String) throws {
    guard let training = try kind.card(ofFileAt: file).training, !training.firstLosses.isEmpty else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M023", "the model card records no first losses", at: .init(file: file),
            notes: ["fix: \(job.command(kind))"])
        ])
    }
    let found = try kind.firstLosses(job)
    self.file = file
    epochs = training.firstLosses.count
    // JSON has no infinity.
    difference = min(training.difference(from: found), 1e9)
    tolerance = ModelCard.Training.tolerance
    isPassed = difference <= tolerance
  }

  /// Prints the verdicts; ends with 3 when one failed.
  static func conclude(_ checks: [FirstLossCheck], _ console: ConsoleOptions) throws {
    if console.json { print(JSONText.encode(checks)) }
    for check in checks where !console.json {
      let verdict = check.isPassed ? "as recorded" : "NOT as recorded"
      print(
        String(
          format: "%@: first %d losses %@ (largest difference %.2g, tolerance %.2g)", check.file, check.epochs, verdict,
          check.difference, check.tolerance))
    }
    if checks.contains(where: { !$0.isPassed }) { throw ExitCode(3) }
  }
}
