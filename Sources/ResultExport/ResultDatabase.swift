import Foundation
import GRDB
import MacroScenarios
public import StressTesting

/// `results.sqlite`: results as STRICT tables of SQLite, see `Schema`.
///
/// Equal results give equal bytes: page size, order of rows and names are fixed, and nothing in the file tells a time. (A
/// version of the library may lay out the same rows in its own way, and writes its number into the file's header.)
public enum ResultDatabase {
  /// `KLDG`, by which `file` and others may know the format.
  static let applicationID: Int32 = 0x4B4C_4447
  /// Of the tables; in the file's `user_version`.
  static let version: Int32 = 1

  /// A result, and its table of paths where the database is to hold it too.
  public struct Source: Sendable {
    public let result: StressTestResult
    public let paths: String?

    public init(_ result: StressTestResult, paths: String? = nil) {
      self.result = result
      self.paths = paths
    }
  }

  /// Writes one database of those runs, in their order.
  /// - Precondition: no two are of the same run.
  /// - Throws: `OutputFailure`; `InvalidInput` where a table of paths is not one.
  public static func write(_ sources: [Source], to path: String) throws {
    try WholeFile.make(path) { temporary in
      do {
        let queue = try DatabaseQueue(path: temporary, configuration: configuration)
        try queue.write { database in
          try create(in: database)
          for source in sources { try insert(source, into: database) }
          try fill(Schema.dictionary, DataDictionary.entries.map(\.cells), into: database)
        }
        try queue.close()
      } catch let error as DatabaseError {
        throw failure(error, path)
      }
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.prepareDatabase { database in
      // Nobody else opens a file that has no name yet, and a half one is thrown away: no journal, no waiting for the disk.
      try database.execute(
        sql: """
          PRAGMA encoding = 'UTF-8';
          PRAGMA page_size = 4096;
          PRAGMA auto_vacuum = NONE;
          PRAGMA journal_mode = MEMORY;
          PRAGMA synchronous = OFF;
          """)
    }
    return configuration
  }

  private static func create(in database: Database) throws {
    try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    for sql in Schema.all.map(\.creation) + Schema.indices + Schema.views { try database.execute(sql: sql) }
  }

  private static func insert(_ source: Source, into database: Database) throws {
    for (table, rows) in ResultRows(result: source.result).all { try fill(table, rows, into: database) }
    guard let paths = source.paths else { return }
    let statement = try database.makeStatement(sql: Schema.paths.insertion)
    let run = Cell.text(source.result.runIdentity)
    try PathTable.forEachPath(in: paths, expecting: source.result.scenario.paths) { cells in
      try execute(statement, [run] + cells)
    }
  }

  private static func fill(_ table: Table, _ rows: [[Cell]], into database: Database) throws {
    let statement = try database.makeStatement(sql: table.insertion)
    for row in rows { try execute(statement, row) }
  }

  private static func execute(_ statement: Statement, _ row: [Cell]) throws {
    statement.setUncheckedArguments(StatementArguments(row.map { $0.databaseValue }))
    try statement.execute()
  }

  /// A full disk is none of the program's defects.
  private static func failure(_ error: DatabaseError, _ path: String) -> any Error {
    let kind: OutputFailure.Kind
    switch error.resultCode.primaryResultCode {
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY: kind = .cannotCreate
    case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_TOOBIG: kind = .inputOutput
    default: return error
    }
    let isFull = error.resultCode.primaryResultCode == .SQLITE_FULL
    return OutputFailure(
      kind, path: path, reason: "cannot write this database: \(error.message ?? "\(error.resultCode)")",
      fix: isFull ? "free some space, or name another file with -o" : "name another file with -o")
  }

  /// Whether a file that begins so is a database of this module.
  public static func isOwn(_ start: some Collection<UInt8>) -> Bool {
    let identifier = withUnsafeBytes(of: applicationID.bigEndian) { Array($0) }
    return start.starts(with: Array("SQLite format 3\0".utf8)) && start.dropFirst(68).starts(with: identifier)
  }
}

extension Cell {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .text(let text): text.withVisibleNUL.databaseValue
    case .integer(let number): Int64(number).databaseValue
    case .real(let number): number.databaseValue
    case .missing: .null
    }
  }
}
