import ArgumentParser
import EarlyWarning
import Foundation
import MacroScenarios
import StressTesting

struct Impute: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fills missing values of a macro table, and names those that are doubtful.",
    discussion: """
      Examples:
        kentledge impute my-history.csv
        kentledge impute my-history.csv --multiple 6 -o completed.csv

      The table has the form of scenarios/data/us-macro-history.csv: a header 'quarter,<factor>,…', a row of units, a row \
      of dates, then one row a quarter. It is never changed. Two files are written: the completed table, and beside it a \
      list of every filled value with a 90 % interval and of every value that lies so far from what the others say that \
      it may be wrong. Gaps of more than eight quarters (four at an end) stay empty. A doubtful value stays in the table, but is not believed when its neighbours are filled.
      """)

  @Argument(help: "The table.")
  var table: String

  @Option(name: .shortAndLong, help: "The completed table. Default: <table>-completed.csv; the list has '-list' added.")
  var output: String?

  @Option(help: "Weights of the plausibility models. Default: the newest of scenarios/models.")
  var model: String?

  @Option(help: "A value is doubtful when it lies this many root mean square errors off.")
  var multiple = 6.0

  @Flag(help: "Replace files that are there.")
  var force = false

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard multiple >= 1, multiple <= 1000 else {
      throw ValidationError("--multiple is \(multiple), expected 1 to 1000")
    }
  }

  func run() throws {
    do {
      let completed = output ?? Self.stem(table) + "-completed.csv"
      let listing = Self.stem(completed) + "-list.csv"
      try refuseToReplace([completed, listing])
      let imputation = try TableImputation(
        of: table, model: PlausibilityModel(contentsOf: try model ?? Self.newestModel()), multiple: multiple)
      console.show(imputation.warnings)
      try RunDirectory.replace(completed, with: imputation.completedTable)
      try RunDirectory.replace(listing, with: imputation.listing)
      conclude(imputation, completed, listing)
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }

  private static func stem(_ path: String) -> String { path.hasSuffix(".csv") ? String(path.dropLast(4)) : path }

  /// The input is never replaced, whatever name or link leads to it; anything else only when told to.
  private func refuseToReplace(_ paths: [String]) throws {
    let source = URL(fileURLWithPath: table).resolvingSymlinksInPath().path
    for path in paths where FileManager.default.fileExists(atPath: path) {
      if URL(fileURLWithPath: path).resolvingSymlinksInPath().path == source {
        throw OutputFailure(
          .cannotCreate, path: path, reason: "is the table itself, which is never changed", fix: "give another -o")
      }
      if !force {
        throw OutputFailure(
          .cannotCreate, path: path, reason: "is there already", fix: "give another -o, or --force")
      }
    }
  }

  private static func newestModel() throws(InvalidInput) -> String {
    let folder = "scenarios/models"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let newest = names.filter({ $0.hasPrefix("plausibility-") && $0.hasSuffix(".safetensors") }).max() else {
      throw InvalidInput(
        .missing,
        [
          Diagnostic(
            "M001", "there are no weights of plausibility models", at: .init(file: folder),
            notes: ["fix: give --model, or run in the directory that holds 'scenarios'"])
        ])
    }
    return folder + "/" + newest
  }

  private func conclude(_ imputation: TableImputation, _ completed: String, _ listing: String) {
    if console.json {
      print(JSONText.encode(ImputeDocument(imputation, completed: completed, list: listing)))
      return
    }
    print(
      "\(imputation.filled.count) \(imputation.filled.count == 1 ? "value" : "values") filled (\(imputation.method.rawValue)), \(imputation.left.count) left empty, "
        + "\(imputation.suspects.count) doubtful beyond \(multiple) root mean square errors")
    for suspect in imputation.suspects.prefix(20) {
      let reason =
        suspect.multiple.map { String(format: "%.1f errors off", $0) } ?? "cannot stand beside the other values"
      print("doubtful: line \(suspect.line), \(suspect.quarter), \(suspect.factor.id): \(reason)")
    }
    if imputation.suspects.count > 20 { print("and \(imputation.suspects.count - 20) more: see the list") }
    print(completed)
    print(listing)
  }
}

/// What `impute --json` prints.
private struct ImputeDocument: Encodable {
  struct Cell: Encodable {
    let line: Int
    let quarter, factor: String
    var value: Double?
    var lower, upper: Double?
    var observed: Double?
    var expected: Double?
    var multiple: Double?
  }

  let schemaVersion = 1
  let completed, list, method: String
  let filled, suspects: [Cell]
  let leftEmpty: Int

  init(_ imputation: TableImputation, completed: String, list: String) {
    self.completed = completed
    self.list = list
    method = imputation.method.rawValue
    filled = imputation.filled.map {
      Cell(
        line: $0.line, quarter: "\($0.quarter)", factor: $0.factor.id, value: $0.value, lower: $0.lower,
        upper: $0.upper)
    }
    suspects = imputation.suspects.map {
      Cell(
        line: $0.line, quarter: "\($0.quarter)", factor: $0.factor.id, observed: $0.observed, expected: $0.expected,
        multiple: $0.multiple)
    }
    leftEmpty = imputation.left.count
  }
}
