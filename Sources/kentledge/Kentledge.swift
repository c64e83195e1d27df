import ArgumentParser
import Foundation
import MacroScenarios

@main
struct Kentledge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kentledge",
    abstract: "Stress-tests a banking system: what would this shock do, how sure are we, and why?",
    discussion: """
      Examples:
        kentledge run scenarios/us-severely-adverse-2026.yaml
        kentledge run scenarios/us-baseline-2026.yaml --paths 1M --threads 2 -o reports/runs/baseline
        kentledge validate scenarios/*.yaml
        kentledge report reports/runs/us-severely-adverse-2026
        kentledge monitor scenarios/data/us-macro-history.csv --from 2024Q1

      Results go to standard output, progress and diagnostics to standard error.
      Exit codes: 0 done; 3 a check of the scenario failed, or an alarm; 64 usage; 65 invalid scenario, data or model; \
      66 input missing; 73 output cannot be created; 74 reading or writing failed; 130 and 143 interrupted.
      """,
    version: "kentledge \(Version.current)",
    subcommands: [Run.self, Validate.self, Train.self, Report.self, Monitor.self])

  /// As the parser would, but a mistyped command is answered with the one that was probably meant.
  static func main() {
    let commands = configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !(commands + ["help"]).contains(word) {
      let hint = Spelling.nearest(to: word, among: commands).map { ": did you mean '\($0)'?" } ?? ""
      let text = "Error: unknown command '\(word)'\(hint)\nCommands: \(commands.joined(separator: ", "))\n"
      FileHandle.standardError.write(Data(text.utf8))
      Foundation.exit(64)
    }
    main(nil)
  }
}
