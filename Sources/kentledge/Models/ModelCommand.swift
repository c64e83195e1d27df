import ArgumentParser
import Foundation
import MacroScenarios
import NeuralNetworks
import Reporting
import StressTesting

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Lists, shows, tests and explains fitted models.",
    discussion: """
      Examples:
        kentledge model list
        kentledge model card scenarios/models/loss-rates-2025Q4.safetensors
        kentledge model backtest loss-rates --jump-off 2025Q4
        kentledge model explain scenarios/models/loss-rates-2025Q4.safetensors \\
          --scenario scenarios/us-severely-adverse-2026.yaml
      """,
    subcommands: [ModelList.self, ModelShowCard.self, ModelBacktest.self, ModelExplain.self])
}

/// `model list`: what lies in a folder, one line a file.
struct ModelList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the weights files of a folder: kind, jump-off, default, score, hash.",
    discussion: """
      A file that is not fit for use is listed with the reason, and the command ends with 65.

      Example:
        kentledge model list scenarios/models
      """)

  @Argument(help: "The folder. Default: scenarios/models.")
  var folder = "scenarios/models"

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let entries = try ModelFile.all(in: folder)
      if console.json {
        print(JSONText.encode(entries))
      } else {
        for line in Self.table(entries) { print(line) }
        for entry in entries { if let refusal = entry.refusal { console.say(refusal) } }
      }
      if entries.contains(where: { $0.refusal != nil }) { throw ExitCode(65) }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }

  /// Columns set apart by two spaces, headed.
  private static func table(_ entries: [ModelFile]) -> [String] {
    let rows =
      [["FILE", "KIND", "JUMP-OFF", "DEFAULT", "OUT OF SAMPLE", "CHALLENGER", "SHA-256"]]
      + entries.map { entry in
        [
          entry.file, entry.kind ?? "refused", entry.jumpOff ?? "–", entry.defaultModel ?? "–", entry.score ?? "–",
          entry.challenger ?? "–", String(entry.hash.prefix(12)),
        ]
      }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { index, cell in
        index == row.count - 1 ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count + 2)
      }.joined()
    }
  }
}

/// `model card`: what a reader must know before trusting a file.
struct ModelShowCard: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Prints the card of a weights file as Markdown, or as CycloneDX JSON.",
    discussion: """
      Examples:
        kentledge model card scenarios/models/loss-rates-2025Q4.safetensors
        kentledge model card scenarios/models/loss-rates-2025Q4.safetensors --json
      """)

  @Argument(help: "The weights file.")
  var file: String

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let kind = try ModelKinds.kind(ofFileAt: file)
      let card = try kind.card(ofFileAt: file)
      let name = (file as NSString).lastPathComponent
      let hash = Digest.sha256(ofFile: file) ?? ""
      print(
        console.json
          ? CycloneDX.encode(card, kind: kind.name, file: name, hash: hash)
          : CardText.markdown(card, file: name, hash: hash))
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }
}

/// `model explain`: what the answer to a scenario is made up of.
struct ModelExplain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explains a model's answer to a scenario: quarter by factor, with the gap.",
    discussion: """
      Integrated gradients from the baseline of the scenario's vintage, else from the economy held as it was at the \
      jump-off, to the central path. Attributions that miss more than 1 % of the change are refused.

      Example:
        kentledge model explain scenarios/models/loss-rates-2025Q4.safetensors \\
          --scenario scenarios/us-severely-adverse-2026.yaml
      """)

  @Argument(help: "The weights file.")
  var file: String

  @Option(help: "The scenario file.")
  var scenario: String

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let kind = try ModelKinds.kind(ofFileAt: file)
      let loaded = try ScenarioLoader.load(path: scenario)
      let tables = try kind.explain(fileAt: file, loaded)
      if console.json {
        print(JSONText.encode(ExplanationDocument(file: file, scenario: loaded.id, explanations: tables)))
      } else {
        for table in tables { print(ExplanationText(table).text) }
      }
    } catch let error as IncompleteAttribution {
      let refusal = InvalidInput(.invalid, [Diagnostic("M024", error.description, at: .init(file: file))])
      throw Failure(refusal).report(asJSON: console.json)
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }
}

/// What `model explain --json` prints.
private struct ExplanationDocument: Encodable {
  let schemaVersion = 1
  let file: String
  let scenario: String
  let explanations: [AttributionTable]
}
