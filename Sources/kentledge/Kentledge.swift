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
        kentledge export sqlite reports/runs/us-severely-adverse-2026
        kentledge monitor scenarios/data/us-macro-history.csv --from 2024Q1
        kentledge plan scenarios/us-baseline-2026.yaml --paths 10M --shards 20 --emit slurm > submit.sh
        kentledge merge reports/runs/us-baseline-2026-shards
        kentledge verify reports/runs/us-severely-adverse-2026 --rerun
        kentledge model explain scenarios/models/loss-rates-2025Q4.safetensors \\
          --scenario scenarios/us-severely-adverse-2026.yaml
        kentledge train all --check

      Results go to standard output, progress and diagnostics to standard error.
      Exit codes: 0 done; 3 a check failed: of a scenario, or of a model against its card, or an alarm; 64 usage; 65 invalid \
      scenario, data or model; 66 input missing; 70 a defect of the program; 73 output cannot be created; 74 reading or \
      writing failed; 75 another run is writing to the same place, try later; 130 and 143 interrupted, --resume goes on.
      """,
    version: "kentledge \(Version.current)",
    subcommands: [
      Run.self, Plan.self, Merge.self, Verify.self, Sign.self, Validate.self, Report.self, Export.self,
      Monitor.self, ModelCommand.self, Train.self, Impute.self,
    ])

  /// As the parser would, but a mistyped command is answered with the one that was probably meant, at every level.
  static func main() {
    var command: any ParsableCommand.Type = Kentledge.self
    var path = "kentledge"
    for word in CommandLine.arguments.dropFirst() {
      let commands = command.configuration.subcommands
      if commands.isEmpty || word.hasPrefix("-") || word == "help" { break }
      guard let next = commands.first(where: { name(of: $0) == word }) else {
        refuse(word, after: path, among: commands.map(name))
      }
      command = next
      path += " " + word
    }
    main(nil)
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }

  private static func refuse(_ word: String, after path: String, among names: [String]) -> Never {
    let hint = Spelling.nearest(to: word, among: names).map { ": did you mean '\($0)'?" } ?? ""
    let text = "Error: unknown command '\(word)' after '\(path)'\(hint)\nCommands: \(names.joined(separator: ", "))\n"
    FileHandle.standardError.write(Data(text.utf8))
    Foundation.exit(64)
  }
}
