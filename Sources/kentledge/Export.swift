import ArgumentParser
import Foundation
import MacroScenarios
import Reporting
import ResultExport
import StressTesting

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a database or tables from results.json, of one run or of several.",
    discussion: """
      Examples:
        kentledge export sqlite reports/runs/us-severely-adverse-2026
        kentledge export sqlite reports/runs/baseline reports/runs/adverse -o all.sqlite
        kentledge export csv reports/runs/baseline reports/runs/adverse -o all.csv
        sqlite3 all.sqlite "SELECT scenario, value FROM long_statistics
          WHERE entity = 'system' AND item = 'loan_loss' AND statistic = 'es_99'"

      The files are, byte for byte, what run --sqlite and run --csv write.
      """,
    subcommands: [ExportDatabase.self, ExportTables.self])
}

struct ExportDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sqlite",
    abstract: "Every figure in documented STRICT tables of SQLite.",
    discussion: """
      Tables and columns carry their meaning (.schema shows it), and data_dictionary explains every item, statistic \
      and unit. Every key begins with the run's identity.
      """)

  @OptionGroup var source: ExportSource

  @Flag(help: "Fill the table paths from the runs' paths.csv.")
  var pathTotals = false

  func run() throws {
    try source.export { runs in
      let output = try source.target(FileName.database, isOwn: ResultDatabase.isOwn)
      let sources = try runs.map { run in
        ResultDatabase.Source(run.result, paths: pathTotals ? try run.pathTable() : nil)
      }
      try ResultDatabase.write(sources, to: output)
      return [output]
    }
  }
}

struct ExportTables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Every figure as a row of comma-separated values, with a data dictionary.",
    discussion: """
      Writes results.csv, tail-paths.csv and data-dictionary.csv; with -o all.csv they are all.csv, all-tail-paths.csv \
      and all-data-dictionary.csv. What is missing is empty; a text that a spreadsheet would take for a formula has an \
      apostrophe in front.
      """)

  @OptionGroup var source: ExportSource

  func run() throws {
    try source.export { runs in
      let main = try source.target(FileName.statistics, isOwn: ResultTables.isOwn)
      let files = try ExportFiles.tables(of: runs.map(\.result)).map { name, bytes in
        let path = name == FileName.statistics ? main : source.beside(main, name)
        try source.check(path, isOwn: ResultTables.isOwn)
        return (path: path, bytes: bytes)
      }
      for file in files { try RunDirectory.replace(file.path, with: file.bytes) }
      return files.map(\.path)
    }
  }
}

/// Which runs, and where to.
struct ExportSource: ParsableArguments {
  @Argument(help: "Directories of runs.")
  var directories: [String]

  @Option(name: .shortAndLong, help: "The file to write. Default: in the directory of the run.")
  var output: String?

  @Flag(help: "Replace a file that is something else.")
  var force = false

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    if directories.count > 1, output == nil { throw ValidationError("several runs need a file: name it with -o") }
  }

  /// Reads the runs, has them written and says where.
  func export(_ write: ([ExportedRun]) throws -> [String]) throws {
    do {
      let files = try write(try ExportedRun.read(directories, notice: console.say))
      print(console.json ? JSONText.encode(ExportDocument(files: files)) : files.joined(separator: "\n"))
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }

  func target(_ name: String, isOwn: (Data) -> Bool) throws -> String {
    let path = output ?? directories[0] + "/" + name
    try check(path, isOwn: isOwn)
    return path
  }

  /// `all.csv`, `tail-paths.csv` → `all-tail-paths.csv`; in the directory of a run under its own name.
  func beside(_ main: String, _ name: String) -> String {
    guard let output else { return directories[0] + "/" + name }
    return (output.hasSuffix(".csv") ? String(output.dropLast(4)) : output) + "-" + name
  }

  /// Refuses to replace what is not ours.
  func check(_ path: String, isOwn: (Data) -> Bool) throws(OutputFailure) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
    if isDirectory.boolValue {
      throw OutputFailure(
        .cannotCreate, path: path, reason: "this is a directory, expected a file", fix: "name a file with -o")
    }
    let start = FileHandle(forReadingAtPath: path).flatMap { try? $0.read(upToCount: 4_096) } ?? Data()
    guard force || start.isEmpty || isOwn(start) else {
      throw OutputFailure(
        .cannotCreate, path: path, reason: "this file is none that kentledge wrote",
        fix: "name another file with -o, or replace this one with --force")
    }
  }
}

/// A finished run, as far as exports need it.
struct ExportedRun {
  let directory: String
  let result: StressTestResult

  /// Runs that are named twice are taken once.
  /// - Throws: X003 where two differ although they are of one run.
  static func read(_ directories: [String], notice: (String) -> Void) throws -> [ExportedRun] {
    var runs: [ExportedRun] = []
    for directory in directories {
      let path = directory + "/results.json"
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw InvalidInput(.missing, [Diagnostic("T001", "cannot read this file", at: .init(file: path))])
      }
      let run = ExportedRun(directory: directory, result: try ResultsJSON.decode(Array(bytes), file: path))
      guard let same = runs.first(where: { $0.result.runIdentity == run.result.runIdentity }) else {
        runs.append(run)
        continue
      }
      guard same.result == run.result else {
        throw InvalidInput(
          .invalid,
          [
            Diagnostic(
              "X003", "this is the same run as \(same.directory), but with other figures", at: .init(file: path),
              notes: ["fix: find out which of the two was changed, with kentledge verify"])
          ])
      }
      notice("\(directory) is the same run as \(same.directory): taken once")
    }
    return runs
  }

  /// The run's table of paths, as it was when the run wrote it.
  func pathTable() throws -> String {
    let manifest = try Manifest(in: directory)
    let check = manifest.checkOutputs(in: directory).first { $0.file == FileName.paths }
    guard let check else {
      throw InvalidInput(
        .missing,
        [
          Diagnostic(
            "X001", "this run has no \(FileName.paths)", at: .init(file: directory),
            notes: ["fix: kentledge run SCENARIO --path-totals"])
        ])
    }
    try Verify.refuse([check], in: directory)
    return directory + "/" + FileName.paths
  }
}

/// What `export --json` prints.
private struct ExportDocument: Encodable {
  let schemaVersion = 1
  let files: [String]
}
