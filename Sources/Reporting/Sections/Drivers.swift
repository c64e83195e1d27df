import StressTesting

extension ResultReader {
  private static let walk: [(item: String, name: String, words: [String])] = [
    ("walk.start", "CET1 capital at the start", ["start"]),
    ("walk.pre_provision_net_revenue", "Revenue before provisions", ["revenue", "before", "provisions"]),
    ("walk.provisions", "Provisions for loan losses", ["provisions"]),
    ("walk.trading_losses", "Trading and counterparty losses", ["trading and", "counter-", "party"]),
    ("walk.other_losses", "Other losses", ["other", "losses"]),
    ("walk.other_comprehensive_income", "Other comprehensive income", ["other", "compreh.", "income"]),
    ("walk.tax", "Tax", ["tax"]),
    ("walk.distributions", "Distributions", ["distri-", "butions"]),
    ("walk.end", "CET1 capital at the end", ["end"]),
  ]

  /// § 4: why capital falls.
  func drivers() -> Section {
    let title = "Drivers"
    let question = "Why does capital fall?"
    let steps = Self.walk.compactMap { step in
      value(system, step.item, "mean").map { (item: step.item, name: step.name, words: step.words, value: $0) }
    }
    guard let start = steps.first, start.item == "walk.start", let end = steps.last, end.item == "walk.end",
      let worst = steps.dropFirst().dropLast().min(by: { $0.value < $1.value })
    else { return .notComputed(4, title, question) }
    let change = end.value - start.value
    let gap = change - steps.dropFirst().dropLast().reduce(0) { $0 + $1.value }
    let answer =
      "On average over the simulated futures CET1 capital \(change < 0 ? "falls" : "rises") by "
      + "\(money.text(abs(change), error: row(system, "walk.end", "mean")?.error)) from \(money.text(start.value)); the "
      + "largest burden is \(worst.name.lowercased()), \(money.text(abs(worst.value), error: row(system, worst.item, "mean")?.error))"
    let chart = Waterfall(
      title: "From CET1 capital at the start to the end of the horizon, mean over the simulated futures",
      description:
        "Waterfall: the outer bars stand for capital at the start and at the end, those between for what adds "
        + "to it or takes from it; each figure is printed above its bar.",
      axisTitle: "CET1 capital, \(money.unit)", measure: money,
      steps: steps.map { step in
        let isTotal = step.item == "walk.start" || step.item == "walk.end"
        let error = row(system, step.item, "mean")?.error
        return .init(
          name: step.words, value: step.value, isTotal: isTotal,
          printed: isTotal ? money.number(step.value, error: error) : money.signed(step.value, error: error))
      })
    let weightedAssets = value(system, "risk_weighted_assets", "level").flatMap { $0 > 0 ? $0 : nil }
    let table = Table(
      "Contributions to aggregate CET1 capital over \(capitalHorizon), mean",
      [
        .text("Component"), .number("Contribution", money.unit),
        .number("Share of risk-weighted assets at the start", "basis points"),
        .number("95 % Monte Carlo interval", money.unit),
      ],
      steps.map { step in
        let row = row(system, step.item, "mean")
        return [
          step.name, cell(row, money),
          weightedAssets.map { assets in
            Measure.basisPoints.number(step.value / assets, error: row?.error.map { $0 / assets })
          }
            ?? Self.notComputed,
          intervalCell(row, money),
        ]
      })
    return Section(
      number: 4, title: title, question: question, answer: answer + ".",
      blocks: [
        .figure(Figure("capital-waterfall", chart.title, [chart.drawing()], [table])),
        .paragraph([
          "The components add up to the change of capital; what is left unexplained is "
            + "\(Measure(factor: 1, decimals: 3, unit: "\(currency) million", currency: currency).text(gap))."
        ]),
        .folded(banksTable(steps.map { ($0.item, $0.name) })),
      ])
  }

  private func banksTable(_ steps: [(item: String, name: String)]) -> Table {
    Table(
      "Contributions to CET1 capital by bank over \(capitalHorizon), mean",
      [.text("Bank")] + steps.map { .number($0.name, money.unit) },
      banks.map { bank in [bank.name] + steps.map { cell(row(bank, $0.item, "mean"), money) } })
  }
}
