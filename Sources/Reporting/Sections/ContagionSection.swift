import StressTesting

extension ResultReader {
  /// § 7: what the network adds.
  func contagion() -> Section {
    let title = "Contagion"
    let question = "What does the network add?"
    let variants = variants(of: "debtrank", "mean")
    guard let last = variants.last else { return .notComputed(7, title, question) }
    let distress = variants.compactMap { value(system, "debtrank", "mean", variant: $0) }
    var answer = ""
    if let lowest = distress.min(), let highest = distress.max() {
      let range =
        lowest == highest
        ? Measure.finePercent.text(lowest)
        : "\(Measure.finePercent.number(lowest)) to \(Measure.finePercent.text(highest))"
      answer =
        "Conditional on this scenario, distress that spreads between the banks costs \(range) of their CET1 capital on "
        + "average, depending on how much of their claims stays among them"
    } else {
      answer = "What spreads between the banks cannot be estimated in this run"
    }
    if let any = value(system, "defaults", "probability_any", variant: last) {
      answer += any > 0 ? "; a bank fails in \(frequency(any))" : "; a bank fails in \(frequency(0))"
    }
    var blocks: [Block] = [
      .table(variantTable(variants)),
      .paragraph([
        "Contagion stands beside the CET1 ratios of this report, not inside them: part of its exposures is in other loans "
          + "and counterparty losses already.",
        "A bank fails when its CET1 ratio falls below \(failureLevel).",
        "Figures that hold only when a bank has failed are 'not estimable' where none did.",
      ]),
    ]
    if let figure = distressFigure(variants) { blocks.append(.figure(figure)) }
    return Section(number: 7, title: title, question: question, answer: answer + ".", blocks: blocks)
  }

  private func variantTable(_ variants: [String]) -> Table {
    let share = Measure.finePercent
    let lines: [(name: String, unit: String, text: (String) -> String)] = [
      ("Banks that fail by themselves, mean", "count", { v in cellOf("defaults", "mean", v, .plain) }),
      (
        "Probability that any bank fails", "%",
        { v in probabilityCell(row(system, "defaults", "probability_any", variant: v)) }
      ),
      ("Banks that fail through others, mean", "count", { v in cellOf("contagion_defaults", "mean", v, .plain) }),
      (
        "Shortfall of payments when a bank fails, mean", money.unit,
        { v in cellOf("clearing_shortfall", "mean", v, money) }
      ),
      (
        "Shortfall of payments when a bank fails, ES 99 %", money.unit,
        { v in cellOf("clearing_shortfall", "es_99", v, money) }
      ),
      ("DebtRank, mean", "% of CET1 capital", { v in cellOf("debtrank", "mean", v, share) }),
      ("DebtRank, VaR 99 %", "% of CET1 capital", { v in cellOf("debtrank", "var_99", v, share) }),
    ]
    func cellOf(_ item: String, _ statistic: String, _ variant: String, _ measure: Measure) -> String {
      cell(row(system, item, statistic, variant: variant), measure)
    }
    return Table(
      "What spreads between the banks, by the share of their claims that stays among them",
      [.text("Figure"), .text("Unit")] + variants.map { .number(Self.name(ofVariant: $0)) },
      lines.map { line in [line.name, line.unit] + variants.map { line.text($0) } })
  }

  /// `inside_share=10%` as a reader sees it.
  static func name(ofVariant variant: String) -> String {
    guard let value = variant.split(separator: "=").last, variant.hasPrefix("inside_share=") else { return variant }
    return "inside share \(value)"
  }

  private func distressFigure(_ variants: [String]) -> Figure? {
    guard let widest = variants.last else { return nil }
    let ranked = banks.enumerated().compactMap { index, bank in
      value(bank, "debtrank_suffered", "mean", variant: widest).map { (bank: bank, index: index, value: $0) }
    }.sorted { ($1.value, $0.index) < ($0.value, $1.index) }.map(\.bank)
    guard let first = ranked.first else { return nil }
    let title = "Distress that each bank suffers from the others: \(first.name) most"
    let shown = variants.count > 1 ? [variants[0], widest] : [widest]
    let marks: [Shapes.Mark] = [.ring, .diamond]
    let chart = DotRows(
      title: title,
      description:
        "For each bank the mean share of its CET1 capital lost to distress of other banks, at each end of the "
        + "share of claims that stays among the banks.",
      axisTitle: "DebtRank suffered, % of the bank's CET1 capital", measure: .finePercent, names: ranked.map(\.name),
      series: zip(shown, marks).map { variant, mark in
        .init(
          name: Self.name(ofVariant: variant), mark: mark,
          values: ranked.map { value($0, "debtrank_suffered", "mean", variant: variant) })
      }, startsAtZero: true)
    let table = Table(
      "DebtRank suffered by each bank, mean over the futures, and caused by it if it lost all its CET1 capital",
      [.text("Bank")]
        + variants.flatMap { variant -> [Table.Column] in
          [
            .number("Suffered, \(Self.name(ofVariant: variant))", "% of CET1 capital"),
            .number("Caused, \(Self.name(ofVariant: variant))", "% of all banks' CET1 capital"),
          ]
        },
      ranked.map { bank in
        [bank.name]
          + variants.flatMap { variant in
            [("debtrank_suffered", "mean"), ("debtrank_caused", "level")].map { item, statistic in
              cell(row(bank, item, statistic, variant: variant), .finePercent)
            }
          }
      })
    return Figure("debtrank", title, [chart.drawing()], [table])
  }
}
