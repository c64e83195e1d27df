import Foundation
import TestSupport
import Testing

@Suite struct ExportCommandTests {
  static let exports = ["results.sqlite", "results.csv", "tail-paths.csv", "data-dictionary.csv"]

  /// One run with everything, that most tests look at: two files of paths.
  static let shared = Result { () throws -> SharedRun in
    let scratch = try ScratchDirectory()
    let run = SharedRun(scratch: scratch)
    try makeScenario(in: scratch, report: "{formats: [json, sqlite, csv], path_totals: on}")
    let outcome = try Program.run("run", run.scenario, "--paths", "5k", "--quiet", "-o", run.path)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return run
  }

  struct SharedRun: @unchecked Sendable {
    /// Held, because it goes with its last reference; never changed.
    let scratch: ScratchDirectory

    var path: String { scratch.path + "/run" }
    var scenario: String { scratch.path + "/scenario.yaml" }
  }

  /// The shipped scenario without what only the report shows.
  private static func makeScenario(in scratch: ScratchDirectory, report: String) throws {
    let text = try String(contentsOfFile: repositoryFile("scenarios/us-severely-adverse-2026.yaml"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
      if line.hasPrefix("report:") { return "report: " + report }
      return line.contains("early_warning:") || line.contains("plausibility:") ? nil : String(line)
    }
    try #require(lines.contains("report: " + report))
    try lines.joined(separator: "\n").write(toFile: scratch.path + "/scenario.yaml", atomically: true, encoding: .utf8)
    for folder in ["data", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/" + folder, withDestinationPath: repositoryFile("scenarios/" + folder))
    }
  }

  private func bytes(_ path: String) throws -> Data {
    try #require(FileManager.default.contents(atPath: path), "\(path)")
  }

  @Test func exportsAfterwardsAreTheBytesOfTheRun() throws {
    let shared = try Self.shared.get(), run = shared.path, scratch = try ScratchDirectory()
    let sqlite = try Program.run("export", "sqlite", run, "-o", scratch.path + "/a.sqlite")
    let csv = try Program.run("export", "csv", run, "-o", scratch.path + "/a.csv")
    #expect(sqlite.code == 0 && csv.code == 0, "\(sqlite.errors)\(csv.errors)")
    #expect(csv.output.split(separator: "\n").count == 3)
    for (own, made) in zip(Self.exports, ["a.sqlite", "a.csv", "a-tail-paths.csv", "a-data-dictionary.csv"]) {
      #expect(try bytes(run + "/" + own) == bytes(scratch.path + "/" + made), "\(own)")
    }
    // Into the run itself: the same files again, which the manifest still vouches for.
    #expect(try Program.run("export", "sqlite", run).code == 0 && Program.run("export", "csv", run).code == 0)
    let verified = try Program.run("verify", run, "--scenario", shared.scenario)
    #expect(verified.code == 0 && verified.output.contains("outputs unchanged"), "\(verified.errors)")
  }

  @Test func shardsGiveTheSameFiles() throws {
    let shared = try Self.shared.get(), run = shared.path, scratch = try ScratchDirectory()
    for shard in ["1/2", "2/2"] {
      #expect(
        try Program.run(
          "run", shared.scenario, "--paths", "5k", "--shard", shard, "--quiet", "-o", scratch.path + "/parts"
        )
        .code == 0)
    }
    let merged = try Program.run(
      "merge", scratch.path + "/parts", "--threads", "1", "-o",
      scratch.path + "/merged")
    #expect(merged.code == 0, "\(merged.errors)")
    for name in Self.exports + ["paths.csv", "results.json"] {
      #expect(try bytes(run + "/" + name) == bytes(scratch.path + "/merged/" + name), "\(name)")
    }
  }

  @Test func aRunAgainGivesTheSamePaths() throws {
    let shared = try Self.shared.get(), run = shared.path, scratch = try ScratchDirectory()
    let same = try Program.run("verify", run, "--scenario", shared.scenario, "--rerun", "--quiet")
    #expect(same.code == 0 && same.output.contains("the same bits"), "\(same.errors)")
    // A table that was exchanged together with its hash.
    try FileManager.default.copyItem(atPath: run, toPath: scratch.path + "/run")
    let table = scratch.path + "/run/paths.csv", other = "path\n"
    let manifest = try String(contentsOfFile: run + "/manifest.json", encoding: .utf8)
    let hashes = try [bytes(table), Data(other.utf8)].map { try hash($0, in: scratch) }
    #expect(manifest.contains(hashes[0]))
    try other.write(toFile: table, atomically: true, encoding: .utf8)
    try manifest.replacing(hashes[0], with: hashes[1])
      .write(toFile: scratch.path + "/run/manifest.json", atomically: true, encoding: .utf8)
    let changed = try Program.run("verify", scratch.path + "/run", "--scenario", shared.scenario, "--rerun", "--quiet")
    #expect(changed.code == 65 && changed.errors.contains("other paths"), "\(changed.errors)")
    let taken = try Program.run("export", "sqlite", scratch.path + "/run", "--path-totals")
    #expect(taken.code == 65 && taken.errors.contains("X002"), "\(taken.errors)")
  }

  private func hash(_ data: Data, in scratch: ScratchDirectory) throws -> String {
    let process = Process(), pipe = Pipe()
    try data.write(to: URL(filePath: scratch.path + "/hashed"))
    process.executableURL = URL(filePath: "/usr/bin/sha256sum")
    process.arguments = [scratch.path + "/hashed"]
    process.standardOutput = pipe
    try process.run()
    process.waitUntilExit()
    return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile().prefix(64), as: UTF8.self)
  }

  @Test func severalRunsAreJoined() throws {
    let shared = try Self.shared.get(), run = shared.path, scratch = try ScratchDirectory()
    let all = scratch.path + "/all.sqlite"
    let joined = try Program.run(
      "export", "sqlite", run, "reports/us-severely-adverse-2024", run, "-o", all, "--json")
    #expect(joined.code == 0 && joined.errors.contains("taken once"), "\(joined.errors)")
    #expect(joined.output.contains("all.sqlite"))
    #expect(try bytes(all).count > bytes(run + "/results.sqlite").count)
    #expect(
      try Program.run("export", "csv", run, "reports/us-severely-adverse-2024", "-o", scratch.path + "/all").code == 0)
    let csv = try String(contentsOfFile: scratch.path + "/all", encoding: .utf8)
    #expect(csv.contains(",us-severely-adverse-2024,") && csv.contains(",us-severely-adverse-2026,"))
    #expect(FileManager.default.fileExists(atPath: scratch.path + "/all-tail-paths.csv"))
    #expect(try Program.run("export", "sqlite", run, run).code == 64)
  }

  @Test func aFinishedRunThatLacksAFileIsRunAgain() throws {
    let scratch = try ScratchDirectory(), place = scratch.path + "/run"
    try Self.makeScenario(in: scratch, report: "{formats: [json]}")
    func run(_ more: String...) throws -> Program.Outcome {
      let base = ["run", scratch.path + "/scenario.yaml", "--paths", "300", "--resume", "-o", place]
      return try Program.run(base + more)
    }
    #expect(try run().code == 0)
    #expect(!FileManager.default.fileExists(atPath: place + "/results.csv"))
    #expect(try !run("--csv", "--sqlite", "--path-totals").errors.contains("holds this run already"))
    #expect(try run("--csv").errors.contains("holds this run already"))
    for name in Self.exports + ["paths.csv"] { #expect(FileManager.default.fileExists(atPath: place + "/" + name)) }
  }

  @Test func badPlacesAndBadResultsAreRefused() throws {
    let shared = try Self.shared.get(), run = shared.path, scratch = try ScratchDirectory()
    try "mine".write(toFile: scratch.path + "/mine", atomically: true, encoding: .utf8)
    for kind in ["sqlite", "csv"] {
      let foreign = try Program.run("export", kind, run, "-o", scratch.path + "/mine")
      #expect(foreign.code == 73 && foreign.errors.contains("--force"), "\(foreign.errors)")
      #expect(try Program.run("export", kind, run, "-o", scratch.path).code == 73)
      #expect(try Program.run("export", kind, run, "-o", scratch.path + "/nowhere/x").code == 73)
      #expect(try Program.run("export", kind, scratch.path).code == 66)
    }
    #expect(try String(contentsOfFile: scratch.path + "/mine", encoding: .utf8) == "mine")
    #expect(try Program.run("export", "sqlite", run, "--force", "-o", scratch.path + "/mine").code == 0)
    #expect(try Program.run("export", "csv", run, "-o", scratch.path + "/mine").code == 73)
    #expect(
      try Program.run(
        "export", "sqlite", "reports/us-severely-adverse-2024", "--path-totals", "-o", scratch.path + "/x"
      ).code == 66)

    let text = try String(contentsOfFile: run + "/results.json", encoding: .utf8)
    let hash = String(repeating: "a", count: 64)
    let garbage: [String] = [
      "", "{}", "null", "[[[[", String(text.prefix(text.count / 2)),
      text.replacing("\"run_identity\":\"", with: "\"run_identity\":\"x"),
      text.replacing("\"tail_columns\":", with: "\"tail_column\":"),
      text.replacing("\"entity\":\"system\"", with: "\"entity\":\"nobody\""),
      text.replacing("\"weight\":1}", with: "\"weight\":-1}"), text.replacing("\"path\":", with: "\"path\":-"),
      text.replacing("\"weight\":1}", with: "\"weight\":1e999}"), String(repeating: hash, count: 10),
    ]
    try FileManager.default.createDirectory(atPath: scratch.path + "/bad", withIntermediateDirectories: true)
    for (index, bad) in garbage.enumerated() {
      try bad.write(toFile: scratch.path + "/bad/results.json", atomically: true, encoding: .utf8)
      let outcome = try Program.run("export", index % 2 == 0 ? "sqlite" : "csv", scratch.path + "/bad")
      #expect(outcome.code == 65, "\(index): \(outcome.code) \(outcome.errors.prefix(300))")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/bad") == ["results.json"])
  }

  /// What the scenario of the shared run asks for in its file.
  @Test func aScenarioMayAskForThem() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.shared.get().path).sorted()
    #expect(names == (Self.exports + ["paths.csv", "results.json", "manifest.json"]).sorted())
  }
}
