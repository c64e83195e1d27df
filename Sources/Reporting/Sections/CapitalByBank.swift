import StressTesting

extension ResultReader {
  /// § 3: who nears the hurdle, and when.
  func capitalByBank() -> Section {
    let title = "Capital by bank"
    let question = "Who nears the hurdle, and when?"
    let ranked = banksByLowestPoint
    guard let nearest = ranked.first, let row = row(nearest, "minimum_cet1_ratio", "p05"), let low = row.value else {
      return .notComputed(3, title, question)
    }
    var answer =
      "\(nearest.name) comes nearest: conditional on this scenario its CET1 ratio touches "
      + "\(Measure.finePercent.text(low, error: row.error)) or less in one future of twenty"
    if let quarter = quarterOfLowestPoint(nearest) { answer += ", lowest in \(quarter)" }
    let probabilities = banks.compactMap { value($0, "breach", "probability") }
    let touched = probabilities.filter { $0 > 0 }.count
    answer +=
      ". \(touched == 0 ? "No bank" : touched == 1 ? "One bank" : "\(touched) of \(banks.count) banks") "
      + "\(touched > 1 ? "fall" : "falls") below "
      + (hasOwnRequirements ? "\(touched > 1 ? "their" : "its") requirement" : "4.5\u{A0}%")
      + " in \(touched == 0 ? "any" : "at least one") simulated future"
    var blocks: [Block] = [
      .table(bankTable()),
      .paragraph([
        "Headroom: the lowest point less the bank's requirement, or less 4.5 % where none is given.",
        hasOwnRequirements
          ? "Breach: a CET1 ratio below the bank's requirement, or below 4.5 % where none or a lower one is given, at the "
            + "end of any of the quarters."
          : "Breach: a CET1 ratio below 4.5 % at the end of any of the quarters.",
      ]), .figure(dumbbell(ranked)), .figure(heatMap(ranked)),
    ]
    if let together = togetherFigure() { blocks.append(.figure(together)) }
    return Section(number: 3, title: title, question: question, answer: answer + ".", blocks: blocks)
  }

  /// Lowest first by the 5 % point of the path minimum; banks without one are left out.
  var banksByLowestPoint: [StressTestResult.Entity] {
    banks.enumerated().compactMap { index, bank in
      value(bank, "minimum_cet1_ratio", "p05").map { (bank: bank, index: index, value: $0) }
    }.sorted { ($0.value, $0.index) < ($1.value, $1.index) }.map(\.bank)
  }

  /// The quarter in which the 5 % point of the ratio is lowest.
  private func quarterOfLowestPoint(_ bank: StressTestResult.Entity) -> String? {
    zip(capitalQuarters, series(bank, "cet1_ratio", "p05", over: capitalQuarters))
      .compactMap { quarter, value in value.map { (quarter, $0) } }.min { $0.1 < $1.1 }?.0
  }

  private func bankTable() -> Table {
    let ratio = Measure.finePercent
    return Table(
      "CET1 ratio by bank, conditional on this scenario",
      [
        .text("Bank"), .number("Start", "%"), .number("Lowest point p50", "%"), .number("Lowest point p05", "%"),
        .number("95 % Monte Carlo interval of p05", "%"), .text("Quarter of it"), .number("End p50", "%"),
        .number("Requirement", "%"), .number("Headroom of p05", "points"),
        .number("Probability of breach", "%"), .number("95 % interval of it", "%"),
      ],
      banks.map { bank in
        let low = row(bank, "minimum_cet1_ratio", "p05")
        let requirement = row(bank, "requirement", "level")?.value
        let breach = row(bank, "breach", "probability")
        let headroom = low?.value.map {
          Measure.percentagePoints.signed($0 - max(requirement ?? Self.hurdle, Self.hurdle), error: low?.error)
        }
        return [
          bank.name, cell(startRatio(bank), .percent),
          cell(row(bank, "minimum_cet1_ratio", "p50"), ratio), cell(low, ratio), intervalCell(low, ratio),
          quarterOfLowestPoint(bank) ?? Self.notComputed, cell(row(bank, "end_cet1_ratio", "p50"), ratio),
          requirement.map { Measure.percent.number($0) } ?? "not given", headroom ?? Self.notComputed,
          breach?.value == 0 ? "0" : probabilityCell(breach), probabilityIntervalCell(breach),
        ]
      })
  }

  private func dumbbell(_ ranked: [StressTestResult.Entity]) -> Figure {
    func values(_ item: String, _ statistic: String) -> [Double?] { ranked.map { value($0, item, statistic) } }
    let title = "From the start to the lowest point, bank by bank: nearest to the hurdle first"
    let chart = DotRows(
      title: title,
      description: "For each bank a ring for the CET1 ratio at the start, a dot for the lowest point in the middle "
        + "future and a diamond for the lowest point that one future in twenty goes below. Dashed: the hurdle of 4.5 %.",
      axisTitle: "CET1 ratio, %", measure: .percent, names: ranked.map(\.name),
      series: [
        .init(name: "start", mark: .ring, values: ranked.map { startRatio($0)?.value }),
        .init(name: "lowest point, p50", mark: .dot, values: values("minimum_cet1_ratio", "p50")),
        .init(name: "lowest point, p05", mark: .diamond, values: values("minimum_cet1_ratio", "p05")),
      ],
      reference: (Self.hurdle, "hurdle 4.5 %"))
    let table = Table(
      "CET1 ratio at the start and at the lowest point",
      [.text("Bank"), .number("Start", "%"), .number("Lowest point p50", "%"), .number("Lowest point p05", "%")],
      ranked.map { bank in
        [
          bank.name, cell(startRatio(bank), .percent),
          cell(row(bank, "minimum_cet1_ratio", "p50"), .percent),
          cell(row(bank, "minimum_cet1_ratio", "p05"), .percent),
        ]
      })
    return Figure("cet1-by-bank", title, [chart.drawing()], [table])
  }

  private func heatMap(_ ranked: [StressTestResult.Entity]) -> Figure {
    let title = "The CET1 ratio that one future in twenty goes below, bank by quarter"
    let rows = ranked.map { (name: $0.name, values: series($0, "cet1_ratio", "p05", over: capitalQuarters)) }
    let map = HeatMap(
      title: title,
      description: "Each cell prints the 5 % point of a bank's CET1 ratio in a quarter, in percent; the darker, the "
        + "nearer to the hurdle of 4.5 %. Banks are ordered by their lowest point.",
      measure: .percent, columns: capitalQuarters, rows: rows,
      shades: [
        .init(from: -.infinity, name: "below 4.5", style: "shade-5", isDark: true),
        .init(from: 0.045, name: "to 6", style: "shade-4", isDark: true),
        .init(from: 0.06, name: "to 8", style: "shade-3", isDark: false),
        .init(from: 0.08, name: "to 10", style: "shade-2", isDark: false),
        .init(from: 0.10, name: "to 13", style: "shade-1", isDark: false),
        .init(from: 0.13, name: "13 and more", style: "shade-0", isDark: false),
      ],
      legendTitle: "CET1 ratio p05, %:")
    let table = Table(
      "CET1 ratio by bank and quarter: p05 (p50)", [.text("Bank")] + capitalQuarters.map { .number($0, "%") },
      ranked.map { bank in
        [bank.name]
          + capitalQuarters.map { quarter in
            let low = cell(row(bank, "cet1_ratio", "p05", quarter: quarter), .percent)
            let middle = row(bank, "cet1_ratio", "p50", quarter: quarter)
            return middle == nil ? low : "\(low) (\(cell(middle, .percent)))"
          }
      })
    return Figure("cet1-heat-map", title, [map.drawing()], [table])
  }

  /// How many banks are in breach together.
  private func togetherFigure() -> Figure? {
    let counts = [
      ("none", "probability_0"), ("1 bank", "probability_1"), ("2 banks", "probability_2"),
      ("3 banks", "probability_3"), ("4 banks", "probability_4"), ("5 banks or more", "probability_at_least_5"),
    ].compactMap { name, statistic in row(system, "banks_breaching", statistic).map { (name: name, row: $0) } }
    guard let none = counts.first(where: { $0.name == "none" })?.row.value else { return nil }
    // 1 − (1 − p) leaves crumbs of rounding; the count of paths is whole.
    let any = max(0, ((1 - none) * Double(paths)).rounded() / Double(paths))
    let title = "At least one bank falls below \(hasOwnRequirements ? "its requirement" : "4.5 %") in \(frequency(any))"
    let level = hasOwnRequirements ? "their requirement" : "4.5 %"
    let chart = Bars(
      title: title,
      description:
        "Level bars: the probability that so many banks fall below "
        + (hasOwnRequirements ? "the CET1 ratio they are required to have" : "a CET1 ratio of 4.5 %")
        + " in the same future, with 95 % intervals.",
      axisTitle: "probability, %", measure: .probability,
      bars: counts.filter { $0.name != "none" }.map { name, row in
        let value = row.value ?? 0
        return Bars.Bar(
          name: name, value: value, lower: value == 0 ? nil : row.lower, upper: value == 0 ? nil : row.upper,
          printed: value == 0 ? "0" : Measure.probability.text(value, error: row.error))
      })
    let table = Table(
      "How many banks fall below \(level) in the same future",
      [
        .text("Banks"), .number("Probability", "%"), .number("95 % Monte Carlo interval", "%"),
        .text("Frequency"),
      ],
      counts.map { name, row in
        [
          name, row.value == 0 ? "0" : probabilityCell(row), probabilityIntervalCell(row),
          row.value.map { frequency($0) } ?? Self.notEstimable,
        ]
      })
    return Figure("joint-breach", title, [chart.drawing()], [table])
  }
}
