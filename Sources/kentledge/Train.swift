public import ArgumentParser
import Foundation
public import MacroScenarios
import SatelliteModels

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuilds the shipped models from the shipped data.", subcommands: [LossRates.self, CrisisModels.self])

  struct LossRates: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "loss-rates",
      abstract: "Fits the loss-rate model on nothing after a jump-off, tests it walk-forward and writes its weights.",
      discussion: """
        Example:
          kentledge train loss-rates --jump-off 2025Q4
        """)

    @Option(help: "The last quarter it may see, such as 2025Q4.")
    var jumpOff: Quarter

    @Option(help: "Macro history of the vintage that was known at the jump-off.")
    var history: String?

    @Option(help: "Where data and models lie.")
    var scenarios = "scenarios"

    @Option(
      name: .shortAndLong, help: "The weights file. Default: <scenarios>/models/loss-rates-<jump-off>.safetensors.")
    var output: String?

    @OptionGroup var console: ConsoleOptions

    func run() throws {
      do {
        let data = scenarios + "/data/"
        let model = try LossRateTraining.run(
          history: QuarterlyTable(contentsOf: history ?? data + Train.historyName(jumpOff, in: scenarios)),
          chargeOffs: QuarterlyTable(contentsOf: data + "us-charge-off-rates.csv"),
          supervisoryResults: CommaSeparatedValues(contentsOf: data + "us-supervisory-results.csv"), jumpOff: jumpOff
        ) { line in
          console.say(line)
        }
        let path = output ?? scenarios + "/models/loss-rates-\(jumpOff).safetensors"
        try model.write(to: path)
        print(console.json ? JSONText.encode(model.card) : path)
      } catch {
        throw Failure(error).report(asJSON: console.json)
      }
    }
  }

  /// The shipped vintages are named by the quarter they were known at; the newest has no suffix.
  static func historyName(_ jumpOff: Quarter, in scenarios: String) -> String {
    let dated = "us-macro-history-\(jumpOff.description.lowercased()).csv"
    return FileManager.default.fileExists(atPath: scenarios + "/data/" + dated) ? dated : "us-macro-history.csv"
  }
}

extension Quarter: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
