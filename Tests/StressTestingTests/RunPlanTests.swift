import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

@Suite struct RunPlanTests {
  private static func test(paths: Int) throws -> StressTest {
    try StressTest(
      ScenarioLoader.load(
        path: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), overrides: .init(paths: paths)))
  }

  @Test func thePlannedBytesAreTheBytesOnDisk() throws {
    let scratch = try ScratchDirectory()
    let test = try Self.test(paths: 16_385)
    let plan = try RunPlan(of: test, threads: 2, shardCount: 4)
    try test.draw(.whole, threadCount: 2, in: scratch.path, cancellation: Cancellation()) { _, _ in }
    var bytes = 0, files = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: scratch.path) where name.contains("/paths-") {
      files += 1
      bytes += try #require(
        FileManager.default.attributesOfItem(atPath: scratch.path + "/" + name)[.size] as? Int)
    }
    #expect(plan.files == files && plan.bytes == bytes)
    #expect(plan.paths == 16_385)
    #expect(plan.shards.count == 4 && plan.shards.map(\.paths).reduce(0, +) == plan.paths)
    #expect(plan.pathsPerSecond > 0 && plan.drawingSeconds > 0)
  }

  /// A future in the tail costs more than a hundred looks at its candidates.
  @Test func candidatesOfTheTailAreCounted() throws {
    let scenario = try ScenarioCopy(sampling: "two-phase"), test = try scenario.test(paths: 4_096)
    let plan = try RunPlan(of: test, threads: 1, shardCount: 2)
    #expect(plan.stages.map(\.paths) == [4_096, 1_024] && plan.stages.map(\.files) == [1, 16])
    #expect(plan.drawingSeconds > 5 * 5_120 / plan.pathsPerSecond)
    #expect(plan.shards.map(\.files) == [8, 9] && plan.shards.allSatisfy { $0.seconds > 0 })
  }

  private static func script(_ scenario: String = "scenarios/a b.yaml") throws -> JobScript {
    let plan = try RunPlan(of: test(paths: 64), threads: 2, shardCount: 3)
    return JobScript(
      scenario: scenario, scenarioIdentity: "us-severely-adverse-2026", paths: 64, seed: nil, shardCount: 3, threads: 2,
      shardDirectory: "runs/it's-shards", output: "runs/it's", plan: plan)
  }

  @Test func slurmGetsAnArrayAndAMergeThatWaitsForIt() throws {
    let text = try Self.script().slurm
    for line in [
      "#SBATCH --array=1-3", "#SBATCH --requeue", "#SBATCH --cpus-per-task=2",
      "\"$KENTLEDGE\" run 'scenarios/a b.yaml' --paths 64 --threads 2 --resume -o 'runs/it'\\''s-shards' --shard "
        + "\"$SLURM_ARRAY_TASK_ID/3\" &",
      "merge=$(sbatch --parsable --dependency=\"afterany:$shards\" <<'JOB'",
      "exec \"$KENTLEDGE\" merge 'runs/it'\\''s-shards' --threads 2 -o 'runs/it'\\''s'",
    ] {
      #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
    }
  }

  @Test func kubernetesGetsAnIndexedJob() throws {
    let text = try Self.script().kubernetes(image: "registry.example/kentledge:1", claim: "stress")
    for line in [
      "  completionMode: Indexed", "  completions: 3", "  backoffLimitPerIndex: 5", "      - action: FailIndex",
      "          values: [64, 65, 66]", "          image: \"registry.example/kentledge:1\"",
      "            - name: KENTLEDGE_SHARDS", "              value: \"3\"", "            claimName: \"stress\"",
      "  suspend: true",
    ] {
      #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
    }
    #expect(text.contains("\"--shard\", \"auto\"]"))
  }
}
