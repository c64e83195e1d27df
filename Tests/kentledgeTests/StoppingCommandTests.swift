import Foundation
import TestSupport
import Testing

@Suite struct StoppingCommandTests {
  private func scenario(_ halfWidth: String, in scratch: ScratchDirectory) throws -> String {
    for name in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + name, withDestinationPath: repositoryFile("scenarios/" + name))
    }
    try FileManager.default.copyItem(
      atPath: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), toPath: scratch.path + "/base.yaml")
    let path = scratch.path + "/stopping.yaml"
    let text = """
      schema: kentledge/1
      extends: base.yaml
      id: stopping
      title: Stopping
      simulation:
        stop_when: {metric: system.loan_loss, measure: mean, half_width: \(halfWidth)}

      """
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func tooFewPathsEndWith4AndEverythingWritten() throws {
    let scratch = try ScratchDirectory(), scenario = try scenario("0.01%", in: scratch), place = scratch.path + "/run"
    let run = ["run", scenario, "--paths", "600", "--csv", "--quiet", "-o", place]
    let outcome = try Program.run(run)
    #expect(outcome.code == 4, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("Not converged: after all 600 simulated futures"))
    for name in ["report.html", "report.md", "results.json", "results.csv", "manifest.json"] {
      #expect(FileManager.default.fileExists(atPath: place + "/" + name), "\(name)")
    }
    let report = try String(contentsOfFile: place + "/report.md", encoding: .utf8)
    #expect(report.contains("the run is not as precise as its author asked") && report.contains("Not converged"))
    let again = try Program.run(run + ["--resume", "--json"])
    #expect(again.code == 4)
    let document = try #require(JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
    let stopping = try #require(document["stopping"] as? [String: Any])
    #expect(stopping["is_reached"] as? Bool == false && stopping["paths"] as? Int == 600)
  }

  @Test func aRunThatStoppedEarlyIsRepeated() throws {
    let scratch = try ScratchDirectory(), scenario = try scenario("5%", in: scratch), place = scratch.path + "/run"
    let outcome = try Program.run("run", scenario, "--paths", "20k", "-o", place)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("after 16384 paths the half-width of mean of system.loan_loss is"))
    let verified = try Program.run("verify", place, "--scenario", scenario, "--rerun", "--quiet")
    #expect(verified.code == 0 && verified.output.contains("rerun: the same bits"), "\(verified.errors)")
    let report = try String(contentsOfFile: place + "/report.md", encoding: .utf8)
    #expect(report.contains("--paths 20000") && report.contains("after 16,384 of at most 20,000 simulated futures"))
  }

  @Test func itIsNotDivided() throws {
    let scratch = try ScratchDirectory(), scenario = try scenario("1%", in: scratch)
    let shard = try Program.run("run", scenario, "--shard", "1/2", "-o", scratch.path + "/parts", "--json")
    #expect(shard.code == 64)
    #expect(shard.errors.contains("--shard does not go with simulation.stop_when (stopping.yaml:6)"), "\(shard.errors)")
    #expect(shard.output.contains("\"error\" : \"usage\""))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/parts"))
    let plan = try Program.run("plan", scenario, "--shards", "2")
    #expect(plan.code == 64 && plan.errors.contains("plan does not go with simulation.stop_when"))
  }
}
