import Foundation
import MacroScenarios
import TestSupport

@testable import EarlyWarning

/// Shipped tables as text, to be changed and read again.
enum CrisisTables {
  /// - Parameters:
  ///   - asOf: put in place of every date of the row `as_of`.
  ///   - quarter: every number after it becomes as wrong as the format allows.
  static func text(_ name: String, asOf: String, spoiltAfter quarter: Quarter?) throws -> String {
    let lines = try String(contentsOfFile: CrisisFixture.path("data/" + name), encoding: .utf8).split(separator: "\n")
    return lines.map { line -> String in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if cells[0] == "as_of" { return (["as_of"] + cells.dropFirst().map { _ in asOf }).joined(separator: ",") }
      guard let quarter, let date = Quarter(cells[0]), date > quarter else { return String(line) }
      for index in cells.indices.dropFirst() where !cells[index].isEmpty { cells[index] = "77.7" }
      return cells.joined(separator: ",")
    }.joined(separator: "\n") + "\n"
  }

  static let recessions = """
    peak,trough,peak_announced,trough_announced
    1990-07,1991-03,1991-04-25,1992-12-22
    2001-03,2001-11,2001-11-26,2003-07-17
    2007-12,2009-06,2008-12-01,2010-09-20
    2020-02,2020-04,2020-06-08,2021-07-19

    """
}

private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
  let scratch = try ScratchDirectory()
  let path = "\(scratch.path)/table.csv"
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  return try withExtendedLifetime(scratch) { try body("\(scratch.path)/table.csv") }
}

extension QuarterlyTable {
  init(text: String) throws { self = try withFile(text) { try QuarterlyTable(contentsOf: $0) } }
}

extension RecessionTable {
  init(text: String) throws { self = try withFile(text) { try RecessionTable(contentsOf: $0) } }
}
