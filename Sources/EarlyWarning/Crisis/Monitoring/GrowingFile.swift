import Foundation
public import MacroScenarios

/// Reads a text file as others append to it: whole lines, each once, each with its number.
///
/// A last line without its end is held back until the rest comes. A file that became shorter, or another file under the
/// same name, is read again from its start.
public struct GrowingFile: ~Copyable {
  public struct Line: Sendable, Equatable {
    /// From 1.
    public let number: Int
    public let text: String
  }

  /// What came since the last look.
  public struct News: Sendable, Equatable {
    /// The lines are those of a file that starts anew.
    public var isRestarted = false
    public var lines: [Line] = []
  }

  /// No row of a quarterly table comes near it.
  private static let longestLine = 1 << 20

  public let path: String
  private var descriptor: Int32 = -1
  private var device: dev_t = 0
  private var inode: ino_t = 0
  private var offset: off_t = 0
  private var lineCount = 0
  private var partial: [UInt8] = []

  public init(path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads what is there now.
  /// - Throws: `.missing` when there is no such file and never was; `.invalid` when it is no regular file, not UTF-8, or
  ///   has a line longer than any table's.
  public mutating func look() throws(InvalidInput) -> News {
    var news = News()
    var status = stat()
    guard stat(path, &status) == 0 else {
      // A file that is just being replaced is away for a moment.
      guard descriptor >= 0 else { throw refusal(.missing, "T001", "cannot read this table") }
      return news
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw refusal(.invalid, "T001", "this is no regular file") }
    if descriptor < 0 || status.st_dev != device || status.st_ino != inode || status.st_size < offset {
      news.isRestarted = descriptor >= 0
      try reopen()
    }
    try readOn(into: &news)
    return news
  }

  /// The last line when nothing more is expected, although its end is missing.
  public mutating func lastLine() throws(InvalidInput) -> Line? {
    guard !partial.isEmpty else { return nil }
    defer { partial = [] }
    return try line(partial)
  }

  private mutating func reopen() throws(InvalidInput) {
    if descriptor >= 0 { close(descriptor) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw refusal(.missing, "T001", "cannot read this table")
    }
    device = status.st_dev
    inode = status.st_ino
    offset = 0
    lineCount = 0
    partial = []
  }

  private mutating func readOn(into news: inout News) throws(InvalidInput) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, offset)
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw refusal(.missing, "T001", "cannot read this table")
      }
      guard count > 0 else { return }
      offset += off_t(count)
      for piece in buffer[..<count].split(separator: 10, omittingEmptySubsequences: false).enumerated() {
        if piece.offset > 0 {
          news.lines.append(try line(partial))
          partial = []
        }
        partial += piece.element
      }
      guard partial.count <= Self.longestLine else {
        throw refusal(.invalid, "T007", "line \(lineCount + 1) is longer than any row of a table")
      }
    }
  }

  private mutating func line(_ bytes: [UInt8]) throws(InvalidInput) -> Line {
    lineCount += 1
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InvalidInput(
        .invalid, [Diagnostic("T002", "this line is not UTF-8 text", at: .init(file: path, line: lineCount))])
    }
    return Line(number: lineCount, text: text)
  }

  private func refusal(_ kind: InvalidInput.Kind, _ code: String, _ message: String) -> InvalidInput {
    InvalidInput(kind, [Diagnostic(code, message, at: .init(file: path))])
  }
}
