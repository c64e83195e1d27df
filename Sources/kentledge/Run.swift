import ArgumentParser
import Foundation
import MacroScenarios
import Reporting
import StressTesting
import Synchronization

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a scenario and writes its report.",
    discussion: """
      Examples:
        kentledge run scenarios/us-severely-adverse-2026.yaml
        kentledge run scenarios/us-baseline-2026.yaml --paths 1M --seed 7 -o reports/runs/baseline

      Writes report.html, report.md with its figures, results.json and manifest.json. The number of threads never \
      changes a result.
      """)

  @Argument(help: "The scenario file.")
  var scenario: String

  @Option(name: .shortAndLong, help: "Where to write. Default: reports/runs/<scenario-id>.")
  var output: String?

  @Option(help: "Number of paths, such as 50000, 100k or 1M, in place of the file's.")
  var paths: PathCount?

  @Option(help: "Seed of the random numbers, in place of the file's.")
  var seed: UInt64?

  @Option(help: "Worker threads. Default: one a processor.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Keep the files of per-path columns in <output>/blocks.")
  var keepPaths = false

  @Flag(help: "Replace a directory that holds something other than a run.")
  var force = false

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard (1...1_024).contains(threads) else {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }

  func run() throws {
    let interruption = Interruption()
    do {
      try runScenario(interruption)
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error, interruption: interruption).report(asJSON: console.json)
    }
  }

  private func runScenario(_ interruption: Interruption) throws {
    var clock = StageClock()
    let loaded = try ScenarioLoader.load(path: scenario, overrides: .init(paths: paths?.value, seed: seed))
    let test = try StressTest(loaded)
    let gaps = test.warnings.filter { $0.code.hasPrefix("T") }
    console.show(test.warnings.filter { !$0.code.hasPrefix("T") })
    if !gaps.isEmpty {
      console.say(
        "\(gaps.count) gaps in the tables were left open or filled by a named rule: see section 12 of the report, or "
          + "kentledge validate \(scenario)")
    }
    clock.finish("prepare")

    let directory = try RunDirectory(at: output ?? "reports/runs/\(loaded.id)", force: force)
    do {
      let result = try simulate(test, directory, interruption)
      clock.finish("simulate and aggregate")
      try write(result, loaded.report.formats, to: directory, &clock)
      if interruption.cancellation.isRequested { throw Interrupted() }
      try directory.commit()
      try conclude(result, directory)
    } catch {
      directory.discard()
      throw error
    }
  }

  private func simulate(
    _ test: StressTest, _ directory: RunDirectory, _ interruption: Interruption
  ) throws -> StressTestResult {
    let bars = ProgressBars(isQuiet: console.quiet)
    return try test.run(
      threadCount: threads, in: directory.staging + "/blocks", cancellation: interruption.cancellation
    ) { stage, count in
      bars.advance(stage, by: count)
    }
  }

  private func write(
    _ result: StressTestResult, _ formats: [MacroScenarios.Report.Format], to directory: RunDirectory,
    _ clock: inout StageClock
  ) throws {
    let outputs = try ReportFiles.render(result, formats: formats)
    for file in outputs { try directory.write(file.text, to: file.name) }
    clock.finish("render")
    let manifest = Manifest(of: result, outputs: outputs, threads: threads, timings: clock.stages)
    try directory.write(manifest.encoded(), to: RunDirectory.manifestName)
    if !keepPaths { try? FileManager.default.removeItem(atPath: directory.staging + "/blocks") }
  }

  /// Says where the report is and what came of the checks; a failed check of severity `error` ends with 3.
  private func conclude(_ result: StressTestResult, _ directory: RunDirectory) throws {
    let failed = result.checks.filter { !$0.passed }
    if console.json {
      print(
        JSONText.encode(
          RunDocument(
            runIdentity: result.runIdentity, directory: directory.destination, paths: result.scenario.paths,
            seed: result.scenario.seed, checks: result.checks)))
    } else {
      for check in result.checks {
        let verdict = check.passed ? "passed" : "FAILED"
        print("check \(check.id): \(verdict) (\(check.assertion); found \(percent(check.value)))")
      }
      print(directory.destination + "/report.html")
    }
    if failed.contains(where: { $0.severity == "error" }) { throw ExitCode(3) }
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
