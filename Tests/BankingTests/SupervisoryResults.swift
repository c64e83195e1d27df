import MacroScenarios
import Testing

/// The Federal Reserve's published stress test results, as `us-supervisory-results.csv` has them.
struct SupervisoryResults {
  struct Row {
    let exercise: String
    /// `severely_adverse` or `adverse`.
    let scenario: String
    let jumpOff: Quarter
    /// The quarter in which the results became known.
    let published: Quarter
    /// `nil` for the total of the exercise.
    let bankId: String?
    let bank: String
    fileprivate let values: [String: Double]

    /// A column's value: money in millions, rates as fractions over nine quarters; `nil` where none was published.
    func value(_ column: String) -> Double? { values[column] }
  }

  /// In the order of publication.
  let rows: [Row]

  /// Reads the table, without anything published after `jumpOff`.
  init(knownAt jumpOff: Quarter) throws {
    let table = try CommaSeparatedValues(contentsOf: dataFolder + "us-supervisory-results.csv")
    let units = try #require(table.rows.first)
    let scales = ["percent": 0.01, "usd_bn": 1_000]
    let all = try table.rows.dropFirst().map { row in
      let cells = Dictionary(uniqueKeysWithValues: zip(table.header.cells, row.cells))
      var values: [String: Double] = [:]
      for (index, unit) in units.cells.enumerated() where scales[unit] != nil && !row.cells[index].isEmpty {
        values[table.header.cells[index]] = try #require(Double(row.cells[index])) * scales[unit]!
      }
      let id = cells["id_rssd"]!
      return Row(
        exercise: cells["exercise"]!, scenario: cells["scenario"]!,
        jumpOff: try #require(Quarter(cells["jump_off"]!)), published: try #require(Quarter(cells["published"]!)),
        bankId: id.isEmpty ? nil : id, bank: cells["bank"]!, values: values)
    }
    rows = all.filter { $0.published <= jumpOff }
  }
}
