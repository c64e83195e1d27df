/// Reading who a scenario is, when it starts and how far it goes.
extension ScenarioReading {
  func isKnownSchema(_ fields: Fields) -> Bool {
    guard let schema = fields.text("schema") else {
      return false
    }
    guard schema.text == ScenarioSchema.version else {
      if let node = schema.node {
        report(
          "S006", "schema '\(schema.text)' is not known", at: node,
          notes: ["fix: schema: \(ScenarioSchema.version)"])
      }
      return false
    }
    return true
  }

  /// Lower-case letters, digits and hyphens: it names directories.
  func identifier(_ fields: Fields, _ key: String) -> String? {
    guard let (text, node) = fields.text(key), let node else { return nil }
    return isIdentifier(text, fields.name(key), at: node) ? text : nil
  }

  func isIdentifier(_ text: String, _ name: String, at node: SourceNode) -> Bool {
    let isSound =
      text.utf8.count <= 64 && text.first != "-" && text.last != "-"
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    if !isSound {
      report(
        "S018", "'\(name)' is '\(text)', expected lower-case letters, digits and single hyphens, at most 64", at: node)
    }
    return isSound
  }

  func currency(_ fields: Fields) -> String? {
    guard let (text, node) = fields.text("currency"), let node else { return nil }
    guard text.utf8.count == 3, text.utf8.allSatisfy({ (65...90).contains($0) }) else {
      report("S016", "'currency' is '\(text)', expected an ISO 4217 code such as USD", at: node)
      return nil
    }
    return text
  }

  /// At least four quarters less than the horizon: the allowance looks a year ahead.
  func capitalHorizon(_ fields: Fields, horizon: Int?) -> Int? {
    guard let quarters = fields.quarters("capital_horizon", default: 9, in: 1...56), let horizon else { return nil }
    guard horizon - quarters >= 4 else {
      report(
        "S035", "capital_horizon is \(quarters)q and horizon \(horizon)q: the allowance needs four quarters more",
        at: fields.raw("capital_horizon") ?? fields.raw("horizon") ?? fields.place,
        notes: ["fix: horizon: \(quarters + 4)q, or capital_horizon: \(max(1, horizon - 4))q"])
      return nil
    }
    return quarters
  }

  /// The history, cut at the jump-off; every factor of the catalogue has a column that was known by then.
  func history(_ fields: Fields, jumpOff: Quarter?) -> QuarterlyTable? {
    guard let node = fields.raw("history"), let file = fields.file("history") else {
      if fields.raw("history") == nil { _ = fields.text("history") }
      return nil
    }
    let table: QuarterlyTable
    do {
      table = try QuarterlyTable(contentsOf: file.path)
    } catch {
      report(error)
      return nil
    }
    addInput(file, asOf: Self.dates(table.columns.map(\.asOf)))
    guard let jumpOff else { return nil }
    let known = errorCount
    let late = table.columns.filter { $0.asOf > jumpOff }
    if let first = late.first {
      report(
        "S042", "the history was known at \(first.asOf) ('\(first.id)'), later than the jump-off \(jumpOff)", at: node,
        notes: ["fix: take the vintage that was known at \(jumpOff): later revisions look ahead"])
    }
    guard table.firstQuarter <= jumpOff, jumpOff <= table.lastQuarter else {
      report(
        "S041", "the history runs from \(table.firstQuarter) to \(table.lastQuarter), the jump-off is \(jumpOff)",
        at: node)
      return nil
    }
    for factor in RiskFactor.catalogue {
      guard let column = table.column(factor.id) else {
        report("S041", "the history has no column '\(factor.id)'", at: node)
        continue
      }
      if column.unit != factor.unit {
        report(
          "S041", "the history has '\(factor.id)' in \(column.unit.rawValue), expected \(factor.unit.rawValue)",
          at: node)
      } else if table.value(factor.id, in: jumpOff) == nil {
        report("S041", "the history has no value of '\(factor.id)' at the jump-off \(jumpOff)", at: node)
      }
    }
    return errorCount == known ? table.cut(after: jumpOff) : nil
  }

  /// `2025Q4`, or first and last where they differ.
  static func dates(_ quarters: [Quarter]) -> String {
    guard let first = quarters.min(), let last = quarters.max() else { return "" }
    return first == last ? "\(first)" : "\(first)–\(last)"
  }

  func addInput(_ file: FileReference, asOf: String) {
    guard !inputs.contains(where: { $0.path == file.path }) else { return }
    inputs.append(InputFile(name: file.name, path: file.path, asOf: asOf))
  }
}
