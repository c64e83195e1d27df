import ArgumentParser
import Foundation
import MacroScenarios
import Reporting
import StressTesting

/// What a run and a merge do with a result.
struct RunOutput {
  let console: ConsoleOptions
  let threads: Int

  /// Writes report, exports and manifest.
  func write(
    _ result: StressTestResult, _ totals: PathTotals, _ report: MacroScenarios.Report, to directory: RunDirectory,
    _ clock: inout StageClock, shards: [ShardRecord] = []
  ) throws {
    var outputs = try ReportFiles.render(result, formats: report.formats, threads: threads).map {
      try directory.write($0.text, to: $0.name)
    }
    clock.finish("render")
    if !ExportFiles.names(report).isEmpty {
      outputs += try ExportFiles.write(result, totals, report, to: directory, threads: threads)
      clock.finish("export")
    }
    let manifest = Manifest(
      of: result, outputs: outputs, threads: threads, timings: clock.stages, shards: shards.map { .init($0) })
    try directory.write(manifest.encoded(), to: RunDirectory.manifestName)
  }

  /// The result of that very run, if it stands there with every file unchanged and none lacking.
  func finished(
    _ test: StressTest, _ report: MacroScenarios.Report, at path: String
  ) throws -> StressTestResult? {
    guard let manifest = try? Manifest(in: path), manifest.runIdentity == test.runIdentity,
      manifest.checkOutputs(in: path).allSatisfy({ $0.state == .unchanged }),
      ExportFiles.names(report).allSatisfy({ name in manifest.outputs.contains { $0.file == name } }),
      let bytes = FileManager.default.contents(atPath: path + "/results.json")
    else { return nil }
    return try? ResultsJSON.decode(Array(bytes))
  }

  /// Says where the report is and what came of the checks; a failed check of severity `error` ends with 3, and else a run
  /// that is not as precise as it was to be with 4.
  func conclude(_ result: StressTestResult, _ directory: RunDirectory) throws {
    let failed = result.checks.filter { !$0.passed }
    if console.json {
      print(
        JSONText.encode(
          RunDocument(
            runIdentity: result.runIdentity, directory: directory.destination, paths: result.scenario.paths,
            seed: result.scenario.seed, checks: result.checks, stopping: result.stopping)))
    } else {
      for check in result.checks {
        let verdict = check.passed ? "passed" : "FAILED"
        print("check \(check.id): \(verdict) (\(check.assertion); found \(percent(check.value)))")
      }
      print(directory.destination + "/report.html")
    }
    let imprecise = result.stopping.map { !$0.isReached } ?? false
    if imprecise, let note = result.notes.first(where: { $0.text.hasPrefix("Not converged") }) {
      FileHandle.standardError.write(Data((note.text + "\n").utf8))
    }
    if failed.contains(where: { $0.severity == "error" }) { throw ExitCode(3) }
    if imprecise { throw ExitCode(4) }
  }

  private func percent(_ value: Double) -> String { String(format: "%.2f%%", 100 * value) }
}

/// What `run --json` prints.
private struct RunDocument: Encodable {
  let schemaVersion = 1
  let runIdentity: String
  let directory: String
  let paths: Int
  let seed: UInt64
  let checks: [StressTestResult.Check]
  let stopping: StressTestResult.Stopping?
}

/// Seconds of each stage of a run.
struct StageClock {
  private(set) var stages: [(stage: String, seconds: Double)] = []
  private var last = ContinuousClock.now

  mutating func finish(_ stage: String) {
    let now = ContinuousClock.now
    let elapsed = (now - last).components
    stages.append((stage, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18))
    last = now
  }
}
