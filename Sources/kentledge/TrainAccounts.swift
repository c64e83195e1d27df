import ArgumentParser
import CreditRisk
import MacroScenarios

extension Train {
  struct Accounts: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fits the account model, which ranks card accounts, beside its challengers and writes its weights.",
      discussion: """
        Example:
          kentledge train accounts

        Prints what is odd in the table, with counts and lines, and how each oddity is read.
        """)

    @Option(help: "Where data and models lie.")
    var scenarios = "scenarios"

    @Option(help: "The table of accounts. Default: <scenarios>/data/card-accounts-2005.csv.")
    var table: String?

    @Option(name: .shortAndLong, help: "The weights file. Default: <scenarios>/models/accounts.safetensors.")
    var output: String?

    @OptionGroup var console: ConsoleOptions

    func run() throws {
      do {
        let accounts = try AccountTable(contentsOf: table ?? scenarios + "/data/card-accounts-2005.csv")
        let model = try AccountTraining.run(accounts) { console.say($0) }
        let path = output ?? scenarios + "/models/accounts.safetensors"
        try model.write(to: path)
        print(console.json ? JSONText.encode(model.card) : path)
      } catch {
        throw Failure(error).report(asJSON: console.json)
      }
    }
  }
}
