import MacroScenarios
import ResultExport
import StressTesting

/// The files of a run for programs to read: database, tables, table of paths.
enum ExportFiles {
  /// Writes what the report asks for.
  /// - Returns: the files' entries in the manifest.
  static func write(
    _ result: StressTestResult, _ totals: PathTotals, _ report: MacroScenarios.Report, to directory: RunDirectory,
    threads: Int
  ) throws -> [Manifest.File] {
    var files: [Manifest.File] = []
    if report.formats.contains(.sqlite) {
      files.append(try directory.write(to: FileName.database) { try ResultDatabase.write([.init(result)], to: $0) })
    }
    if report.formats.contains(.csv) {
      for (name, bytes) in tables(of: [result]) { files.append(try directory.write(bytes, to: name)) }
    }
    if report.pathTotals {
      files.append(
        try directory.write(to: FileName.paths) { try PathTable.write(totals, threadCount: threads, to: $0) })
    }
    return files
  }

  static func tables(of results: [StressTestResult]) -> [(name: String, bytes: [UInt8])] {
    [
      (FileName.statistics, ResultTables.statistics(of: results)),
      (FileName.tailPaths, ResultTables.tailPaths(of: results)), (FileName.dictionary, ResultTables.dictionary),
    ]
  }

  /// The names of what the report asks for.
  static func names(_ report: MacroScenarios.Report) -> [String] {
    (report.formats.contains(.sqlite) ? [FileName.database] : [])
      + (report.formats.contains(.csv) ? [FileName.statistics, FileName.tailPaths, FileName.dictionary] : [])
      + (report.pathTotals ? [FileName.paths] : [])
  }
}
