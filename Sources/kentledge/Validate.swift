import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks scenarios and everything they name, without running them.",
    discussion: """
      Example:
        kentledge validate scenarios/*.yaml
      """)

  @Argument(help: "The scenario files.")
  var scenarios: [String]

  @Flag(help: "Take warnings for errors.")
  var strict = false

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    var worst: Int32 = 0
    var documents: [ValidateDocument] = []
    for path in scenarios {
      do {
        let test = try StressTest(try ScenarioLoader.load(path: path))
        console.show(test.warnings)
        let isValid = !strict || test.warnings.isEmpty
        if !isValid { worst = max(worst, InvalidInput.Kind.invalid.rawValue) }
        documents.append(.init(file: path, isValid: isValid, messages: test.warnings.map { $0.text() }))
        if !console.json { print("\(path): \(isValid ? "valid" : "not valid under --strict")") }
      } catch {
        let failure = Failure(error)
        documents.append(.init(file: path, isValid: false, messages: failure.messages))
        worst = max(worst, failure.report(asJSON: false).rawValue)
      }
    }
    if console.json { print(JSONText.encode(documents)) }
    if worst != 0 { throw ExitCode(worst) }
  }
}

/// What `validate --json` prints of one file.
private struct ValidateDocument: Encodable {
  let schemaVersion = 1
  let file: String
  let isValid: Bool
  let messages: [String]
}
