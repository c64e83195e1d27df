import Foundation
public import Testing

/// A table of known answers beside the test that reads it: `#` lines say where it comes from, then a header, then rows.
public struct FixtureTable: Sendable {
  public struct Row: Sendable, CustomTestStringConvertible {
    public let cells: [String: String]
    let text: String

    public var testDescription: String { text }

    public func text(_ column: String) -> String {
      guard let cell = cells[column] else { preconditionFailure("no column '\(column)' in \(text)") }
      return cell
    }

    public func number(_ column: String) -> Double {
      guard let number = Double(text(column)) else { preconditionFailure("'\(column)' is no number in \(text)") }
      return number
    }
  }

  public let notes: [String]
  public let rows: [Row]

  /// Reads `Fixtures/name` in the directory of the calling test.
  public init(_ name: String, besides test: String = #filePath) {
    let path = URL(filePath: test).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      preconditionFailure("cannot read \(path)")
    }
    var lines = text.split(whereSeparator: \.isNewline).map(String.init)
    notes = lines.prefix { $0.hasPrefix("#") }.map { $0.dropFirst().trimmingCharacters(in: .whitespaces) }
    lines.removeFirst(notes.count)
    func cells(_ line: String) -> [String] {
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = cells(lines.isEmpty ? "" : lines.removeFirst())
    rows = lines.map { line in
      Row(cells: Dictionary(zip(header, cells(line))) { first, _ in first }, text: line)
    }
  }
}

/// A file of the repository, found from the place of the calling test, two directories below its root.
public func repositoryFile(_ path: String, from test: String = #filePath) -> String {
  URL(filePath: test).deletingLastPathComponent().appending(path: "../../\(path)").standardized.path
}
