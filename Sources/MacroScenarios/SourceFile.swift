import Foundation

/// One YAML file: what it is called, and its lines for excerpts.
final class SourceFile: Sendable {
  /// Relative to the first scenario file's directory; shown in results, so that no machine's path is in them.
  let name: String
  /// As given on the command line, or beside the file that names it; shown in diagnostics.
  let path: String
  /// 0 for the file that was asked for, then one more for each that it extends.
  let rank: Int
  let text: String
  let lines: [Substring]

  static let largestSize = 1 << 20

  init(name: String, path: String, rank: Int, text: String) {
    self.name = name
    self.path = path
    self.rank = rank
    self.text = text
    // "\r\n" is one Character: cut at either, keep neither.
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  func line(_ number: Int) -> Substring { lines.indices.contains(number - 1) ? lines[number - 1] : "" }

  /// Reads and checks the bytes before any parser sees them.
  static func read(name: String, path: String, rank: Int) throws(Finding) -> SourceFile {
    func failure(_ code: String, _ message: String, line: Int? = nil, column: Int? = nil, notes: [String] = [])
      -> Finding
    {
      Finding(
        rank: rank,
        Diagnostic(code, message, at: .init(file: path, line: line, column: column), notes: notes))
    }
    guard let size = RegularFile.size(path), let data = FileManager.default.contents(atPath: path) else {
      throw failure("S001", "cannot read this scenario file")
    }
    guard size <= largestSize, data.count <= largestSize else {
      throw failure(
        "S002", "the file has \(size) bytes, a scenario file has at most \(largestSize)",
        notes: ["fix: long paths belong in a table that 'central.import' names"])
    }
    let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure("S003", "the file is not UTF-8 text", notes: ["fix: save it as UTF-8"])
    }
    var line = 1
    var column = 1
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        line += 1
        column = 1
        continue
      }
      // YAML allows tab, line ends and what is printable; a NUL is the usual guest from a binary file.
      // The private characters are our own: `DuplicateKey` masks with them.
      let isForbidden = scalar.value < 0x20 && scalar != "\t" && scalar != "\r"
      if isForbidden || DuplicateKey.masks.contains(scalar.value) {
        throw failure(
          "S003", "the character U+\(hexadecimal(scalar.value)) is not allowed in a scenario file", line: line,
          column: column)
      }
      column += 1
    }
    return SourceFile(name: name, path: path, rank: rank, text: text)
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
