import ArgumentParser
import EarlyWarning
import Foundation
import MacroScenarios

extension Train {
  struct Plausibility: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plausibility",
      abstract:
        "Fits the plausibility models on nothing after a jump-off, tests them on hidden blocks, writes their weights.",
      discussion: """
        Example:
          kentledge train plausibility --jump-off 2025Q4
        """)

    @Option(help: "The last quarter they may see, such as 2025Q4.")
    var jumpOff: Quarter

    @Option(help: "Macro history of the vintage that was known at the jump-off.")
    var history: String?

    @Option(help: "Where data and models lie.")
    var scenarios = "scenarios"

    @Option(
      name: .shortAndLong, help: "The weights file. Default: <scenarios>/models/plausibility-<jump-off>.safetensors.")
    var output: String?

    @OptionGroup var console: ConsoleOptions

    func run() throws {
      do {
        let table = history ?? scenarios + "/data/" + Train.historyName(jumpOff, in: scenarios)
        let model = try PlausibilityTraining.run(
          history: QuarterlyTable(contentsOf: table), jumpOff: jumpOff, progress: console.say)
        let path = output ?? scenarios + "/models/plausibility-\(jumpOff).safetensors"
        try model.write(to: path)
        print(console.json ? JSONText.encode(model.card) : path)
      } catch {
        throw Failure(error).report(asJSON: console.json)
      }
    }
  }
}
