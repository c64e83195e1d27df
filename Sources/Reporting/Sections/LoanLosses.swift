import StressTesting

extension ResultReader {
  /// § 5: which portfolios lose.
  func loanLosses() -> Section {
    let title = "Loan losses"
    let question = "Which portfolios lose?"
    let known = loanTypes.filter { value($0, "loan_loss", "mean") != nil }
    guard
      let largest = known.max(by: { (value($0, "loan_loss", "mean") ?? 0) < (value($1, "loan_loss", "mean") ?? 0) }),
      let loss = row(largest, "loan_loss", "mean"), let lossValue = loss.value
    else { return .notComputed(5, title, question) }
    var answer =
      "\(largest.name) lose most: \(money.text(lossValue, error: loss.error)) on average over \(capitalHorizon), conditional "
      + "on this scenario"
    if let rate = row(largest, "loss_rate", "mean"), let value = rate.value {
      answer += ", or \(Measure.finePercent.text(value, error: rate.error)) of their balance"
    }
    if let total = value(system, "loan_loss", "mean"), total > 0 {
      answer += " and \(Measure(factor: 100, decimals: 0, unit: "%").text(lossValue / total)) of all loan losses"
    }
    var blocks: [Block] = [.table(portfolioTable())]
    if let without = row(system, "loan_loss_without_proxies", "mean"), let value = without.value {
      blocks.append(
        .paragraph([
          "Portfolios marked as a proxy have no charge-off series of their own: their losses follow the nearest series.",
          "Without them the mean loan loss is \(money.text(value, error: without.error)).",
        ]))
    }
    blocks.append(.figure(ratesFigure(known)))
    let quarters = quarters(of: known[0], "annualised_loss_rate", "p50")
    if !quarters.isEmpty { blocks.append(.figure(ratesByQuarter(known, quarters))) }
    blocks += cardSegments()
    return Section(number: 5, title: title, question: question, answer: answer + ".", blocks: blocks)
  }

  private func portfolioTable() -> Table {
    let rate = Measure.finePercent
    var rows = loanTypes.map { type in
      [
        type.name, value(type, "proxy", "level").map { $0 > 0 ? "proxy" : "own series" } ?? Self.notComputed,
        cell(row(type, "balance", "level"), money), cell(row(type, "balances_missing", "level"), .count),
        cell(row(type, "loan_loss", "mean"), money), cell(row(type, "loan_loss", "es_99"), money),
        cell(row(type, "loss_rate", "mean"), rate), intervalCell(row(type, "loss_rate", "mean"), rate),
        cell(row(type, "loss_rate", "p50"), rate), cell(row(type, "loss_rate", "p95"), rate),
        cell(row(type, "loss_rate", "es_99"), rate),
      ]
    }
    let balance = loanTypes.compactMap { value($0, "balance", "level") }.reduce(0, +)
    rows.append([
      "All loans", Self.notComputed, money.number(balance), Self.notComputed,
      cell(row(system, "loan_loss", "mean"), money), cell(row(system, "loan_loss", "es_99"), money),
      cell(row(system, "loss_rate", "mean"), rate), intervalCell(row(system, "loss_rate", "mean"), rate),
      cell(row(system, "loss_rate", "p50"), rate), Self.notComputed, Self.notComputed,
    ])
    return Table(
      "Loan losses by portfolio, cumulative over \(capitalHorizon), conditional on this scenario",
      [
        .text("Portfolio"), .text("Series"), .number("Balance", money.unit), .number("Banks without a figure", "count"),
        .number("Loss, mean", money.unit), .number("Loss, ES 99 %", money.unit), .number("Loss rate, mean", "%"),
        .number("95 % Monte Carlo interval", "%"), .number("Loss rate, p50", "%"), .number("Loss rate, p95", "%"),
        .number("Loss rate, ES 99 %", "%"),
      ], rows)
  }

  private func ratesFigure(_ known: [StressTestResult.Entity]) -> Figure {
    let sorted = known.sorted { (value($0, "loss_rate", "mean") ?? 0) > (value($1, "loss_rate", "mean") ?? 0) }
    let title = "Loss rates over \(capitalHorizon), highest first: mean and the range that holds nine futures in ten"
    let chart = DotRows(
      title: title,
      description: "For each portfolio a dot for the mean loss rate and a whisker from the 5 % to the 95 % point; a "
        + "diamond marks the expected shortfall at 99 %.",
      axisTitle: "loss rate over \(capitalHorizon), % of balance", measure: .percent, names: sorted.map(\.name),
      series: [
        .init(name: "mean", mark: .dot, values: sorted.map { value($0, "loss_rate", "mean") }),
        .init(name: "ES 99 %", mark: .diamond, values: sorted.map { value($0, "loss_rate", "es_99") }),
      ],
      ranges: sorted.map { type in
        guard let lower = value(type, "loss_rate", "p05"), let upper = value(type, "loss_rate", "p95") else {
          return nil
        }
        return (lower, upper)
      }, startsAtZero: true)
    let statistics = ["mean", "p05", "p50", "p95", "es_99"]
    let table = Table(
      "Loss rates over \(capitalHorizon)",
      [.text("Portfolio")] + statistics.map { .number(Self.name(ofStatistic: $0), "%") },
      sorted.map { type in [type.name] + statistics.map { cell(row(type, "loss_rate", $0), .finePercent) } })
    return Figure("loss-rates", title, [chart.drawing()], [table])
  }

  private func ratesByQuarter(_ known: [StressTestResult.Entity], _ quarters: [String]) -> Figure {
    let title = "Annualised loss rate by portfolio and quarter, middle future"
    let map = HeatMap(
      title: title,
      description: "Each cell prints the median annualised loss rate of a portfolio in a quarter, in percent of its "
        + "balance; the darker, the higher.",
      measure: .finePercent, columns: quarters,
      rows: known.map { ($0.name, series($0, "annualised_loss_rate", "p50", over: quarters)) },
      shades: [
        .init(from: -.infinity, name: "below 0.5", style: "shade-0", isDark: false),
        .init(from: 0.005, name: "to 1", style: "shade-1", isDark: false),
        .init(from: 0.01, name: "to 2", style: "shade-2", isDark: false),
        .init(from: 0.02, name: "to 4", style: "shade-3", isDark: false),
        .init(from: 0.04, name: "to 8", style: "shade-4", isDark: true),
        .init(from: 0.08, name: "8 and more", style: "shade-5", isDark: true),
      ],
      legendTitle: "annualised loss rate, %:")
    let table = Table(
      "Annualised loss rate by quarter: p50 (p95)", [.text("Portfolio")] + quarters.map { .number($0, "%") },
      known.map { type in
        [type.name]
          + quarters.map { quarter in
            let middle = cell(row(type, "annualised_loss_rate", "p50", quarter: quarter), .finePercent)
            let high = row(type, "annualised_loss_rate", "p95", quarter: quarter)
            return high == nil ? middle : "\(middle) (\(cell(high, .finePercent)))"
          }
      })
    return Figure("loss-rate-heat-map", title, [map.drawing()], [table])
  }

  /// `es_99.9` as a reader sees it.
  static func name(ofStatistic statistic: String) -> String {
    let parts = statistic.split(separator: "_", maxSplits: 1)
    return switch (parts.first, parts.count) {
    case ("var", 2): "VaR \(parts[1])\u{A0}%"
    case ("es", 2): "ES \(parts[1])\u{A0}%"
    case ("sd", _): "standard deviation"
    case ("mean", _): "mean"
    default: statistic
    }
  }
}
