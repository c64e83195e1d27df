import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

/// How a command speaks.
struct ConsoleOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON, errors too.")
  var json = false

  @Flag(name: .shortAndLong, help: "No progress and no warnings.")
  var quiet = false

  /// Writes a line to standard error.
  func say(_ line: String) {
    if !quiet { FileHandle.standardError.write(Data((line + "\n").utf8)) }
  }

  /// Writes warnings to standard error.
  func show(_ warnings: [Diagnostic]) {
    guard !quiet, !warnings.isEmpty else { return }
    FileHandle.standardError.write(Data((warnings.map { $0.text() }.joined(separator: "\n\n") + "\n\n").utf8))
  }
}

/// A number of paths as an author writes it: 50000, 100k, 1M.
struct PathCount: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    let (digits, factor) =
      switch argument.last {
      case "k": (argument.dropLast(), 1_000)
      case "M": (argument.dropLast(), 1_000_000)
      default: (argument[...], 1)
      }
    guard let count = Int(digits), count > 0, count <= 1_000_000_000 / factor else { return nil }
    value = count * factor
  }
}
