import ArgumentParser
import EarlyWarning
import Foundation
import MacroScenarios

extension Train {
  struct CrisisModels: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "early-warning",
      abstract:
        "Fits the early-warning models on nothing after a jump-off, tests them on crises left out and writes them.",
      discussion: """
        Example:
          kentledge train early-warning --jump-off 2025Q4
        """)

    @Option(help: "The last quarter they may see, such as 2025Q4.")
    var jumpOff: Quarter

    @Option(help: "Macro history of the vintage that was known at the jump-off.")
    var history: String?

    @Option(help: "Where data and models lie.")
    var scenarios = "scenarios"

    @Option(
      name: .shortAndLong, help: "The weights file. Default: <scenarios>/models/early-warning-<jump-off>.safetensors.")
    var output: String?

    @OptionGroup var console: ConsoleOptions

    func run() throws {
      do {
        let data = scenarios + "/data/"
        let model = try EarlyWarningTraining.run(
          history: QuarterlyTable(contentsOf: history ?? data + Train.historyName(jumpOff, in: scenarios)),
          chargeOffs: QuarterlyTable(contentsOf: data + "us-charge-off-rates.csv"),
          recessions: RecessionTable(contentsOf: data + "us-recessions.csv"), jumpOff: jumpOff
        ) { line in
          console.say(line)
        }
        let path = output ?? scenarios + "/models/early-warning-\(jumpOff).safetensors"
        try model.write(to: path)
        print(console.json ? JSONText.encode(model.card) : path)
      } catch {
        throw Failure(error).report(asJSON: console.json)
      }
    }
  }
}
