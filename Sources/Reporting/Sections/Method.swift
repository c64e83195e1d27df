import StressTesting

extension ResultReader {
  /// § 12: what was assumed.
  func method() -> Section {
    let assumptions = result.notes.filter { $0.topic == .assumption || $0.topic == .proxy }.count
    let gaps = result.notes.filter { $0.topic == .dataQuality }.count
    var blocks: [Block] = [.table(matrix())]
    for (topic, heading) in [
      (StressTestResult.Note.Topic.assumption, "Assumptions"), (.method, "Method"), (.proxy, "Proxies"),
      (.dataQuality, "Data quality"),
    ] {
      let notes = result.notes.filter { $0.topic == topic }.map(\.text)
      guard !notes.isEmpty else { continue }
      blocks.append(.heading(heading))
      blocks.append(.list(notes))
    }
    if let sensitivity = sensitivityTable() { blocks.append(.table(sensitivity)) }
    blocks.append(.heading("How figures are printed"))
    blocks.append(
      .list([
        "No digit stands after the first significant digit of a figure's Monte Carlo standard error.",
        "An event that occurred in none of N simulated futures is reported with the upper bound 3/N (95 %).",
        "A figure of one future in a thousand (99.9 %) is an extrapolation: history holds four credit cycles.",
        "Money is in billions of \(currency); results.json holds the same figures in millions, rates as fractions.",
      ]))
    blocks.append(.table(terms()))
    return Section(
      number: 12, title: "Method", question: "What was assumed?",
      answer:
        "The run rests on \(assumptions) stated assumption\(assumptions == 1 ? "" : "s") and proxies, and on data "
        + "with \(gaps == 0 ? "no" : "\(gaps)") known shortcoming\(gaps == 1 ? "" : "s"), all listed here.",
      blocks: blocks)
  }

  private func setting(_ key: String) -> String {
    result.scenario.resolved.first { $0.key == key }?.value ?? "not stated"
  }

  private func matrix() -> Table {
    let assets = value(system, "assets", "level").map { ", assets of \(money.text($0))" } ?? ""
    let inside = variants(of: "debtrank", "mean").map { Self.name(ofVariant: $0) }.joined(separator: ", ")
    return Table(
      "The exercise at a glance", [.text("Feature"), .text("This run")],
      [
        ["Scope", "\(banks.count) banks\(assets)"],
        ["Horizon", "\(result.scenario.capitalHorizon) quarters from \(result.scenario.jumpOff)"],
        ["Scenario", "\(result.scenario.title) (\(result.scenario.severity))"],
        ["Balance sheet", setting("capital.balance_sheet")],
        ["Distributions", setting("capital.distributions")],
        [
          "Risks",
          "credit losses on \(loanTypes.count) portfolios, revenue, trading and counterparty add-ons, other "
            + "comprehensive income" + (inside.isEmpty ? "" : ", contagion (\(inside))"),
        ],
        [
          "Hurdle",
          "CET1 ratio of 4.5 %" + (hasOwnRequirements ? "; for a bank its own requirement where that is higher" : ""),
        ],
        [
          "Uncertainty",
          "path of the economy, parameters of the loss model, error of the loss model; Monte Carlo error "
            + "stated beside each figure",
        ],
      ])
  }

  /// What another opening allowance would change.
  private func sensitivityTable() -> Table? {
    let variants = variants(of: "minimum_cet1_ratio", "p50")
    guard !variants.isEmpty, let base = row(system, "minimum_cet1_ratio", "p50") else { return nil }
    let allowance = value(system, "opening_allowance", "level").map { " of \(money.text($0))" } ?? ""
    return Table(
      "Sensitivity to the opening allowance\(allowance): lowest aggregate CET1 ratio, middle future",
      [.text("Opening allowance"), .number("Lowest point p50", "%"), .number("Change", "basis points")],
      [["as assumed", cell(base, .finePercent), "0"]]
        + variants.map { variant in
          let row = row(system, "minimum_cet1_ratio", "p50", variant: variant)
          let change = row?.value.flatMap { value in base.value.map { value - $0 } }
          return [
            variant, cell(row, .finePercent, error: base.error),
            change.map { Measure.basisPoints.signed($0) } ?? Self.notComputed,
          ]
        })
  }

  private func terms() -> Table {
    Table(
      "Terms", [.text("Term"), .text("Meaning")],
      [
        ["CET1 ratio", "common equity tier 1 capital as a share of risk-weighted assets"],
        ["Jump-off", "the last quarter that was known; all later ones are simulated"],
        [
          "Simulated future",
          "one drawn path of the economy, of model parameters and of model error around the scenario",
        ],
        ["p05, p50, p95", "the level that 5, 50 and 95 of 100 simulated futures lie below"],
        ["VaR 99 %", "value at risk: the loss that one of 100 simulated futures exceeds"],
        ["ES 99 %", "expected shortfall: the mean loss of the worst one of 100 simulated futures"],
        ["Monte Carlo interval", "where the figure would lie with endlessly many futures, 95 % confidence"],
        ["Parameter error", "how far the figure moves between equally well fitted models (standard deviation)"],
        ["Model error", "how much of the figure is owed to errors the models made out of sample"],
        ["DebtRank", "share of capital lost as distress passes from bank to bank, short of default"],
      ])
  }
}
