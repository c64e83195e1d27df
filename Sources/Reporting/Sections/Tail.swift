import StressTesting

extension ResultReader {
  /// § 6: how bad it can get.
  func tail() -> Section {
    let title = "Tail"
    let question = "How bad can it get?"
    guard let risk = row(system, "loan_loss", "var_99"), let riskValue = risk.value,
      let shortfall = row(system, "loan_loss", "es_99"), let shortfallValue = shortfall.value
    else { return .notComputed(6, title, question) }
    var answer =
      "Conditional on this scenario, loan losses exceed \(money.text(riskValue, error: risk.error)) in one of a hundred "
      + "simulated futures, and are \(money.text(shortfallValue, error: shortfall.error)) on average in those"
    if let median = value(system, "loan_loss", "p50"), median > 0 {
      answer +=
        "; the former is \(Measure(factor: 1, decimals: 2, unit: "").text(riskValue / median)) times the loss of the "
        + "middle future"
    }
    var blocks: [Block] = [
      .table(riskTable("loan_loss", "Loan losses of all banks, cumulative over \(capitalHorizon)")),
      .paragraph([
        "Rows marked as extrapolation: a figure of one future in a thousand rests on the model's shape, for history holds "
          + "only four credit cycles.",
        "The Monte Carlo interval shrinks with more simulated futures; parameter and model error do not.",
      ]),
    ]
    if let histogram = histogram(of: "loan_loss") {
      blocks.append(.figure(lossFigure(histogram)))
      blocks.append(.figure(exceedanceFigure(histogram)))
    }
    blocks.append(
      .table(riskTable("capital_depletion", "Capital depletion of all banks: start less lowest CET1 capital")))
    if let histogram = histogram(of: "minimum_cet1_ratio") { blocks.append(.figure(lowestPointFigure(histogram))) }
    if let sources = sourcesFigure() { blocks.append(.figure(sources)) }
    blocks.append(.folded(bankRiskTable("loan_loss", "Loan losses by bank, cumulative over \(capitalHorizon)")))
    blocks.append(.folded(bankRiskTable("capital_depletion", "Capital depletion by bank")))
    return Section(number: 6, title: title, question: question, answer: answer + ".", blocks: blocks)
  }

  private func histogram(of item: String) -> StressTestResult.Histogram? {
    result.histograms.first { $0.entity == system?.id && $0.item == item && $0.counts.contains { $0 > 0 } }
  }

  private func riskTable(_ item: String, _ caption: String) -> Table {
    let statistics = ["mean", "sd", "p50", "var_95", "es_95", "var_99", "es_99", "var_99.9", "es_99.9"]
    return Table(
      "\(caption); conditional on this scenario",
      [
        .text("Measure"), .number("Estimate", money.unit), .number("95 % Monte Carlo interval", money.unit),
        .number("Parameter error", money.unit), .number("Model error", money.unit),
      ],
      statistics.compactMap { statistic in
        guard let row = row(system, item, statistic) else { return nil }
        let name = Self.name(ofStatistic: statistic)
        return [
          statistic.hasSuffix("99.9") ? "\(name) (extrapolation)" : name, cell(row, money), intervalCell(row, money),
          row.parameterError.map { money.number($0, error: row.error) } ?? Self.notComputed,
          row.modelError.map { money.number($0, error: row.error) } ?? Self.notComputed,
        ]
      })
  }

  private func bankRiskTable(_ item: String, _ caption: String) -> Table {
    let money = Measure.billions(of: currency, decimals: 2)
    return Table(
      "\(caption); conditional on this scenario",
      [
        .text("Bank"), .number("Mean", money.unit), .number("VaR 95 %", money.unit), .number("VaR 99 %", money.unit),
        .number("95 % Monte Carlo interval of VaR 99 %", money.unit), .number("ES 99 %", money.unit),
        .number("95 % Monte Carlo interval of ES 99 %", money.unit),
        .number("VaR 99.9 % (extrapolation)", money.unit), .number("ES 99.9 % (extrapolation)", money.unit),
      ],
      banks.map { bank in
        func figure(_ statistic: String) -> StressTestResult.Row? { row(bank, item, statistic) }
        return [
          bank.name, cell(figure("mean"), money), cell(figure("var_95"), money), cell(figure("var_99"), money),
          intervalCell(figure("var_99"), money), cell(figure("es_99"), money), intervalCell(figure("es_99"), money),
          cell(figure("var_99.9"), money), cell(figure("es_99.9"), money),
        ]
      })
  }

  private func lossFigure(_ histogram: StressTestResult.Histogram) -> Figure {
    let markers = ["var_95", "es_95", "var_99", "es_99", "var_99.9", "es_99.9"].compactMap {
      statistic -> LossHistogram.Marker? in
      guard let row = row(system, "loan_loss", statistic), let value = row.value else { return nil }
      let extrapolated = statistic.hasSuffix("99.9") ? " (extrapolation)" : ""
      return .init(
        name: Self.name(ofStatistic: statistic) + extrapolated, value: value, lower: row.lower, upper: row.upper,
        mark: statistic.hasPrefix("var") ? .dot : .diamond, printed: money.number(value, error: row.error))
    }
    let title = "Loan losses of all simulated futures, with value at risk and expected shortfall"
    let chart = LossHistogram(
      title: title,
      description: "Histogram of cumulative loan losses. Above it, one lane per measure: a dot for value at risk, a "
        + "diamond for expected shortfall, each with its 95 % Monte Carlo interval.",
      axisTitle: "cumulative loan loss over \(capitalHorizon), \(money.unit)", measure: money, histogram: histogram,
      markers: markers)
    return Figure("loan-loss-histogram", title, [chart.drawing()], [binTable(histogram, money, "Loan losses")])
  }

  private func exceedanceFigure(_ histogram: StressTestResult.Histogram) -> Figure {
    let markers = [("var_95", 0.95), ("var_99", 0.99), ("var_99.9", 0.999)].compactMap { statistic, confidence in
      row(system, "loan_loss", statistic).flatMap { row in
        row.value.map {
          (
            name: Self.name(ofStatistic: statistic) + (confidence == 0.999 ? " (extrapolation)" : ""),
            confidence: confidence, value: $0, lower: row.lower,
            upper: row.upper
          )
        }
      }
    }
    let title = "Probability that loan losses are larger than a level"
    let chart = ExceedanceChart(
      title: title,
      description: "Falling curve on a logarithmic axis: the share of simulated futures with a larger loss. Dots and "
        + "whiskers: value at risk at 95, 99 and 99.9 % with its 95 % Monte Carlo interval.",
      axisTitle: "cumulative loan loss over \(capitalHorizon), \(money.unit)", measure: money, histogram: histogram,
      markers: markers)
    let table = Table(
      "Probability of a larger loan loss",
      [.text("Loan loss, \(money.unit)"), .number("Probability of more", "%"), .text("Frequency")],
      ExceedanceChart.points(histogram).map { level, probability in
        let error = (probability * (1 - probability) / Double(max(paths, 1))).squareRoot()
        return [money.number(level), Measure.probability.number(probability, error: error), frequency(probability)]
      })
    return Figure("loan-loss-exceedance", title, [chart.drawing()], [table])
  }

  private func lowestPointFigure(_ histogram: StressTestResult.Histogram) -> Figure {
    let markers = ["p01", "p05", "p50"].compactMap { statistic -> LossHistogram.Marker? in
      guard let row = row(system, "minimum_cet1_ratio", statistic), let value = row.value else { return nil }
      return .init(
        name: statistic, value: value, lower: row.lower, upper: row.upper, mark: .dot,
        printed: Measure.finePercent.number(value, error: row.error))
    }
    let title = "Lowest aggregate CET1 ratio of each simulated future"
    let chart = LossHistogram(
      title: title,
      description:
        "Histogram of the lowest aggregate CET1 ratio within each future's \(capitalHorizon); dots with whiskers "
        + "mark its 1, 5 and 50 % points.",
      axisTitle: "lowest aggregate CET1 ratio, %", measure: .percent, histogram: histogram, markers: markers)
    return Figure(
      "lowest-cet1-histogram", title, [chart.drawing()], [binTable(histogram, .finePercent, "Lowest CET1 ratio")])
  }

  private func binTable(_ histogram: StressTestResult.Histogram, _ measure: Measure, _ name: String) -> Table {
    Table(
      "\(name): simulated futures by interval",
      [.text("From, \(measure.unit)"), .number("Below", measure.unit), .number("Simulated futures", "count")],
      histogram.counts.enumerated().filter { $0.element > 0 }.map { index, count in
        let lower = histogram.lowest + Double(index) * histogram.width
        return [
          measure.number(lower), measure.number(lower + histogram.width), Measure.count.number(Double(count)),
        ]
      })
  }

  /// How wide the losses spread when only one source of uncertainty is drawn.
  private func sourcesFigure() -> Figure? {
    let sources = [
      ("all", "all sources together"), ("macro", "the economy's path"), ("parameters", "the model's parameters"),
      ("model", "the model's own error"),
    ].compactMap { statistic, name in row(system, "uncertainty", statistic).map { (name: name, row: $0) } }
    guard !sources.isEmpty else { return nil }
    let ranked = sources.filter { $0.name != "all sources together" }.max { ($0.row.value ?? 0) < ($1.row.value ?? 0) }
    let title = "Spread of loan losses by source" + (ranked.map { ": \($0.name) weighs most" } ?? "")
    let chart = Bars(
      title: title,
      description: "Level bars: the standard deviation of the loan loss when all sources of uncertainty are drawn and "
        + "when one alone is.",
      axisTitle: "standard deviation of the loan loss, \(money.unit)", measure: money,
      bars: sources.map { source in
        .init(
          name: source.name, value: source.row.value ?? 0, lower: source.row.lower, upper: source.row.upper,
          printed: cell(source.row, money))
      })
    let table = Table(
      "Standard deviation of the loan loss by source; sources overlap and do not add up",
      [
        .text("Source"), .number("Standard deviation", money.unit), .number("95 % Monte Carlo interval", money.unit),
      ],
      sources.map { [$0.name, cell($0.row, money), intervalCell($0.row, money)] })
    return Figure("uncertainty-sources", title, [chart.drawing()], [table])
  }
}
