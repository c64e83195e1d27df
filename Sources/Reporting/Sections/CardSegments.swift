import StressTesting

extension ResultReader {
  /// § 5, where a card portfolio was ranked by its accounts: who defaults, when, and who bears the losses.
  func cardSegments() -> [Block] {
    let segments = result.entities.filter { $0.kind == .segment }
    guard let riskiest = segments.last, let safest = segments.first, let cards = loanTypes.first(where: { isCards($0) })
    else { return [] }
    let quarters = quarters(of: riskiest, "probability_of_default", "p50")
    guard !quarters.isEmpty, let share = row(riskiest, "loss_share", "mean"), let shareValue = share.value else {
      return []
    }
    let percent = Measure.percent
    var sentences = [
      "The account model puts the accounts of a card portfolio in the order of their risk; \(segments.count) segments of "
        + "equal numbers of accounts share out the projected losses.",
      "The riskiest segment holds \(cell(row(riskiest, "exposure_share", "level"), percent)) % of the balance and bears "
        + "\(percent.text(shareValue, error: share.error)) of the losses on average, conditional on this scenario; the "
        + "safest holds \(cell(row(safest, "exposure_share", "level"), percent)) % and bears "
        + "\(cell(row(safest, "loss_share", "mean"), percent)) %.",
      "The order and the odds between segments come from accounts of one bank in Taiwan in 2005 and are an assumption here: "
        + "the levels of another country and year do not transfer. In every quarter and future one shift of all logits "
        + "brings the balance-weighted mean probability to the level that the loss-rate model gives.",
      "A segment is a band of risk and not a fixed set of accounts: balances are held, so that what is lost is replaced by "
        + "the like, and over \(capitalHorizon) a band may lose more than its balance.",
    ]
    if let outside = value(cards, "default_level_outside", "level"), outside > 0 {
      sentences.append(
        "In \(Measure.count.number(outside)) quarters of futures the card loss rate is a net recovery (or beyond all "
          + "balances): no (or every) account defaults there.")
    }
    return [
      .heading("Credit cards by risk of their accounts"), .paragraph(sentences), .table(segmentTable(segments)),
      .figure(segmentFigure(segments)), .figure(defaultsByQuarter(segments, quarters, cards)),
    ]
  }

  private func isCards(_ type: StressTestResult.Entity) -> Bool {
    type.id == "credit_card" || type.id == "credit_cards"
  }

  private func segmentTable(_ segments: [StressTestResult.Entity]) -> Table {
    let rate = Measure.percent
    return Table(
      "Card losses by segment, cumulative over \(capitalHorizon), conditional on this scenario",
      [
        .text("Segment"), .number("Accounts ranked", "count"), .number("Share of balance", "%"),
        .number("Odds of default, to the safest", "times"), .number("Loss, mean", money.unit),
        .number("Loss rate, mean", "%"), .number("95 % Monte Carlo interval", "%"), .number("Loss rate, p95", "%"),
        .number("Loss rate, ES 99 %", "%"), .number("Share of losses, mean", "%"),
        .number("Share of losses, p05 to p95", "%"),
      ],
      segments.map { segment in
        let mean = row(segment, "segment_loss_rate", "mean")
        let low = row(segment, "loss_share", "p05"), high = row(segment, "loss_share", "p95")
        return [
          segment.name, cell(row(segment, "accounts", "level"), .count),
          cell(row(segment, "exposure_share", "level"), rate),
          cell(row(segment, "odds_to_safest", "level"), Measure(factor: 1, decimals: 1, unit: "")),
          cell(row(segment, "segment_loss", "mean"), money), cell(mean, rate), intervalCell(mean, rate),
          cell(row(segment, "segment_loss_rate", "p95"), rate), cell(row(segment, "segment_loss_rate", "es_99"), rate),
          cell(row(segment, "loss_share", "mean"), rate), "\(cell(low, rate)) to \(cell(high, rate))",
        ]
      })
  }

  private func segmentFigure(_ segments: [StressTestResult.Entity]) -> Figure {
    let title = "Card loss rates over \(capitalHorizon) by segment: mean and the range that holds nine futures in ten"
    let chart = DotRows(
      title: title,
      description:
        "For each segment, safest first, a dot for the mean loss rate and a whisker from the 5 % to the 95 % "
        + "point; a diamond marks the expected shortfall at 99 %.",
      axisTitle: "loss rate over \(capitalHorizon), % of the segment's balance", measure: .percent,
      names: segments.map(\.name),
      series: [
        .init(name: "mean", mark: .dot, values: segments.map { value($0, "segment_loss_rate", "mean") }),
        .init(name: "ES 99 %", mark: .diamond, values: segments.map { value($0, "segment_loss_rate", "es_99") }),
      ],
      ranges: segments.map { segment in
        guard let lower = value(segment, "segment_loss_rate", "p05"),
          let upper = value(segment, "segment_loss_rate", "p95")
        else { return nil }
        return (lower, upper)
      }, startsAtZero: true)
    let statistics = ["mean", "p05", "p50", "p95", "es_99"]
    let table = Table(
      "Card loss rates by segment over \(capitalHorizon)",
      [.text("Segment")] + statistics.map { .number(Self.name(ofStatistic: $0), "%") },
      segments.map { segment in
        [segment.name] + statistics.map { cell(row(segment, "segment_loss_rate", $0), .percent) }
      })
    return Figure("card-segments", title, [chart.drawing()], [table])
  }

  private func defaultsByQuarter(
    _ segments: [StressTestResult.Entity], _ quarters: [String], _ cards: StressTestResult.Entity
  ) -> Figure {
    let title = "Probability of default in a quarter by segment, middle future"
    let rows = segments + [cards]
    func name(_ entity: StressTestResult.Entity) -> String { entity.id == cards.id ? "Whole portfolio" : entity.name }
    let map = HeatMap(
      title: title,
      description:
        "Each cell prints the median probability that an account of a segment defaults in a quarter, in percent; "
        + "the darker, the higher. The last row is the level of the whole portfolio.",
      measure: .finePercent, columns: quarters,
      rows: rows.map { (name($0), series($0, "probability_of_default", "p50", over: quarters)) },
      shades: [
        .init(from: -.infinity, name: "below 0.5", style: "shade-0", isDark: false),
        .init(from: 0.005, name: "to 1", style: "shade-1", isDark: false),
        .init(from: 0.01, name: "to 2", style: "shade-2", isDark: false),
        .init(from: 0.02, name: "to 4", style: "shade-3", isDark: false),
        .init(from: 0.04, name: "to 8", style: "shade-4", isDark: true),
        .init(from: 0.08, name: "8 and more", style: "shade-5", isDark: true),
      ],
      legendTitle: "probability of default in the quarter, %:")
    func cells(_ entity: StressTestResult.Entity, _ item: String, _ measure: Measure) -> [String] {
      [name(entity)]
        + quarters.map { quarter in
          let middle = cell(row(entity, item, "p50", quarter: quarter), measure)
          let low = cell(row(entity, item, "p05", quarter: quarter), measure)
          let high = cell(row(entity, item, "p95", quarter: quarter), measure)
          return "\(middle) (\(low) to \(high))"
        }
    }
    let probabilities = Table(
      "Probability of default by quarter: p50 (p05 to p95)",
      [.text("Segment")] + quarters.map { .number($0, "%") },
      rows.map { cells($0, "probability_of_default", .finePercent) })
    let losses = Table(
      "Loss by quarter: p50 (p05 to p95)", [.text("Segment")] + quarters.map { .number($0, money.unit) },
      rows.map { cells($0, "segment_loss", .billions(of: currency, decimals: 2)) })
    return Figure("card-default-heat-map", title, [map.drawing()], [probabilities, losses])
  }
}
