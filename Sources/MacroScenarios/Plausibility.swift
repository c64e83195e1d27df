/// What a central path may not be, and what it should make its author think twice about.
extension ScenarioReading {
  func checkPlausibility(_ paths: CentralPaths, at place: SourceNode) {
    for (index, factor) in RiskFactor.catalogue.enumerated() {
      guard let path = paths.values[index] else { continue }
      let node = paths.places[index] ?? place
      let possible = factor.possibleValues
      if let quarter = path.firstIndex(where: { !possible.contains($0) }) {
        let (lower, upper) = (possible.lowerBound, possible.upperBound)
        report(
          "S037",
          "'\(factor.id)' is \(Self.value(path[quarter], factor)) in \(paths.jumpOff.advanced(by: quarter + 1)), "
            + "possible is \(Self.value(lower, factor)) to \(Self.value(upper, factor))", at: node)
      } else {
        warnOutsideHistory(factor, path, paths, at: node)
      }
    }
    warnCrossedYields(paths, at: place)
  }

  /// Indices with a trend are compared by their change over four quarters, the rest by their level.
  private func warnOutsideHistory(_ factor: RiskFactor, _ path: [Double], _ paths: CentralPaths, at node: SourceNode) {
    guard let column = paths.history.column(factor.id) else { return }
    let isTrending = factor.unit == .index && factor.id != "vix"
    let known = isTrending ? Self.yearlyChanges(column.values) : column.values.compactMap { $0 }
    let ahead = isTrending ? Self.yearlyChanges(Array(column.values.suffix(4)) + path) : path
    guard let lowest = known.min(), let highest = known.max(), let low = ahead.min(), let high = ahead.max() else {
      return
    }
    // Two percent of history's range is rounding, not news.
    let margin = 0.02 * (highest - lowest)
    guard low < lowest - margin || high > highest + margin else { return }
    let worst = low < lowest - margin ? low : high
    let text: (Double) -> String = { isTrending ? Self.percent(Self.rounded($0)) : Self.value($0, factor) }
    let found = isTrending ? "changes by \(text(worst)) in four quarters" : "is \(text(worst))"
    report(
      "S051", "\(factor.id) \(found), outside its history (\(text(lowest)) to \(text(highest)))", at: node,
      severity: .warning)
  }

  private static func rounded(_ fraction: Double) -> Double { (fraction * 1000).rounded() / 1000 }

  private static func yearlyChanges(_ levels: [Double?]) -> [Double] {
    zip(levels, levels.dropFirst(4)).compactMap { before, after in
      guard let before, let after else { return nil }
      return after / before - 1
    }
  }

  static func value(_ value: Double, _ factor: RiskFactor) -> String {
    factor.unit == .percent ? percent(value) : plain(value)
  }

  /// A corporate yield below the Treasury's has no spread that could be drawn around.
  private func warnCrossedYields(_ paths: CentralPaths, at place: SourceNode) {
    let factors = RiskFactor.catalogue
    guard let bbb = factors.firstIndex(where: { $0.id == "bbb_yield" }),
      let treasury = factors.firstIndex(where: { $0.id == "treasury_10y" }), let upper = paths.values[bbb],
      let lower = paths.values[treasury]
    else { return }
    if let quarter = zip(upper, lower).enumerated().first(where: { $1.0 <= $1.1 })?.offset {
      report(
        "S054", "'bbb_yield' is not above 'treasury_10y' in \(paths.jumpOff.advanced(by: quarter + 1))",
        at: paths.places[bbb] ?? place, severity: .warning)
    }
  }
}
