import ArgumentParser
import Foundation
import MacroScenarios
import Reporting
import StressTesting

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Renders a run's report again from its results.json, byte for byte.",
    discussion: """
      Example:
        kentledge report reports/runs/us-severely-adverse-2026
      """)

  @Argument(help: "The directory of a run.")
  var directory: String

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let path = directory + "/results.json"
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw InvalidInput(.missing, [Diagnostic("T001", "cannot read this file", at: .init(file: path))])
      }
      let result = try ResultsJSON.decode(Array(bytes), file: path)
      for file in try ReportFiles.render(result, formats: [.html, .md]) where file.name != "results.json" {
        try RunDirectory.replace(directory + "/" + file.name, with: file.text)
      }
      print(directory + "/report.html")
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }
}
