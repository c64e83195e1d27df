import ArgumentParser
import Foundation
import MacroScenarios
import Reporting
import StressTesting

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a scenario and writes its report.",
    discussion: """
      Examples:
        kentledge run scenarios/us-severely-adverse-2026.yaml
        kentledge run scenarios/us-baseline-2026.yaml --paths 1M --seed 7 -o reports/runs/baseline
        kentledge run scenarios/us-baseline-2026.yaml --paths 1M --resume     # goes on where it was stopped
        kentledge run scenarios/us-baseline-2026.yaml --shard 3/8 -o parts    # an eighth of it; see kentledge merge

      A scenario with simulation.stop_when draws until a figure is as precise as it says; where its paths do not suffice \
      the run is written all the same and ends with 4.

      Writes report.html, report.md with its figures, results.json and manifest.json, and with --sqlite, --csv and \
      --path-totals the figures for other programs. Neither threads nor shards nor an \
      interruption change a result. A shard is a directory of files of paths, <output>/shard-<k>-of-<N>; with auto its \
      number comes from Slurm, Kubernetes or Open MPI.
      """)

  @Argument(help: "The scenario file.")
  var scenario: String

  @Option(
    name: .shortAndLong,
    help: "Where to write. Default: reports/runs/<scenario-id>, and with --shard reports/runs/<scenario-id>-shards.")
  var output: String?

  @Option(help: "Number of paths, such as 50000, 100k or 1M, in place of the file's.")
  var paths: PathCount?

  @Option(help: "Seed of the random numbers, in place of the file's.")
  var seed: UInt64?

  @Option(help: "Worker threads. Default: one a processor.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Draw only a part of the paths: k/N with k from 1, or auto.")
  var shard: ShardArgument?

  @Flag(help: "Go on with what an interrupted run has left.")
  var resume = false

  @Flag(help: "Keep the files of per-path columns in <output>/blocks.")
  var keepPaths = false

  @Flag(help: "Replace a directory that holds something other than a run.")
  var force = false

  @OptionGroup var outputs: OutputOptions

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    try ThreadCount.validate(threads)
    _ = try shard?.shard()
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
    if threads > 1 { Manifest.Build.beginHashing() }
    let loaded = try ScenarioLoader.load(path: scenario, overrides: .init(paths: paths?.value, seed: seed))
    if shard != nil { try StoppingRefusal.check(loaded, "--shard") }
    let test = try StressTest(loaded)
    let gaps = test.warnings.filter { $0.code.hasPrefix("T") }
    console.show(test.warnings.filter { !$0.code.hasPrefix("T") })
    if !gaps.isEmpty {
      console.say(
        "\(gaps.count) gaps in the tables were left open or filled by a named rule: see section 12 of the report, or "
          + "kentledge validate \(scenario)")
    }
    clock.finish("prepare")
    let name = output ?? "reports/runs/\(loaded.id)" + (shard == nil ? "" : "-shards")
    if let shard = try shard?.shard() {
      try draw(shard, of: test, in: name + "/" + shard.directoryName, interruption)
    } else {
      try draw(test, outputs.outputs(of: loaded.report), in: name, interruption, &clock)
    }
  }

  /// The whole run.
  private func draw(
    _ test: StressTest, _ report: MacroScenarios.Report, in name: String, _ interruption: Interruption,
    _ clock: inout StageClock
  ) throws {
    let runOutput = RunOutput(console: console, threads: threads)
    let directory = try RunDirectory(at: name, force: force, keepsPaths: resume, notice: console.say)
    do {
      if resume, let result = try runOutput.finished(test, report, at: directory.destination) {
        directory.discard()
        console.say("\(name) holds this run already")
        return try runOutput.conclude(result, directory)
      }
      let bars = ProgressBars(isQuiet: console.quiet)
      try test.draw(
        .whole, threadCount: threads, in: directory.blocks, cancellation: interruption.cancellation,
        notice: console.say
      ) { stage, count in bars.advance(stage, by: count) }
      clock.finish("draw")
      let result = try test.gather(
        threadCount: threads, in: directory.blocks, cancellation: interruption.cancellation)
      clock.finish("gather")
      let totals = try test.pathTotals(in: directory.blocks, cancellation: interruption.cancellation)
      try runOutput.write(result, totals, report, to: directory, &clock)
      try directory.commit(keepsPaths: keepPaths)
      try runOutput.conclude(result, directory)
    } catch let code as ExitCode {
      throw code
    } catch {
      throw directory.leave() ? Unfinished(error, directory: directory.staging) as any Error : error
    }
  }

  /// One shard of it; one that is finished is left as it is.
  private func draw(_ shard: Shard, of test: StressTest, in name: String, _ interruption: Interruption) throws {
    let directory = try RunDirectory(at: name, force: force, keepsPaths: resume, notice: console.say)
    do {
      if try test.isFinished(shard, at: directory.destination, threadCount: threads) {
        directory.discard()
        console.say("\(name) is finished already")
      } else {
        let bars = ProgressBars(isQuiet: console.quiet)
        try test.draw(
          shard, threadCount: threads, in: directory.blocks, cancellation: interruption.cancellation,
          notice: console.say
        ) { stage, count in bars.advance(stage, by: count) }
        try test.finish(shard, in: directory, scenario: scenario, paths: paths?.value, seed: seed)
        try directory.commit(keepsPaths: true)
      }
    } catch {
      throw directory.leave() ? Unfinished(error, directory: directory.staging) as any Error : error
    }
    if console.json {
      print(
        JSONText.encode(
          ShardDocument(runIdentity: test.runIdentity, directory: name, shard: shard.number, shards: shard.count)))
    } else {
      print(name)
    }
  }
}

/// What `run --shard --json` prints.
private struct ShardDocument: Encodable {
  let schemaVersion = 1
  let runIdentity: String
  let directory: String
  let shard: Int
  let shards: Int
}
