public import MacroScenarios

/// Watches a table of observations: every new quarter gets its level, its probabilities and its drivers, once.
public struct CrisisMonitor: Sendable {
  /// What is said of one quarter.
  public struct Report: Sendable, Equatable {
    public let assessment: EarlyWarningModel.Assessment
    /// By kind, in the order of `EarlyWarningModel.Kind.allCases`.
    public let explanations: [EarlyWarningModel.Explanation?]
    /// By the model that is leaned on; `nil` where no probability is given.
    public let level: RiskLevel?
  }

  public let model: EarlyWarningModel
  private var table: ObservationTable
  private var lastReported: Quarter?

  /// - Parameter first: quarters before are read and not reported.
  public init(_ model: EarlyWarningModel, file: String, from first: Quarter? = nil) {
    self.model = model
    table = ObservationTable(file: file)
    lastReported = first?.advanced(by: -1)
  }

  /// The file starts anew; quarters that were reported are not reported again.
  public mutating func restart() { table = ObservationTable(file: table.file) }

  /// Takes lines and tells of every quarter that they complete.
  /// - Parameter isWhole: nothing more is expected, so that too few rows are an error.
  /// - Throws: `.invalid` with everything that is wrong with the lines.
  public mutating func take(
    _ lines: [GrowingFile.Line], isWhole: Bool
  ) throws(InvalidInput) -> (reports: [Report], warnings: [Diagnostic]) {
    for line in lines { table.read(line.text, number: line.number) }
    table.checkColumns(quietest: model.range.quietest)
    guard table.problems.isEmpty else {
      throw InvalidInput(
        .invalid, Array(table.problems.prefix(20)), omittedCount: max(0, table.problems.count - 20))
    }
    let fewest = EarlyWarningModel.leadIn + 1
    guard table.quarterCount >= fewest, let panel = table.panel, let last = table.lastQuarter else {
      guard isWhole else { return ([], table.takeWarnings()) }
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "T087",
            "the table has \(table.quarterCount) quarters, a window and the quarter before it need \(fewest)",
            at: .init(file: table.file))
        ])
    }
    let first = max(
      panel.firstQuarter.advanced(by: EarlyWarningModel.leadIn), lastReported?.advanced(by: 1) ?? panel.firstQuarter)
    guard first <= last else { return ([], table.takeWarnings()) }
    lastReported = last
    let quarters = (0...first.distance(to: last)).map { first.advanced(by: $0) }
    let reports = reports(panel, quarters)
    return (reports, table.takeWarnings() + reports.flatMap(outliers))
  }

  private func reports(_ panel: IndicatorPanel, _ quarters: [Quarter]) -> [Report] {
    let explanations = EarlyWarningModel.Kind.allCases.map { model.explain(panel, quarters: quarters, by: $0) }
    return model.assess(panel, quarters: quarters).enumerated().map { place, assessment in
      Report(
        assessment: assessment, explanations: explanations.map { $0[place] }, level: assessment[model.leaning]?.level)
    }
  }

  private func outliers(_ report: Report) -> [Diagnostic] {
    report.assessment.outliers.map { indicator in
      Diagnostic(
        "T088",
        "\(indicator) of \(report.assessment.quarter) lies further outside the training range than that is wide: used as "
          + "it is, look at it before believing the level",
        at: .init(file: table.file, line: table.line(of: report.assessment.quarter)), severity: .warning)
    }
  }
}

extension ObservationTable {
  func line(of quarter: Quarter) -> Int? {
    guard let firstQuarter, lines.indices.contains(firstQuarter.distance(to: quarter)) else { return nil }
    return lines[firstQuarter.distance(to: quarter)]
  }
}
