import Foundation
import GRDB
import MacroScenarios
import Reporting
import StressTesting
import TestSupport
import Testing

@testable import ResultExport

/// What the tests of exports look at: the shipped results, and one short run with its paths.
enum ExportFixture {
  static let ids = ["us-severely-adverse-2026", "us-severely-adverse-2024"]

  static func shipped(_ id: String) throws -> StressTestResult { try #require(all[id]).get() }

  private static let all = Dictionary(
    uniqueKeysWithValues: ids.map { id in
      (
        id,
        Result {
          let path = repositoryFile("reports/\(id)/results.json")
          return try ResultsJSON.decode(Array(#require(FileManager.default.contents(atPath: path))))
        }
      )
    })

  /// A few rows of a shipped result, for what does not depend on the rest.
  static func small() throws -> StressTestResult {
    var result = try shipped(ids[1])
    result.rows.removeSubrange(20...)
    result.models = []
    return result
  }

  static func run(_ id: String, paths: Int, in directory: String) throws -> (test: StressTest, StressTestResult) {
    let test = try StressTest(
      ScenarioLoader.load(path: repositoryFile("scenarios/\(id).yaml"), overrides: .init(paths: paths, seed: nil)))
    let result = try test.run(
      threadCount: 2, in: directory, cancellation: Cancellation(), progress: { _, _ in })
    return (test, result)
  }

  /// 5,000 paths: two files of them.
  static let short = Result { () throws -> ShortRun in
    let scratch = try ScratchDirectory()
    let (test, result) = try run(ids[0], paths: 5_000, in: scratch.path)
    return ShortRun(scratch: scratch, test: test, result: result)
  }

  struct ShortRun: @unchecked Sendable {
    /// Held, because it goes with its last reference; never changed.
    let scratch: ScratchDirectory
    let test: StressTest
    let result: StressTestResult

    var totals: PathTotals { get throws { try test.pathTotals(in: scratch.path) } }
  }

  /// The database of those results, opened for reading.
  static func database(
    _ results: [StressTestResult], in scratch: ScratchDirectory, paths: String? = nil
  ) throws -> DatabaseQueue {
    let path = scratch.path + "/results.sqlite"
    try ResultDatabase.write(results.map { .init($0, paths: paths) }, to: path)
    return try DatabaseQueue(path: path)
  }
}

/// A second reader of comma-separated values, written against RFC 4180 and nothing else.
struct CommaSeparatedReader {
  /// Cells as text; `nil` for a cell with nothing in it, not even quotes.
  let rows: [[String?]]

  init(_ bytes: [UInt8]) throws {
    var rows: [[String?]] = []
    var row: [String?] = []
    var cell: [UInt8] = []
    var state = State.start
    for byte in bytes {
      switch (state, byte) {
      case (.start, UInt8(ascii: "\"")): state = .quoted
      case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
      case (.quoted, _): cell.append(byte)
      case (.quoteInQuoted, UInt8(ascii: "\"")):
        cell.append(byte)
        state = .quoted
      case (_, UInt8(ascii: ",")), (_, UInt8(ascii: "\n")):
        row.append(state == .start ? nil : String(validating: cell, as: UTF8.self))
        cell = []
        state = .start
        if byte == UInt8(ascii: "\n") {
          rows.append(row)
          row = []
        }
      case (.start, _), (.plain, _):
        try #require(byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\r"), "a quote or return in a plain cell")
        cell.append(byte)
        state = .plain
      case (.quoteInQuoted, _): Issue.record("text after a closing quote")
      }
    }
    try #require(state == .start && row.isEmpty, "the last line has no end")
    self.rows = rows
  }

  private enum State { case start, plain, quoted, quoteInQuoted }
}
