import MacroScenarios

/// Everything that the crisis models are fitted on and judged by: windows of the panel, and what labels are made from.
/// Nothing in it is dated after the jump-off.
struct CrisisSample: Sendable {
  /// The last quarter of the first window: charge-offs and two years of most indicators are known.
  static let firstWindow = Quarter(year: 1987, number: 1)

  let jumpOff: Quarter
  let panel: IndicatorPanel
  let recessions: RecessionTable
  let rates: ChargeOffRates
  /// Last quarters of the windows whose label is settled, in order.
  let quarters: [Quarter]

  /// - Throws: `.invalid` when a table lacks what is needed, or knows more of the economy than was known at the jump-off.
  init(
    history: QuarterlyTable, chargeOffs: QuarterlyTable, recessions: RecessionTable, jumpOff: Quarter
  ) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    func problem(_ code: String, _ message: String, _ notes: [String] = []) {
      problems.append(Diagnostic(code, message, at: .init(file: history.file), notes: notes))
    }
    for factor in MacroIndicator.factors {
      guard let column = history.column(factor) else {
        problem("M030", "the history has no column '\(factor)', which the early-warning models read")
        continue
      }
      if column.asOf > jumpOff {
        problem(
          "M016", "'\(factor)' is as known in \(column.asOf), after the jump-off \(jumpOff): revisions would be seen",
          ["fix: give the history of the vintage of the jump-off"])
      }
    }
    let lead = IndicatorPanel.windowLength - 1 + MacroIndicator.longestLag
    if history.firstQuarter > Self.firstWindow.advanced(by: -lead) || history.lastQuarter < jumpOff {
      problem(
        "M011",
        "the history runs from \(history.firstQuarter) to \(history.lastQuarter), expected "
          + "\(Self.firstWindow.advanced(by: -lead)) to the jump-off \(jumpOff)")
    }
    guard problems.isEmpty else { throw InvalidInput(.invalid, Array(problems.prefix(20))) }
    let last = jumpOff.advanced(by: -CrisisLabels.settlingQuarters)
    panel = IndicatorPanel(history.cut(after: jumpOff))
    rates = try ChargeOffRates(
      chargeOffs, from: Self.firstWindow, to: last.advanced(by: CrisisLabels.leadQuarters))
    self.recessions = recessions
    self.jumpOff = jumpOff
    quarters = (0...max(0, Self.firstWindow.distance(to: last))).map { Self.firstWindow.advanced(by: $0) }
    try checkWindows(history.file)
    try checkCrises()
  }

  private func checkWindows(_ file: String) throws(InvalidInput) {
    let cells = IndicatorPanel.windowLength * MacroIndicator.count
    for quarter in quarters {
      let missing = panel.window(endingIn: quarter).map(IndicatorPanel.missingCount) ?? cells
      guard Double(missing) > IndicatorPanel.mostMissingShare * Double(cells) else { continue }
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M031",
            "\(missing) of \(cells) cells of the window that ends in \(quarter) are missing, at most a quarter may",
            at: .init(file: file))
        ])
    }
  }

  /// A crisis left out leaves at least two to learn from.
  private func checkCrises() throws(InvalidInput) {
    guard CrisisFold.segments(of: self).count >= 3 else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M032",
            "fewer than three recessions lie between \(Self.firstWindow) and \(quarters[quarters.count - 1]), the last "
              + "quarter whose label is settled at \(jumpOff): a crisis cannot be left out",
            at: .init(file: recessions.file))
        ])
    }
  }

  /// Labels of all quarters by the rule that `training` gives.
  func labels(training: [Int]) -> CrisisLabels {
    CrisisLabels(
      quarters, training: training.map { quarters[$0] }, recessions: recessions, rates: rates, knownAt: jumpOff)
  }

  func window(_ index: Int) -> [[Double?]] {
    guard let window = panel.window(endingIn: quarters[index]) else {
      preconditionFailure("no window ends in \(quarters[index])")
    }
    return window
  }

  /// Mean and deviation over the quarters that some training window holds, each once.
  func scale(training: [Int]) -> PanelScale { PanelScale(fittedTo: rows(training: training)) }

  /// Every quarter that some window holds, `[quarter][indicator]`.
  var trainingRows: [[Double?]] { rows(training: Array(quarters.indices)) }

  private func rows(training: [Int]) -> [[Double?]] {
    let used = Set(training.flatMap { ($0 - IndicatorPanel.windowLength + 1)...$0 }).sorted()
    return used.compactMap { panel.row(quarters[0].advanced(by: $0)) }
  }
}
