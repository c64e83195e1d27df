public import StressTesting

/// A result, or several, as comma-separated values in long form; `CommaSeparated` says in which dialect.
public enum ResultTables {
  /// `results.csv`: every figure with the run, scenario and entity it belongs to.
  public static func statistics(of results: [StressTestResult]) -> [UInt8] {
    table(Schema.longStatistics, results.lazy.map { ResultRows(result: $0).longStatistics })
  }

  /// `tail-paths.csv`: what happens on the paths on which the system loses most.
  public static func tailPaths(of results: [StressTestResult]) -> [UInt8] {
    table(Schema.longTail, results.lazy.map { ResultRows(result: $0).longTail })
  }

  /// `data-dictionary.csv`: what every column, item, statistic, variant and unit means; the same for all results.
  public static let dictionary = DataDictionary.csv

  private static func table(_ columns: [Table.Column], _ results: some Sequence<[[Cell]]>) -> [UInt8] {
    var text = CommaSeparated()
    text.append(header: columns)
    for rows in results { for row in rows { text.append(row) } }
    return text.bytes
  }

  /// Whether a file that begins so is a table of this module.
  public static func isOwn(_ start: some Sequence<UInt8>) -> Bool {
    let line = Array(start.prefix { $0 != UInt8(ascii: "\n") })
    return [Schema.longStatistics, Schema.longTail, Schema.pathColumns, Schema.dictionary.columns].contains {
      var header = CommaSeparated()
      header.append(header: $0)
      return header.bytes.dropLast() == line[...]
    }
  }
}
