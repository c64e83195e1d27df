import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

/// A run that ended before its time, and has left what a later one can go on with.
struct Unfinished: Error {
  let cause: any Error
  let directory: String
  /// What to type to go on.
  let command: String

  init(_ cause: any Error, directory: String) {
    self.cause = cause
    self.directory = directory
    let arguments = Array(CommandLine.arguments.dropFirst())
    let words = ["kentledge"] + arguments + (arguments.contains("--resume") ? [] : ["--resume"])
    command = words.map(ShellWord.quoted).joined(separator: " ")
  }
}

/// Turns what went wrong into text, or JSON, on standard error, and into the documented exit code.
struct Failure {
  let kind: String
  let messages: [String]
  let exitCode: Int32
  /// What to type to go on, where something was kept.
  let resume: String?

  init(_ error: any Error, interruption: Interruption? = nil) {
    let unfinished = error as? Unfinished
    resume = unfinished?.command
    var messages: [String]
    switch unfinished?.cause ?? error {
    case let error as InvalidInput:
      kind = error.kind == .missing ? "missing input" : "invalid input"
      messages = error.diagnostics.map { $0.text() }
      if error.omittedCount > 0 { messages.append("… and \(error.omittedCount) more") }
      exitCode = error.kind.rawValue
    case let error as OutputFailure:
      kind = error.kind == .busy ? "busy" : "output"
      messages = ["error: \(error.description)\n   = fix: \(error.fix)"]
      exitCode = error.kind.rawValue
    case let error as ValidationError:
      kind = "usage"
      messages = ["error: \(error.message)"]
      exitCode = 64
    case is Interrupted:
      kind = "interrupted"
      messages = [
        unfinished == nil ? "interrupted: nothing was finished; run the same command again" : "interrupted"
      ]
      exitCode = interruption?.exitCode ?? 130
    case let error:
      kind = "defect"
      messages = ["error: \(error)"]
      exitCode = 70
    }
    if let unfinished {
      messages.append(
        "The paths drawn so far are kept in \(unfinished.directory).\n   = go on with: \(unfinished.command)")
    }
    self.messages = messages
  }

  /// Prints the messages and gives the code to leave with.
  func report(asJSON: Bool) -> ExitCode {
    FileHandle.standardError.write(Data((messages.joined(separator: "\n\n") + "\n").utf8))
    if asJSON {
      print(JSONText.encode(FailureDocument(error: kind, exitCode: exitCode, messages: messages, resume: resume)))
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
  let resume: String?
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
