import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

/// Turns what went wrong into text, or JSON, on standard error, and into the documented exit code.
struct Failure {
  let kind: String
  let messages: [String]
  let exitCode: Int32

  init(_ error: any Error, interruption: Interruption? = nil) {
    switch error {
    case let error as InvalidInput:
      kind = error.kind == .missing ? "missing input" : "invalid input"
      messages = error.diagnostics.map { $0.text() }
      exitCode = error.kind.rawValue
    case let error as OutputFailure:
      kind = "output"
      messages = ["error: \(error.description)\n   = fix: \(error.fix)"]
      exitCode = error.kind.rawValue
    case is Interrupted:
      kind = "interrupted"
      messages = ["interrupted: what was being written has been removed; run the same command again"]
      exitCode = interruption?.exitCode ?? 130
    default:
      kind = "defect"
      messages = ["error: \(error)"]
      exitCode = 70
    }
  }

  /// Prints the messages and gives the code to leave with.
  func report(asJSON: Bool) -> ExitCode {
    FileHandle.standardError.write(Data((messages.joined(separator: "\n\n") + "\n").utf8))
    if asJSON {
      print(JSONText.encode(FailureDocument(error: kind, exitCode: exitCode, messages: messages)))
    }
    return ExitCode(exitCode)
  }
}

/// What `--json` prints of a failure.
private struct FailureDocument: Encodable {
  let schemaVersion = 1
  let error: String
  let exitCode: Int32
  let messages: [String]
}

/// JSON for standard output: sorted keys, one document.
enum JSONText {
  static func encode(_ value: some Encodable) -> String { encode(value, [.prettyPrinted]) }

  /// On one line, for output that goes on.
  static func encodeLine(_ value: some Encodable) -> String { encode(value, []) }

  private static func encode(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    encoder.keyEncodingStrategy = .convertToSnakeCase
    guard let data = try? encoder.encode(value) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
