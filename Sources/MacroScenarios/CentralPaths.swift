/// The central path of every factor while it is put together: import, then `set`, then shocks.
struct CentralPaths {
  let jumpOff: Quarter
  let horizon: Int
  let history: QuarterlyTable
  /// `[factor][quarter]` in the order of the catalogue; `nil` where a factor has no path yet.
  private(set) var values: [[Double]?]
  /// Where a factor's path was given, for messages.
  private(set) var places: [SourceNode?]
  /// Factors whose path was given but is not usable: already reported.
  private var isBroken: [Bool]

  private let factors = RiskFactor.catalogue

  init(jumpOff: Quarter, horizon: Int, history: QuarterlyTable) {
    self.jumpOff = jumpOff
    self.horizon = horizon
    self.history = history
    values = .init(repeating: nil, count: factors.count)
    places = .init(repeating: nil, count: factors.count)
    isBroken = .init(repeating: false, count: factors.count)
  }

  /// Takes one path of a published table, quarter by quarter from the one after the jump-off.
  ///
  /// When the table knows the jump-off itself, an index that stands on another base there than in the history is
  /// scaled to the history's, and a warning says so.
  mutating func take(
    _ table: ScenarioTable, _ path: ScenarioTable.Path, at node: SourceNode, horizonOrigin: String,
    in reading: ScenarioReading
  ) {
    let first = jumpOff.advanced(by: 1)
    let last = jumpOff.advanced(by: horizon)
    guard path.asOf <= jumpOff else {
      reading.report(
        "S042", "vintage \(path.vintage) was drawn at \(path.asOf), later than the jump-off \(jumpOff)", at: node)
      breakAll()
      return
    }
    guard path[first] != nil, path[last] != nil else {
      let count = path[first] == nil ? 0 : first.distance(to: path.lastQuarter) + 1
      reading.report(
        "S032", "path has \(count) values, horizon is \(horizon)q", at: node,
        notes: [
          "the table gives \(path.firstQuarter)–\(path.lastQuarter), the scenario needs \(first)–\(last)",
          "horizon comes from \(horizonOrigin)",
        ])
      breakAll()
      return
    }
    for (column, factor) in table.factors.enumerated() {
      guard let index = factors.firstIndex(of: factor) else { continue }
      let rows = (1...horizon).map { path[jumpOff.advanced(by: $0)]?[column] }
      guard rows.allSatisfy({ $0 != nil }) else {
        let gap = rows.firstIndex { $0 == nil }.map { jumpOff.advanced(by: $0 + 1) }
        reading.report(
          "S032", "'\(factor.id)' has no value for \(gap ?? first) in this path", at: node,
          notes: ["file: \(table.file)"])
        isBroken[index] = true
        continue
      }
      let scale = scaleToHistory(factor, path[jumpOff]?[column], path, at: node, in: reading)
      values[index] = rows.map { ($0 ?? 0) * scale }
      places[index] = node
    }
  }

  private func scaleToHistory(
    _ factor: RiskFactor, _ inTable: Double?, _ path: ScenarioTable.Path, at node: SourceNode,
    in reading: ScenarioReading
  ) -> Double {
    // The VIX is a level of its own, it has no base year.
    guard factor.unit == .index, factor.id != "vix", let known = history.value(factor.id, in: jumpOff) else { return 1 }
    guard let inTable else {
      if history.column(factor.id)?.asOf != path.asOf {
        reading.report(
          "S053", "'\(factor.id)' may stand on another base in vintage \(path.vintage) than in the history", at: node,
          severity: .warning, notes: ["the table has no value of \(jumpOff), so they cannot be tied"])
      }
      return 1
    }
    let scale = known / inTable
    // Published to one decimal: a smaller difference than that is rounding.
    guard abs(known - inTable) > 0.051 else { return 1 }
    reading.report(
      "S053",
      "'\(factor.id)' is \(inTable) at \(jumpOff) in vintage \(path.vintage), \(known) in the history: "
        + "the path is scaled by \(ScenarioReading.plain(scale))",
      at: node, severity: .warning, notes: ["fix: take history and path from the same vintage"])
    return scale
  }

  /// The import failed: no factor is missed on top of that.
  mutating func breakAll() { isBroken = isBroken.map { _ in true } }

  mutating func set(_ index: Int, _ path: [Double]?, at node: SourceNode) {
    values[index] = path
    places[index] = node
    isBroken[index] = path == nil
  }

  /// Adds all shocks at once. Shocks of one index add up relative to the path without shocks, so that their order does
  /// not matter: level · (1 + Σ sizeᵢ wᵢ(t)); for a rate level + Σ sizeᵢ wᵢ(t).
  mutating func add(_ shocks: [Shock]) {
    for (index, factor) in factors.enumerated() {
      let own = shocks.filter { $0.factor == factor }
      guard !own.isEmpty, let path = values[index] else { continue }
      values[index] = path.enumerated().map { offset, level in
        let change = own.reduce(0) { $0 + $1.size * $1.weight(inQuarter: offset + 1) }
        return factor.unit == .percent ? level + change : level * (1 + change)
      }
    }
  }

  /// The value of a factor at the jump-off, from which shapes start.
  func jumpOffValue(_ factor: RiskFactor) -> Double? { history.value(factor.id, in: jumpOff) }

  /// `[quarter][factor]`, or `nil` after reporting the factors without a path.
  func complete(at place: SourceNode, in reading: ScenarioReading) -> [Double]? {
    let without = factors.indices.filter { values[$0] == nil && !isBroken[$0] }
    if !without.isEmpty {
      reading.reportMissing(
        "S034", "no central path for " + without.map { factors[$0].id }.joined(separator: ", "), at: place,
        notes: ["fix: import a table that has them, or give them under 'central.set'"])
    }
    let paths = values.compactMap { $0 }
    guard paths.count == factors.count else { return nil }
    return (0..<horizon).flatMap { quarter in paths.map { $0[quarter] } }
  }
}
