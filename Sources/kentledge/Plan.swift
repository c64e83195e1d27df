import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what a run would take, without running it; writes the job script of a run in shards.",
    discussion: """
      Examples:
        kentledge plan scenarios/us-baseline-2026.yaml --paths 10M
        kentledge plan scenarios/us-baseline-2026.yaml --paths 10M --shards 20 --emit slurm > submit.sh
        kentledge plan scenarios/us-baseline-2026.yaml --paths 10M --shards 20 --emit k8s -o baseline > job.yaml

      Times are measured here on a few blocks of paths; other machines differ.
      """)

  enum Scheduler: String, ExpressibleByArgument, CaseIterable { case slurm, k8s }

  @Argument(help: "The scenario file.")
  var scenario: String

  @Option(help: "Number of paths, such as 50000, 100k or 1M, in place of the file's.")
  var paths: PathCount?

  @Option(help: "Seed of the random numbers, in place of the file's.")
  var seed: UInt64?

  @Option(help: "How many shards, at most 1000.")
  var shards: Int?

  @Option(help: "Print the job script for that scheduler: slurm or k8s.")
  var emit: Scheduler?

  @Option(help: "Worker threads of each shard.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    name: .shortAndLong,
    help: "Where the run will be written; shards go to <output>-shards. Default: reports/runs/<scenario-id>.")
  var output: String?

  @Option(help: "For k8s: the container image.")
  var image = "kentledge:\(Version.current)"

  @Option(help: "For k8s: the volume claim with scenario, data and output.")
  var claim = "kentledge"

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    try ThreadCount.validate(threads)
    if let shards, !(1...Shard.largestCount).contains(shards) {
      throw ValidationError("--shards is \(shards), expected 1 to \(Shard.largestCount)")
    }
    if emit != nil, shards == nil { throw ValidationError("--emit needs --shards") }
  }

  func run() throws {
    do {
      let loaded = try ScenarioLoader.load(path: scenario, overrides: .init(paths: paths?.value, seed: seed))
      try StoppingRefusal.check(loaded, "plan")
      let plan = try RunPlan(of: StressTest(loaded), threads: threads, shardCount: shards)
      if let emit, let shards {
        let output = self.output ?? "reports/runs/\(loaded.id)"
        let script = JobScript(
          scenario: scenario, scenarioIdentity: loaded.id, paths: paths?.value, seed: seed, shardCount: shards,
          threads: threads, shardDirectory: output + "-shards", output: output, plan: plan)
        print(emit == .slurm ? script.slurm : script.kubernetes(image: image, claim: claim), terminator: "")
      } else if console.json {
        print(JSONText.encode(plan))
      } else {
        show(plan)
      }
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }

  private func show(_ plan: RunPlan) {
    for stage in plan.stages {
      print("\(stage.name): \(stage.paths) paths in \(stage.files) files, \(Self.size(stage.bytes))")
    }
    print("disk while it runs: \(Self.size(plan.bytes))")
    print("memory: about \(Int(plan.memoryMegabytes.rounded(.up))) MB with \(plan.threads) threads")
    print("speed here: \(Int(plan.pathsPerSecond)) paths/s a thread, measured on 2,048 paths just now")
    if plan.shards.isEmpty {
      print("drawing: about \(Self.duration(plan.drawingSeconds)) with \(plan.threads) threads")
    } else {
      let slowest = plan.shards.map(\.seconds).max() ?? 0, most = plan.shards.map(\.bytes).max() ?? 0
      print(
        "each of \(plan.shards.count) shards: at most \(plan.shards.map(\.files).max() ?? 0) files, \(Self.size(most)), "
          + "about \(Self.duration(slowest)) with \(plan.threads) threads")
    }
    print("gathering: about \(Self.duration(plan.gatheringSeconds)) with \(plan.threads) threads, on one machine")
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 120 ? String(format: "%.1f s", seconds) : String(format: "%.0f min", seconds / 60)
  }
}
