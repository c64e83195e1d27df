import StressTesting

/// What every column, item, statistic, variant and unit of an export means; a test holds it complete against the shipped
/// results.
enum DataDictionary {
  enum Kind: String, CaseIterable { case column, item, statistic, variant, unit }

  struct Entry: Sendable, Equatable {
    let kind: Kind
    /// Table or file of a column, item of a statistic or variant; `*` for any.
    let place: String
    /// In which `N` stands for a number and `TEXT` for a text.
    let name: String
    let unit: String
    let meaning: String

    var cells: [Cell] { [.text(kind.rawValue), .text(place), .text(name), .text(unit), .text(meaning)] }

    /// Whether that name is meant.
    func means(_ text: String) -> Bool {
      if name == text { return true }
      if name.contains("TEXT") {
        let parts = name.split(separator: "TEXT", omittingEmptySubsequences: false)
        return parts.count == 2 && text.hasPrefix(parts[0]) && text.hasSuffix(parts[1]) && text.count >= name.count - 4
      }
      let parts = name.split(separator: "N", omittingEmptySubsequences: false)
      guard parts.count == 2, text.hasPrefix(parts[0]), text.hasSuffix(parts[1]),
        text.count > parts[0].count + parts[1].count
      else { return false }
      let number = text.dropFirst(parts[0].count).dropLast(parts[1].count)
      return number.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    }
  }

  static let entries = columns + items + statistics + variants + units

  /// The columns of the tables and of the files.
  private static let columns =
    Schema.all.flatMap { table in table.columns.map { entry(of: $0, in: table.name) } }
    + [
      (FileName.statistics, Schema.longStatistics), (FileName.tailPaths, Schema.longTail),
      (FileName.paths, Schema.pathColumns),
    ].flatMap { file, columns in columns.map { entry(of: $0, in: file) } }

  private static func entry(of column: Table.Column, in place: String) -> Entry {
    let unit = PathTotal.catalogue.first { $0.name == column.name && place.hasPrefix("paths") }?.unit
    return Entry(kind: .column, place: place, name: column.name, unit: unit ?? "", meaning: column.meaning)
  }

  static func describes(item: String) -> Bool { items.contains { $0.means(item) } }

  static func describes(statistic: String, of item: String) -> Bool { find(statistic, of: item, in: statistics) }

  static func describes(variant: String, of item: String) -> Bool { find(variant, of: item, in: variants) }

  static func describes(unit: String) -> Bool { units.contains { $0.name == unit } }

  private static func find(_ name: String, of item: String, in entries: [Entry]) -> Bool {
    entries.contains { ($0.place == item || $0.place == "*") && $0.means(name) }
  }

  static let csv: [UInt8] = {
    var text = CommaSeparated()
    text.append(header: Schema.dictionary.columns)
    for entry in entries { text.append(entry.cells) }
    return text.bytes
  }()
}
