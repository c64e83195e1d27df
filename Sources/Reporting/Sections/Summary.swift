import StressTesting

extension ResultReader {
  /// § 1: whether the system holds.
  func summary() -> Section {
    let title = "Summary"
    let question = "Does the system hold?"
    guard let start = startRatio(system)?.value, let middle = row(system, "minimum_cet1_ratio", "p50"),
      let middleValue = middle.value, let low = row(system, "minimum_cet1_ratio", "p05"), let lowValue = low.value
    else { return .notComputed(1, title, question) }
    let ratio = Measure.finePercent
    var answer =
      "Conditional on this scenario, the banks' aggregate CET1 ratio falls from \(Measure.percent.text(start)) to a "
      + "lowest point of \(ratio.text(middleValue, error: middle.error)) in the middle one of the simulated futures, "
      + "and of \(ratio.text(lowValue, error: low.error)) or less in one of twenty"
    if let breach = value(system, "breach", "probability") {
      answer += "; it is below 4.5\u{A0}% in \(frequency(breach))"
    }
    return Section(
      number: 1, title: title, question: question, answer: answer + ".",
      blocks: [.table(headlineTable(start: start)), .figure(aggregateFan()), .table(lossTable())])
  }

  private func headlineTable(start: Double) -> Table {
    let ratio = Measure.finePercent
    func line(_ name: String, _ row: StressTestResult.Row?) -> [String] {
      let change = row?.value.map { Measure.basisPoints.signed($0 - start, error: row?.error) } ?? Self.notComputed
      return [name, cell(row, ratio), intervalCell(row, ratio), change]
    }
    var rows = [
      ["Start, \(result.scenario.jumpOff)", Measure.percent.number(start), Self.notComputed, Self.notComputed],
      line("Lowest point, middle future (p50)", row(system, "minimum_cet1_ratio", "p50")),
      line("Lowest point, 1 future in 20 is lower (p05)", row(system, "minimum_cet1_ratio", "p05")),
      line("Lowest point, 1 future in 100 is lower (p01)", row(system, "minimum_cet1_ratio", "p01")),
      line("End of the horizon, middle future (p50)", row(system, "end_cet1_ratio", "p50")),
      line("End of the horizon, 1 future in 20 is lower (p05)", row(system, "end_cet1_ratio", "p05")),
    ]
    let requirement = value(system, "requirement", "level")
    rows.append([
      "Hurdle of this report: minimum requirement", Measure.percent.number(requirement ?? Self.hurdle),
      Self.notComputed, Self.notComputed,
    ])
    return Table(
      "Aggregate CET1 ratio, conditional on this scenario",
      [
        .text("Figure"), .number("CET1 ratio", "%"), .number("95 % Monte Carlo interval", "%"),
        .number("Change from start", "basis points"),
      ], rows)
  }

  private func lossTable() -> Table {
    var rows: [[String]] = []
    func line(_ name: String, _ row: StressTestResult.Row?, _ measure: Measure) {
      guard row != nil else { return }
      rows.append([name, measure.unit, cell(row, measure), intervalCell(row, measure)])
    }
    line("Loan losses over \(capitalHorizon), mean", row(system, "loan_loss", "mean"), money)
    line("Loan losses over \(capitalHorizon), middle future", row(system, "loan_loss", "p50"), money)
    line("Loan loss rate over \(capitalHorizon), mean", row(system, "loss_rate", "mean"), .finePercent)
    line(
      "Loan losses without portfolios that have no series of their own, mean",
      row(system, "loan_loss_without_proxies", "mean"), money)
    line("Capital depletion, mean", row(system, "capital_depletion", "mean"), money)
    line(
      "Revenue before provisions, share of assets, mean",
      row(system, "pre_provision_net_revenue_rate", "mean"), .finePercent)
    line(
      "Provisions as a multiple of losses, mean", row(system, "provisions_to_losses", "mean"),
      Measure(factor: 1, decimals: 2, unit: "ratio"))
    return Table(
      "Aggregate losses and revenue, conditional on this scenario",
      [.text("Figure"), .text("Unit"), .number("Estimate"), .number("95 % Monte Carlo interval")], rows)
  }

  private func aggregateFan() -> Figure {
    let statistics = ["p05", "p25", "p50", "p75", "p95"]
    let start = startRatio(system)?.value
    let paths: [[Double?]] = statistics.map { [start] + series(system, "cet1_ratio", $0, over: capitalQuarters) }
    let quarters = [result.scenario.jumpOff] + capitalQuarters
    let lowest = zip(quarters, paths[0]).filter { $0.1 != nil }.min { ($0.1 ?? 0) < ($1.1 ?? 0) }
    var title = "Aggregate CET1 ratio by quarter, conditional on this scenario"
    if let lowest, let value = lowest.1 {
      title += ": one future in twenty is below \(Measure.percent.text(value)) in \(lowest.0)"
    }
    let chart = FanChart(
      title: title,
      description:
        "Fan of the simulated aggregate CET1 ratio: the middle line is the median, the inner band holds half "
        + "of the futures and the outer band nine in ten. The dashed line is the hurdle of 4.5 %.",
      width: 760, height: 340, axisTitle: "CET1 ratio, %", measure: .percent, future: quarters,
      bands: [
        .init(lower: paths[0], upper: paths[4], style: "band-outer", lowerName: "p05", upperName: "p95"),
        .init(lower: paths[1], upper: paths[3], style: "band-inner", lowerName: "p25", upperName: "p75"),
      ],
      middle: paths[2], middleName: "median", hurdle: (Self.hurdle, "hurdle 4.5 %"))
    let table = Table(
      "Aggregate CET1 ratio by quarter",
      [.text("Quarter")] + statistics.map { .number($0, "%") },
      quarters.enumerated().map { index, quarter in
        [quarter] + paths.map { $0[index].map { Measure.percent.number($0) } ?? Self.notComputed }
      })
    return Figure("cet1-fan", title, [chart.drawing()], [table])
  }
}
