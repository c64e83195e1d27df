import ArgumentParser
import Foundation
import MacroScenarios
import NeuralNetworks

/// `model backtest`: the out-of-sample test again, held against what the card says.
struct ModelBacktest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest", abstract: "Repeats a model's out-of-sample test and compares it with its card.",
    discussion: """
      Fits every model of the test anew on what was known at each origin. Ends with 3 when a figure differs from the \
      card's by more than \(ScoreComparison.toleranceText).

      Example:
        kentledge model backtest loss-rates --jump-off 2025Q4
      """)

  @Argument(help: "The kind of model: \(ModelKinds.all.map { $0.name }.joined(separator: ", ")).")
  var kind: String

  @Option(help: "The jump-off of the shipped file. Default: the latest.")
  var jumpOff: Quarter?

  @Option(help: "Where data and models lie.")
  var scenarios = "scenarios"

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    if let kind = ModelKinds.named(kind) {
      if !kind.isDated, jumpOff != nil { throw ValidationError("'\(kind.name)' has no jump-off") }
      return
    }
    let names = ModelKinds.all.map { $0.name }
    let hint = Spelling.nearest(to: kind, among: names).map { ": did you mean '\($0)'?" } ?? ""
    throw ValidationError("unknown kind of model '\(kind)'\(hint)\nKinds: \(names.joined(separator: ", "))")
  }

  func run() throws {
    do {
      guard let kind = ModelKinds.named(kind) else { return }
      let job = TrainingJob(folder: scenarios, jumpOff: jumpOff ?? kind.shippedJumpOffs.last ?? nil)
      let path = job.weights(kind)
      let card = try kind.card(ofFileAt: path)
      let found = try kind.backtest(job) { [console] in console.say($0) }
      let comparison = ScoreComparison(recorded: card.scores, found: found)
      if console.json {
        print(JSONText.encode(BacktestDocument(file: path, isPassed: comparison.isPassed, scores: comparison.rows)))
      } else {
        for line in comparison.table { print(line) }
        print("\(path): \(comparison.verdict)")
      }
      if !comparison.isPassed { throw ExitCode(3) }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }
}

/// What `model backtest --json` prints.
private struct BacktestDocument: Encodable {
  let schemaVersion = 1
  let file: String
  let isPassed: Bool
  let scores: [ScoreComparison.Row]
}

/// The scores of a card beside those of a new test, score by score.
struct ScoreComparison {
  /// Largest difference that is put down to another processor: its networks add in another order for hundreds of epochs.
  static let tolerance = (relative: 0.02, absolute: 0.002)
  static let toleranceText = "2 % of it or 0.002, whichever is more"

  struct Row: Encodable {
    let subject: String
    let model: String
    let metric: String
    let unit: String
    let window: String
    /// `nil` where the card, or the new test, has no such score.
    let recorded: Double?
    let found: Double?
    let lower: Double?
    let upper: Double?
    let isEqual: Bool
  }

  let rows: [Row]

  init(recorded: [ModelCard.Score], found: [ModelCard.Score]) {
    func isSame(_ a: ModelCard.Score, _ b: ModelCard.Score) -> Bool {
      a.subject == b.subject && a.model == b.model && a.metric == b.metric && a.window == b.window
    }
    let newOnes = found.filter { score in !recorded.contains { isSame($0, score) } }
    rows =
      recorded.map { old in Self.row(old, old.value, found.first { isSame($0, old) }) }
      + newOnes.map { Self.row($0, nil, $0) }
  }

  private static func row(_ score: ModelCard.Score, _ recorded: Double?, _ found: ModelCard.Score?) -> Row {
    let isEqual =
      if let recorded, let found {
        abs(found.value - recorded)
          <= max(tolerance.relative * abs(recorded), score.unit == "fraction" ? 0 : tolerance.absolute)
      } else { false }
    return Row(
      subject: score.subject, model: score.model, metric: score.metric, unit: score.unit, window: score.window,
      recorded: recorded, found: found?.value, lower: found?.lower, upper: found?.upper, isEqual: isEqual)
  }

  var isPassed: Bool { rows.allSatisfy(\.isEqual) }

  var verdict: String {
    let different = rows.count { !$0.isEqual }
    return different == 0
      ? "all \(rows.count) figures are as the card says"
      : "\(different) of \(rows.count) figures are NOT as the card says"
  }

  /// One line a score: what was found, its 90 % interval, what the card says.
  var table: [String] {
    let cells =
      [["SUBJECT", "MODEL", "METRIC", "WINDOW", "FOUND", "90 % INTERVAL", "CARD"]]
      + rows.map { row in
        let number = { (value: Double?) in
          value.map { row.unit == "fraction" ? String(format: "%.3f %%", 100 * $0) : String(format: "%.3f", $0) } ?? "–"
        }
        let interval = row.lower.flatMap { lower in row.upper.map { "\(number(lower)) to \(number($0))" } } ?? "–"
        return [
          row.subject, row.model, row.metric, row.window, number(row.found), interval,
          number(row.recorded) + (row.isEqual ? "" : "  DIFFERS"),
        ]
      }
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count + 2) }.joined().trimmingSpaces
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
