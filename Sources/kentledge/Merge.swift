import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes one run of its shards, bit for bit the same as in one piece.",
    discussion: """
      Examples:
        kentledge merge parts -o reports/runs/baseline
        kentledge merge node1/shard-1-of-2 node2/shard-2-of-2 -o reports/runs/baseline

      Shards of another run, damaged files and duplicates that differ are refused (65). What is missing is listed with \
      the command that draws it (66).
      """)

  @Argument(help: "Shards, or directories that hold shards.")
  var directories: [String]

  @Option(name: .shortAndLong, help: "Where to write. Default: reports/runs/<scenario-id>.")
  var output: String?

  @Option(help: "The scenario file, where it does not lie as it did for the shards.")
  var scenario: String?

  @Option(help: "Worker threads. Default: one a processor.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Keep the files of per-path columns in <output>/blocks.")
  var keepPaths = false

  @Flag(help: "Replace a directory that holds something other than a run.")
  var force = false

  @OptionGroup var outputs: OutputOptions

  @OptionGroup var console: ConsoleOptions

  func validate() throws { try ThreadCount.validate(threads) }

  func run() throws {
    let interruption = Interruption()
    do {
      try merge(interruption)
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error, interruption: interruption).report(asJSON: console.json)
    }
  }

  private func merge(_ interruption: Interruption) throws {
    var clock = StageClock()
    let merge = try ShardMerge(directories), first = merge.parts[0].record
    let loaded = try ScenarioLoader.load(
      path: scenario ?? first.scenario, overrides: .init(paths: first.paths, seed: first.seed))
    let test = try StressTest(loaded)
    try merge.check(test)
    clock.finish("prepare")
    let directory = try RunDirectory(at: output ?? "reports/runs/\(loaded.id)", force: force, notice: console.say)
    let runOutput = RunOutput(console: console, threads: threads)
    do {
      try merge.bringTogether(
        in: directory, for: test, threadCount: threads, cancellation: interruption.cancellation)
      clock.finish("check shards")
      let result = try test.gather(
        threadCount: threads, in: directory.blocks, cancellation: interruption.cancellation)
      clock.finish("gather")
      let totals = try test.pathTotals(in: directory.blocks, cancellation: interruption.cancellation)
      try runOutput.write(
        result, totals, outputs.outputs(of: loaded.report), to: directory, &clock, shards: merge.parts.map(\.record))
      try directory.commit(keepsPaths: keepPaths)
      try runOutput.conclude(result, directory)
    } catch let code as ExitCode {
      throw code
    } catch {
      // The shards have everything.
      directory.discard()
      throw error
    }
  }
}
