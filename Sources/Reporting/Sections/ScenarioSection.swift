import StressTesting

extension ResultReader {
  /// § 2: how severe the scenario is, and in which variables.
  func scenario() -> Section {
    let title = "Scenario"
    let question = "How severe is the scenario, and in which variables?"
    let known = factors.filter { !quarters(of: $0, "macro", "central").isEmpty }
    guard !known.isEmpty else { return .notComputed(2, title, question) }
    let farthest = factors.compactMap {
      factor -> (factor: StressTestResult.Entity, row: StressTestResult.Row, distance: Double)? in
      guard let row = rowOfAnyQuarter(factor, "severity", "distance_sd"), let value = row.value else { return nil }
      return (factor, row, value)
    }.max { abs($0.distance) < abs($1.distance) }
    var answer = "The central path sets \(known.count) variables"
    if let farthest {
      answer +=
        "; the change farthest from history is that of the \(farthest.factor.name.loweredForSentence), "
        + "\(Measure.deviations.number(abs(farthest.distance))) standard deviations "
        + (farthest.distance < 0 ? "below" : "above") + " the mean change over as many quarters"
      if let quarter = farthest.row.quarter { answer += ", reached in \(quarter)" }
    }
    return Section(
      number: 2, title: title, question: question, answer: answer + ".",
      blocks: [
        .table(severityTable()),
        .paragraph([
          "Historical percentile: among all changes over as many quarters from 1990 to \(result.scenario.jumpOff), the "
            + "share that lies below this one; its distance counts their standard deviations.",
          "Past outcomes inside the band: the share of past nine-quarter developments that the 90 % band would have held; "
            + "about 90 % is right, much less means that the band is too narrow.",
        ]),
        .figure(factorPanels(known)),
      ] + earlyWarning() + plausibility())
  }

  /// A factor's own measure: percent for rates, levels for indices.
  private func measure(of factor: StressTestResult.Entity) -> Measure {
    if factor.unit == "fraction" { return .percent }
    let start = rowOfAnyQuarter(factor, "severity", "start")?.value ?? 0
    return Measure(factor: 1, decimals: abs(start) >= 1000 ? 0 : 1, unit: "index")
  }

  private func severityTable() -> Table {
    Table(
      "The central path against the start and against history",
      [
        .text("Variable"), .text("Unit"), .number("Start"), .number("Extreme"), .text("Quarter"), .number("Change"),
        .number("Historical percentile of the change", "%"),
        .number("Its distance from the mean change", "standard deviations"),
        .number("Past outcomes inside the 90 % band", "%"),
      ],
      factors.map { factor in
        let measure = measure(of: factor)
        func row(_ statistic: String) -> StressTestResult.Row? { rowOfAnyQuarter(factor, "severity", statistic) }
        let change = row("change")
        let isRelative = change?.unit == "fraction" && factor.unit != "fraction"
        let changeText = change?.value.map { value in
          isRelative ? "\(Measure.percent.signed(value))\u{A0}%" : measure.signed(value)
        }
        return [
          factor.name, measure.unit, cell(row("start"), measure), cell(row("extreme"), measure),
          row("extreme")?.quarter ?? Self.notComputed, changeText ?? Self.notComputed,
          cell(row("history_percentile"), Measure(factor: 100, decimals: 0, unit: "%")),
          cell(row("distance_sd"), .deviations),
          cell(
            rowOfAnyQuarter(factor, "fan_coverage", "inside_90"), Measure(factor: 100, decimals: 0, unit: "%")),
        ]
      })
  }

  private func factorPanels(_ known: [StressTestResult.Entity]) -> Figure {
    let past = quarters(of: known[0], "macro", "history")
    let future = quarters(of: known[0], "macro", "central")
    let panels = known.map { factorPanel($0, past: past, future: future) }
    // Eight variables a table, so that a table fits the width of a printed page.
    let groups = stride(from: 0, to: known.count, by: 8).map { Array(known[$0..<min($0 + 8, known.count)]) }
    let tables = groups.map { centralTable($0, future) } + groups.map { historyTable($0, past) }
    return Figure(
      "macro-factors", "History, central path and 90 % band of each variable; the upright line is the jump-off", panels,
      tables)
  }

  private func centralTable(_ factors: [StressTestResult.Entity], _ quarters: [String]) -> Table {
    Table(
      "Central path, and in brackets the band that holds nine futures in ten (p05 to p95): \(names(of: factors))",
      [.text("Quarter")] + factors.map { .number($0.name, measure(of: $0).unit) },
      quarters.map { quarter in
        [quarter]
          + factors.map { factor in
            let measure = measure(of: factor)
            let middle = cell(row(factor, "macro", "central", quarter: quarter), measure)
            guard let lower = value(factor, "macro", "p05", quarter: quarter),
              let upper = value(factor, "macro", "p95", quarter: quarter)
            else { return middle }
            return "\(middle) (\(measure.number(lower)) to \(measure.number(upper)))"
          }
      })
  }

  private func historyTable(_ factors: [StressTestResult.Entity], _ quarters: [String]) -> Table {
    Table(
      "History up to the jump-off: \(names(of: factors))",
      [.text("Quarter")] + factors.map { .number($0.name, measure(of: $0).unit) },
      quarters.map { quarter in
        [quarter] + factors.map { cell(row($0, "macro", "history", quarter: quarter), measure(of: $0)) }
      })
  }

  private func names(of factors: [StressTestResult.Entity]) -> String {
    guard let first = factors.first, let last = factors.last, factors.count > 1 else {
      return factors.first?.name ?? ""
    }
    return "\(first.name) to \(last.name)"
  }

  private func factorPanel(_ factor: StressTestResult.Entity, past: [String], future: [String]) -> Drawing {
    let measure = measure(of: factor)
    let history = series(factor, "macro", "history", over: past)
    var title = factor.name
    if let start = rowOfAnyQuarter(factor, "severity", "start")?.value,
      let extreme = rowOfAnyQuarter(factor, "severity", "extreme"), let extremeValue = extreme.value
    {
      title += ": from \(measure.text(start)) to \(measure.text(extremeValue))"
      if let quarter = extreme.quarter { title += " in \(quarter)" }
    }
    // Bands and central path start at the jump-off, where the history ends.
    let known = history.last ?? nil
    func joined(_ statistic: String) -> [Double?] { [known] + series(factor, "macro", statistic, over: future) }
    let jumpOff = past.last ?? result.scenario.jumpOff
    return FanChart(
      title: title,
      description:
        "Thin line: history to \(jumpOff). Thick line: central path of the scenario. Band: nine futures in ten.",
      width: 330, height: 190, axisTitle: "",
      heading: "\(factor.name), \(factor.unit == "fraction" ? "%" : "index")", measure: measure,
      past: past.dropLast(), future: [jumpOff] + future, history: history,
      bands: [
        .init(lower: joined("p05"), upper: joined("p95"), style: "band-outer", lowerName: "", upperName: "")
      ],
      middle: joined("central"), middleName: "", hurdle: nil, tickCount: 4
    ).drawing()
  }
}
