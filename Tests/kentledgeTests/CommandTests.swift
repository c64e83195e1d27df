import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import kentledge

/// The built program, run as a user runs it.
enum Program {
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Beside the test bundle: both come out of one build.
  private static let path = URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    .appending(path: "kentledge").path

  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  static func run(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: repositoryFile("."))
    let scratch = try ScratchDirectory()
    // Files, not pipes: a pipe that nobody empties stops the program.
    let names = ["output", "errors"].map { "\(scratch.path)/\($0)" }
    for name in names { _ = FileManager.default.createFile(atPath: name, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: names[0])
    process.standardError = FileHandle(forWritingAtPath: names[1])
    try process.run()
    process.waitUntilExit()
    let texts = try names.map { try String(contentsOfFile: $0, encoding: .utf8) }
    return Outcome(code: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}

@Suite struct ModelCommandTests {
  static let weights = "scenarios/models/loss-rates-2025Q4.safetensors"
  static let scenario = "scenarios/us-severely-adverse-2026.yaml"

  private func object(_ text: String) throws -> Any { try JSONSerialization.jsonObject(with: Data(text.utf8)) }

  @Test func listNamesEveryShippedFile() throws {
    let outcome = try Program.run("model", "list")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for (kind, job) in TrainingJob.shipped(in: ".") {
      let name = (job.weights(kind) as NSString).lastPathComponent
      let line = outcome.output.split(separator: "\n").first { $0.hasPrefix(name) }
      let jumpOff = job.jumpOff.map { "\($0)" } ?? "–"
      #expect(line?.contains(kind.name) == true && line?.contains(jumpOff) == true, "\(name)")
    }
    let entries = try #require(object(Program.run("model", "list", "--json").output) as? [[String: Any]])
    #expect(entries.allSatisfy { ($0["hash"] as? String)?.count == 64 && $0["refusal"] == nil })
  }

  /// Every way in which a file can be unfit, each told with its reason.
  @Test func listRefusesWhatIsNotFit() throws {
    let folder = try ScratchDirectory()
    let whole = try Data(contentsOf: URL(filePath: repositoryFile(Self.weights)))
    func write(_ name: String, _ bytes: Data) throws {
      try bytes.write(to: URL(filePath: "\(folder.path)/\(name).safetensors"))
    }
    try write("good", whole)
    try write("truncated", whole.prefix(whole.count - 5))
    var spoilt = whole
    spoilt.replaceSubrange(whole.count - 4..<whole.count, with: [0, 0, 0xC0, 0x7F])
    try write("nan", spoilt)
    try write("empty", Data())
    let file = try WeightFile(contentsOf: repositoryFile(Self.weights))
    for (name, key, text) in [
      ("no-card", "card", nil), ("old-format", "format", "kentledge-loss-rates/0"), ("bad-card", "card", "{}"),
    ] {
      var copy = file
      copy.metadata[key] = text
      try copy.write(to: "\(folder.path)/\(name).safetensors")
    }
    var contradiction = file
    var card = try file.card()
    card.name = ""
    try contradiction.attach(card)
    try contradiction.write(to: "\(folder.path)/nameless.safetensors")
    var unknown = file
    unknown.metadata["card"] = unknown.metadata["card"].map { "{\"aaa\":1," + $0.dropFirst() }
    try unknown.write(to: "\(folder.path)/unknown-key.safetensors")

    let outcome = try Program.run("model", "list", folder.path)
    #expect(outcome.code == 65)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 10)
    for line in lines.dropFirst() {
      #expect(line.contains("refused") == !line.hasPrefix("good"), "\(line)")
    }
    for reason in [
      "no metadata 'card'", "kentledge-loss-rates/0", "model card that cannot be read", "nan at position",
      "an empty 'name'", "unknown or stands twice", "bytes of numbers", "0 bytes",
    ] { #expect(outcome.errors.contains(reason), "\(reason)") }
    #expect(try Program.run("model", "list", "\(folder.path)/absent").code == 66)
  }

  @Test func cardIsReadableAndInTheForeignForm() throws {
    let outcome = try Program.run("model", "card", Self.weights)
    #expect(outcome.code == 0, "\(outcome.errors)")
    for part in ["### Loss rates", "#### Limits", "#### Out-of-sample test", "Seeds", "Monitoring", "SHA-256"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    let bom = try #require(object(Program.run("model", "card", Self.weights, "--json").output) as? [String: Any])
    #expect(bom["bomFormat"] as? String == "CycloneDX" && bom["specVersion"] as? String == "1.6")
    let component = try #require((bom["components"] as? [[String: Any]])?.first)
    #expect(component["type"] as? String == "machine-learning-model")
    let card = try #require(component["modelCard"] as? [String: Any])
    let analysis = try #require(card["quantitativeAnalysis"] as? [String: Any])
    let metrics = try #require(analysis["performanceMetrics"] as? [[String: Any]])
    #expect(metrics.contains { ($0["confidenceInterval"] as? [String: Any])?["lowerBound"] is String })
  }

  @Test func explanationAddsUp() throws {
    let outcome = try Program.run("model", "explain", Self.weights, "--scenario", Self.scenario)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Unemployment rate") && outcome.output.contains("completeness gap"))
    #expect(outcome.output.contains("scenario 'baseline' of vintage 2026_final"))
    let json = try Program.run("model", "explain", Self.weights, "--scenario", Self.scenario, "--json").output
    let document = try #require(object(json) as? [String: Any])
    let tables = try #require(document["explanations"] as? [[String: Any]])
    #expect(tables.count == 6)
    for table in tables {
      let numbers = ["value", "baseline_value", "completeness_gap"].compactMap { table[$0] as? Double }
      let rows = try #require(table["rows"] as? [[String: Any]])
      let sum = rows.compactMap { $0["values"] as? [Double] }.flatMap { $0 }.reduce(0, +)
      try #require(numbers.count == 3)
      let change = numbers[0] - numbers[1]
      #expect(abs(sum - change) <= 0.01 * abs(change), "\(table["title"] ?? "")")
      // The sum as printed is that of the rows shown.
      expectClose(sum - change, numbers[2], absolute: 1e-9 * abs(numbers[0]), "gap")
    }
  }

  @Test func otherInputsAreRefused() throws {
    let older = try Program.run(
      "model", "explain", "scenarios/models/loss-rates-2023Q4.safetensors", "--scenario", Self.scenario)
    #expect(older.code == 65 && older.errors.contains("M021"), "\(older.errors)")
    #expect(try Program.run("model", "card", "scenarios/models/absent.safetensors").code == 66)
    #expect(try Program.run("model", "card", Self.scenario).code == 65)
    #expect(try Program.run("model", "explain", Self.weights, "--scenario", "scenarios/absent.yaml").code == 66)
    let json = try Program.run("model", "card", Self.scenario, "--json")
    let failure = try #require(object(json.output) as? [String: Any])
    #expect(failure["exit_code"] as? Int == 65)
  }

  @Test func mistypedWordsAreAnswered() throws {
    for (words, hint) in [
      (["modle", "list"], "'model'"), (["model", "crad"], "'card'"), (["train", "loss-rate"], "'loss-rates'"),
      (["train", "al"], "'all'"),
    ] {
      let outcome = try Program.run(words[0], words[1])
      #expect(outcome.code == 64 && outcome.errors.contains("did you mean \(hint)?"), "\(outcome.errors)")
    }
    let undated = try Program.run("train", "loss-rates")
    #expect(undated.code == 64 && undated.errors.contains("--jump-off"))
    let kind = try Program.run("model", "backtest", "loss-rats")
    #expect(kind.code == 64 && kind.errors.contains("did you mean 'loss-rates'?"), "\(kind.errors)")
  }
}

@Suite struct ScoreComparisonTests {
  private func score(_ value: Double, unit: String = "ratio", model: String = "lstm") -> ModelCard.Score {
    .init(subject: "all", model: model, metric: "rmse", unit: unit, value: value, window: "all")
  }

  @Test func figuresWithinToleranceAreEqual() {
    #expect(ScoreComparison(recorded: [score(0.7)], found: [score(0.7)]).isPassed)
    #expect(ScoreComparison(recorded: [score(0.7)], found: [score(0.71)]).isPassed)
    #expect(!ScoreComparison(recorded: [score(0.7)], found: [score(0.72)]).isPassed)
    #expect(ScoreComparison(recorded: [score(0.001)], found: [score(0.002)]).isPassed, "absolute, near 0")
    #expect(
      !ScoreComparison(recorded: [score(0.001, unit: "fraction")], found: [score(0.002, unit: "fraction")]).isPassed)
  }

  @Test func whatOnlyOneSideHasIsADifference() {
    let more = ScoreComparison(recorded: [score(1)], found: [score(1), score(2, model: "linear")])
    #expect(!more.isPassed && more.rows.count == 2 && more.rows[1].recorded == nil)
    #expect(!ScoreComparison(recorded: [score(1)], found: []).isPassed)
  }
}
