import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import EarlyWarning

/// The command as a user calls it: output, exit code, and that it goes on with the file.
@Suite struct MonitorCommandTests {
  /// Beside the test bundle that is running.
  private static var executable: String {
    URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().appending(path: "kentledge").path
  }

  private static func command(_ arguments: [String]) -> (process: Process, output: Pipe, errors: Pipe) {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: executable)
    process.arguments =
      ["monitor"] + arguments + ["--model", CrisisFixture.path("models/early-warning-2025Q4.safetensors")]
    process.standardOutput = output
    process.standardError = errors
    return (process, output, errors)
  }

  private static func run(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    let (process, output, errors) = command(arguments)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text, complaint)
  }

  private static func lines(_ first: String, _ last: String) throws -> [String] {
    try CrisisFixture.lines(from: Quarter(first)!, to: Quarter(last)!)
  }

  @Test(arguments: [
    ("2008Q4", "crisis", Int32(3)), ("2008Q4", "elevated", 3), ("1995Q2", "elevated", 0), ("1995Q2", "crisis", 0),
  ])
  func alarmEndsWithThree(last: String, alarm: String, code: Int32) throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/table.csv"
    try Self.lines("1991Q1", last).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let result = try Self.run([path, "--alarm", alarm, "--from", last])
    #expect(result.code == code, "\(result.errors)")
    #expect(result.output.hasPrefix(last) && result.output.split(separator: "\n").count == 1)
    #expect(result.output.contains("logistic:") && result.output.contains("CNN:") && result.output.contains("drivers:"))
    #expect(result.errors.contains("alarm: \(last)") == (code == 3))
  }

  @Test func jsonIsOneDocumentALine() throws {
    let result = try Self.run([
      CrisisFixture.path("data/us-macro-history.csv"), "--json", "--quiet", "--from", "2024Q1",
    ])
    #expect(result.code == 0 && result.errors.isEmpty)
    let documents = try result.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(documents.map { $0["quarter"] as? String } == (0..<8).map { "\(Quarter("2024Q1")!.advanced(by: $0))" })
    for document in documents {
      let outlook = try #require(document["cnn"] as? [String: Any])
      let sum = ["calm", "elevated", "crisis"].compactMap { outlook[$0] as? Double }.reduce(0, +)
      #expect(abs(sum - 1) < 1e-6)
      #expect((outlook["drivers"] as? [Any])?.count == 3)
    }
  }

  @Test func badInputHasItsCode() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/table.csv"
    var lines = try Self.lines("2021Q1", "2025Q4")
    lines.remove(at: 8)
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let gap = try Self.run([path])
    #expect(gap.code == 65 && gap.output.isEmpty)
    #expect(gap.errors.contains("error[T016]") && gap.errors.contains("table.csv:9"))
    #expect(try Self.run([scratch.path + "/absent.csv"]).code == 66)
    #expect(try Self.run([path, "--alarm", "calm"]).code == 64)
  }

  /// Rows appended one half at a time are told once they are whole; an interrupt ends with 130.
  @Test func aGrowingTableIsFollowed() async throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/table.csv"
    let lines = try Self.lines("2021Q1", "2025Q4").map { $0 + "\n" }
    try lines.dropLast(2).joined().write(toFile: path, atomically: true, encoding: .utf8)
    let (process, output, _) = Self.command([path, "--follow", "--from", "2025Q1"])
    try process.run()
    let reader = output.fileHandleForReading
    func quarter() -> String { String(decoding: Self.line(of: reader).prefix(6), as: UTF8.self) }
    #expect(quarter() == "2025Q1")
    #expect(quarter() == "2025Q2")
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(lines[lines.count - 2].utf8.prefix(10)))
    try await Task.sleep(for: .milliseconds(400))
    try handle.write(contentsOf: Data(lines[lines.count - 2].utf8.dropFirst(10)))
    #expect(quarter() == "2025Q3")
    // Rotation: the whole table under the same name, one quarter longer.
    try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
    #expect(quarter() == "2025Q4")
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
  }

  /// The next line, without its end.
  private static func line(of handle: FileHandle) -> Data {
    var line = Data()
    while let byte = try? handle.read(upToCount: 1), let first = byte.first, first != 10 { line.append(first) }
    return line
  }
}
