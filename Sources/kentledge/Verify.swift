import ArgumentParser
import Foundation
import MacroScenarios
import Reporting
import ResultExport
import StressTesting

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells whether a run's files are as it wrote them, and whether running again gives the same figures.",
    discussion: """
      Examples:
        kentledge verify reports/us-severely-adverse-2026
        kentledge verify reports/us-severely-adverse-2026 --rerun --scenario scenarios/us-severely-adverse-2026.yaml
        kentledge verify reports/runs/baseline --key key.pub

      A file that was changed, a signature that does not hold or a figure that another run does not give ends with 65, \
      a file that is gone with 66. Under the same run identity --rerun expects the same bits; on another instruction set \
      or C library, 1e-5 of every figure and two paths of every count, and says which it was.
      """)

  @Argument(help: "The directory of a run.")
  var directory: String

  @Flag(help: "Run the scenario again and compare.")
  var rerun = false

  @Option(help: "The scenario file. Default: the file of that name here or in scenarios.")
  var scenario: String?

  @Option(help: "Check manifest.sig with this Ed25519 public key in PEM form.")
  var key: String?

  @Option(help: "Worker threads. Default: one a processor.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @OptionGroup var console: ConsoleOptions

  func validate() throws { try ThreadCount.validate(threads) }

  func run() throws {
    let interruption = Interruption()
    do {
      try verify(interruption)
    } catch {
      throw Failure(error, interruption: interruption).report(asJSON: console.json)
    }
  }

  private func verify(_ interruption: Interruption) throws {
    let manifest = try Manifest(in: directory)
    if let key { try checkSignature(key) }
    let outputs = manifest.checkOutputs(in: directory)
    try Self.refuse(outputs, in: directory)
    var lines = ["\(outputs.count) outputs unchanged" + (key == nil ? "" : ", signature valid")]
    let scenario = self.scenario ?? foundScenario(manifest)
    var inputs: [Manifest.FileCheck]?
    if let scenario {
      let place = URL(fileURLWithPath: scenario).deletingLastPathComponent().path
      let checks = manifest.checkInputs(in: place)
      // With --rerun it is the figures that say whether a change matters; a scenario's comments do not.
      if !rerun { try Self.refuse(checks, in: place) }
      let changed = checks.count { $0.state != .unchanged }
      lines.append("\(checks.count - changed) of \(checks.count) inputs unchanged")
      inputs = checks
    } else {
      lines.append(
        "inputs not checked: \(manifest.scenarioFile ?? "the scenario") is not here; name it with --scenario")
    }
    var comparison: ResultComparison?
    if rerun {
      let found = try compare(manifest, scenario, interruption)
      lines.append(text(of: found))
      comparison = found
    }
    if console.json {
      print(
        JSONText.encode(
          VerifyDocument(
            runIdentity: manifest.runIdentity, outputs: outputs, inputs: inputs, isSigned: key == nil ? nil : true,
            rerun: comparison?.verdict, largestDistance: comparison?.largestDistance)))
    } else {
      lines.forEach { print($0) }
    }
  }

  private func text(of comparison: ResultComparison) -> String {
    switch comparison.verdict {
    case .sameBits: "rerun: the same bits"
    default:
      "rerun: the same to 1e-5 and two paths of a count (largest difference "
        + String(format: "%.2g", comparison.largestDistance)
        + " of that), as another instruction set or C library allows"
    }
  }

  private func foundScenario(_ manifest: Manifest) -> String? {
    guard let file = manifest.scenarioFile else { return nil }
    return [file, "scenarios/" + file].first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Refuses files that are not as they were.
  static func refuse(_ checks: [Manifest.FileCheck], in directory: String) throws(InvalidInput) {
    let problems = checks.filter { $0.state != .unchanged }
    guard !problems.isEmpty else { return }
    throw InvalidInput(
      problems.contains { $0.state == .changed } ? .invalid : .missing,
      problems.prefix(20).map { check in
        check.state == .changed
          ? Diagnostic("R011", "this file was changed after the run", at: .init(file: directory + "/" + check.file))
          : Diagnostic("R012", "this file of the run is gone", at: .init(file: directory + "/" + check.file))
      }, omittedCount: max(0, problems.count - 20))
  }

  private func checkSignature(_ key: String) throws {
    let path = directory + "/" + Signature.fileName
    guard let signature = FileManager.default.contents(atPath: path) else {
      throw InvalidInput(.missing, [Diagnostic("R013", "this run is not signed", at: .init(file: path))])
    }
    let message = FileManager.default.contents(atPath: directory + "/" + RunDirectory.manifestName) ?? Data()
    guard try Signature.isValid(Array(signature), of: Array(message), keyFile: key) else {
      throw InvalidInput(
        .invalid,
        [Diagnostic("R014", "the signature is not one of the manifest by this key", at: .init(file: path))])
    }
  }

  /// Runs the scenario again, in a directory of its own that goes at the end.
  private func compare(
    _ manifest: Manifest, _ scenario: String?, _ interruption: Interruption
  ) throws -> ResultComparison {
    let resultsPath = directory + "/results.json"
    guard let scenario else {
      throw InvalidInput(
        .missing,
        [
          Diagnostic(
            "S001", "the scenario that the run was made from is not here",
            at: .init(file: manifest.scenarioFile ?? "scenario"), notes: ["fix: name it with --scenario"])
        ])
    }
    guard let bytes = FileManager.default.contents(atPath: resultsPath) else {
      throw InvalidInput(.missing, [Diagnostic("T001", "cannot read this file", at: .init(file: resultsPath))])
    }
    let old = try ResultsJSON.decode(Array(bytes), file: resultsPath)
    /// As the flag gave it: a run that stopped early has fewer paths.
    func flag(_ key: String) -> String? {
      old.scenario.resolved.first { $0.key == key && $0.origin == "flag" }?.value
    }
    let loaded = try ScenarioLoader.load(
      path: scenario,
      overrides: .init(
        paths: flag("simulation.paths").flatMap { Int($0) }, seed: flag("simulation.seed").flatMap { UInt64($0) }))
    let test = try StressTest(loaded)
    let isSameRun = test.runIdentity == manifest.runIdentity
    guard isSameRun || test.provenance.isOtherMachineOnly(than: manifest.provenance) else {
      throw Self.notRepeated(
        "the run cannot be repeated: it is not the same any more",
        test.provenance.differences(from: manifest.provenance),
        resultsPath)
    }
    let place = FileManager.default.temporaryDirectory.appending(path: "kentledge-verify-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: place) }
    let bars = ProgressBars(isQuiet: console.quiet)
    let new = try test.run(threadCount: threads, in: place, cancellation: interruption.cancellation) { stage, count in
      bars.advance(stage, by: count)
    }
    let comparison = ResultComparison(new, with: old)
    guard comparison.verdict == .sameBits || (!isSameRun && comparison.verdict == .close) else {
      throw Self.notRepeated("another run of it gives other figures", comparison.differences, resultsPath)
    }
    if isSameRun, let table = manifest.outputs.first(where: { $0.file == FileName.paths }) {
      let again = place + "/" + FileName.paths
      let totals = try test.pathTotals(in: place, cancellation: interruption.cancellation)
      try PathTable.write(totals, threadCount: threads, to: again)
      guard Digest.sha256(ofFile: again) == table.sha256 else {
        throw Self.notRepeated("another run of it gives other paths", [], directory + "/" + FileName.paths)
      }
    }
    return comparison
  }

  private static func notRepeated(_ message: String, _ differences: [String], _ path: String) -> InvalidInput {
    let notes = differences.isEmpty ? ["the settings or the last bits differ"] : Array(differences.prefix(10))
    return InvalidInput(.invalid, [Diagnostic("R015", message, at: .init(file: path), notes: notes)])
  }
}

/// What `verify --json` prints.
private struct VerifyDocument: Encodable {
  let schemaVersion = 1
  let runIdentity: String
  let outputs: [Manifest.FileCheck]
  let inputs: [Manifest.FileCheck]?
  let isSigned: Bool?
  let rerun: ResultComparison.Verdict?
  let largestDistance: Double?
}
