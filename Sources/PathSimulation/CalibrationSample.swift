import MacroScenarios

/// History on the factors' scales: what every estimate is made from.
struct CalibrationSample {
  let factors: [RiskFactor]
  let scales: [FactorScale]
  let firstQuarter: Quarter
  /// `[quarter][factor]`, natural values.
  let natural: [[Double]]
  /// `[quarter][factor]`, on the factors' scales.
  let coordinates: [[Double]]

  var quarterCount: Int { coordinates.count }

  func quarter(_ row: Int) -> Quarter { firstQuarter.advanced(by: row) }

  /// Whether the step into quarter `row` touches the pandemic quarters with either end.
  func touchesPandemic(_ row: Int) -> Bool {
    ShockAssumptions.pandemicQuarters.contains(quarter(row))
      || ShockAssumptions.pandemicQuarters.contains(quarter(row - 1))
  }

  /// Fewer quarters than this say nothing about sixteen factors.
  static let leastQuarters = 40

  /// - Throws: everything that is missing, or that a scale cannot hold, in the window; with factor and quarter.
  init(history: QuarterlyTable, factors: [RiskFactor], from: Quarter, to: Quarter) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func problem(_ code: String, _ message: String, fix: String? = nil) {
      let notes = fix.map { ["fix: \($0)"] } ?? []
      problems.append(Diagnostic(code, message, at: .init(file: history.file), notes: notes))
    }
    let scales = FactorScale.scales(of: factors)
    let count = from.distance(to: to) + 1
    if to > history.lastQuarter {
      problem("P001", "calibration ends in \(to), but history ends in \(history.lastQuarter)")
    }
    if count < Self.leastQuarters {
      problem("P002", "calibration \(from) to \(to) is \(count) quarters long, expected \(Self.leastQuarters) or more")
    }
    for (k, factor) in factors.enumerated() {
      guard let column = history.column(factor.id) else {
        problem("P003", "there is no column '\(factor.id)', and its deviations are to be calibrated")
        continue
      }
      // Growth into the first quarter needs the quarter before it.
      let needed = scales[k] == .logGrowth ? from.advanced(by: -1) : from
      let row = history.firstQuarter.distance(to: needed)
      let missing = (row...max(row, row + needed.distance(to: to))).filter {
        !column.values.indices.contains($0) || column.values[$0] == nil
      }
      if let first = missing.first {
        let quarter = history.firstQuarter.advanced(by: first)
        let known = column.values.firstIndex { $0 != nil }.map { history.firstQuarter.advanced(by: $0) }
        problem(
          "P004", "'\(factor.id)' is missing in \(quarter), and calibration needs it from \(needed) to \(to)",
          fix: known.map { "it is known from \($0) on; calibrate from a later quarter" })
      }
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }

    let columns = factors.map { history.column($0.id)?.values ?? [] }
    let start = history.firstQuarter.distance(to: from)
    func row(_ index: Int) -> [Double] {
      columns.map { index >= 0 && index < $0.count ? $0[index] ?? .nan : .nan }
    }
    var coordinates: [[Double]] = []
    for index in start..<start + count {
      let values = row(index)
      let previous = row(index - 1)
      coordinates.append(
        factors.indices.map { k in
          if let y = scales[k].coordinate(of: k, in: values, after: previous) { return y }
          problem(
            "P005",
            """
            '\(factors[k].id)' is \(values[k]) in \(history.firstQuarter.advanced(by: index)), \
            expected \(scales[k].requirement(factors))
            """)
          return .nan
        })
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    self.factors = factors
    self.scales = scales
    firstQuarter = from
    natural = (start..<start + count).map(row)
    self.coordinates = coordinates
  }
}
