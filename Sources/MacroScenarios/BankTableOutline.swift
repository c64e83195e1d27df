/// What a scenario must know of its bank table before anyone computes with it.
struct BankTableOutline {
  let input: InputFile
  /// RSSD ids, in the order of the table; empty when the table names them otherwise.
  let ids: [String]
  /// Dates of its columns.
  let dates: [Quarter]

  init(_ file: FileReference) throws(InvalidInput) {
    let csv = try CommaSeparatedValues(contentsOf: file.path)
    let asOf = csv.rows.first { $0.cells[0] == "as_of" }
    dates = asOf.map { $0.cells.dropFirst().compactMap { Quarter($0) } } ?? []
    ids =
      csv.header.cells[0] == "id_rssd"
      ? csv.rows.map { $0.cells[0] }.filter { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } } : []
    input = InputFile(name: file.name, path: file.path, asOf: ScenarioReading.dates(dates))
  }
}
