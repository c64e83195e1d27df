import Foundation

/// A value of an exported table.
enum Cell: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case real(Double)
  /// Not known, or not there.
  case missing

  init(_ text: String?) { self = text.map { .text($0) } ?? .missing }
  init(_ value: Double?) { self = value.map { .real($0) } ?? .missing }
}

extension String {
  /// A NUL as the sign for one: SQLite and many readers of tables take it for the end of the text.
  var withVisibleNUL: String { utf8.contains(0) ? replacing("\0", with: "\u{2400}") : self }
}

/// What an exported table is: the one place from which its SQL, its CSV header and its dictionary entries are made.
struct Table: Sendable {
  enum Storage: String, Sendable { case text = "TEXT", integer = "INTEGER", real = "REAL" }

  struct Column: Sendable {
    let name: String
    let storage: Storage
    let isOptional: Bool
    /// In one line.
    let meaning: String

    static func text(_ name: String, _ meaning: String, optional: Bool = false) -> Column {
      Column(name: name, storage: .text, isOptional: optional, meaning: meaning)
    }

    static func integer(_ name: String, _ meaning: String, optional: Bool = false) -> Column {
      Column(name: name, storage: .integer, isOptional: optional, meaning: meaning)
    }

    static func real(_ name: String, _ meaning: String, optional: Bool = false) -> Column {
      Column(name: name, storage: .real, isOptional: optional, meaning: meaning)
    }
  }

  struct Reference: Sendable {
    let columns: [String]
    let table: String
    let key: [String]

    init(_ columns: [String], in table: String, _ key: [String]? = nil) {
      self.columns = columns
      self.table = table
      self.key = key ?? columns
    }
  }

  let name: String
  let meaning: String
  let columns: [Column]
  let key: [String]
  var references: [Reference] = []

  /// Each column's meaning stands behind it as a comment, which SQLite keeps: `.schema` is the documentation.
  var creation: String {
    let constraints =
      ["PRIMARY KEY (\(key.joined(separator: ", ")))"]
      + references.map {
        "FOREIGN KEY (\($0.columns.joined(separator: ", "))) REFERENCES \($0.table) "
          + "(\($0.key.joined(separator: ", ")))"
      }
    let width = (columns.map(\.name.count).max() ?? 0) + 1
    let lines = columns.map { column in
      "  \(column.name.padding(toLength: width, withPad: " ", startingAt: 0))\(column.storage.rawValue)"
        + (column.isOptional ? "" : " NOT NULL") + ", -- \(column.meaning)"
    }
    return "CREATE TABLE \(name) ( -- \(meaning)\n" + lines.joined(separator: "\n") + "\n  "
      + constraints.joined(separator: ",\n  ") + "\n) STRICT, WITHOUT ROWID"
  }

  var insertion: String {
    "INSERT INTO \(name) (\(columns.map(\.name).joined(separator: ", "))) VALUES ("
      + columns.map { _ in "?" }.joined(separator: ", ") + ")"
  }
}
