import MacroScenarios
import StressTesting

/// Part of § 2: what the crisis models make of the scenario's own quarters.
extension ResultReader {
  private static let kinds = [("cnn", "CNN"), ("logistic", "Logistic")]
  private static let mostDrivers = 5

  func earlyWarning() -> [Block] {
    let item = "early_warning"
    let shown = Set(
      result.rows.filter { $0.item == item && $0.variant == "cnn" }.compactMap { $0.quarter.flatMap { Quarter($0) } }
    ).sorted().map(\.description)
    guard !shown.isEmpty else {
      return [
        .heading("Early warning"),
        .paragraph(["Not computed in this run: the scenario names no early-warning model, or history is too short."]),
      ]
    }
    return [
      .heading("Early warning: what do models of crisis and calm make of these quarters?"),
      .paragraph(sentences(shown)), .figure(figure(shown)), .table(driverTable()),
      .paragraph([
        "Contributions: integrated gradients from a window in which every indicator stands at its training mean, summed over "
          + "the eight quarters; their sum is the distance to that window's probability, but for \(gapText).",
        "Scores on crises left out, and limits, stand on the models' card in section 11.",
      ]),
    ]
  }

  private var leaning: String {
    Self.kinds.first { value(system, "early_warning", "default", variant: $0.0) == 1 }?.0 ?? "logistic"
  }

  private func warning(_ kind: String, _ quarter: String) -> Double? {
    guard let crisis = value(system, "early_warning", "crisis", quarter: quarter, variant: kind),
      let elevated = value(system, "early_warning", "elevated", quarter: quarter, variant: kind)
    else { return nil }
    return crisis + elevated
  }

  private func sentences(_ shown: [String]) -> [String] {
    let percent = Measure(factor: 100, decimals: 0, unit: "%")
    let ahead = shown.filter { isAhead($0) }
    var sentences = [
      "Each quarter is read with the seven before it. Crisis: a recession, or charge-offs on commercial and industrial "
        + "loans in their top decile; elevated: one begins within four quarters."
    ]
    for (kind, title) in [Self.kinds.first { $0.0 == leaning }, Self.kinds.first { $0.0 != leaning }].compactMap({ $0 })
    {
      let first = ahead.first { value(system, "early_warning", "crisis", quarter: $0, variant: kind) ?? 0 >= 0.5 }
      let highest = ahead.compactMap { quarter in warning(kind, quarter).map { (quarter, $0) } }
        .max { $0.1 < $1.1 }
      guard let highest else { continue }
      let name = kind == leaning ? "\(title) model (the default)" : "\(title) model"
      sentences.append(
        "\(name): "
          + (first.map { "the central path reads as a crisis from \($0) on" }
            ?? "no quarter of the central path reads as a crisis")
          + "; a crisis now or within a year is likeliest in \(highest.0), at \(percent.text(highest.1)).")
    }
    return sentences
  }

  private func isAhead(_ quarter: String) -> Bool {
    guard let quarter = Quarter(quarter), let jumpOff = Quarter(result.scenario.jumpOff) else { return false }
    return quarter > jumpOff
  }

  private func figure(_ shown: [String]) -> Figure {
    let past = shown.count { !isAhead($0) }
    let panels = Self.kinds.map { kind, title in
      LevelChart(
        title: "\(title): probability of a crisis, now or within a year",
        description:
          "Bars from the foot: probability of a crisis; on top: of a crisis within four quarters. The dotted line "
          + "is the jump-off.",
        heading: kind == leaning ? "\(title) (default)" : title, quarters: shown, pastCount: past,
        crisis: shown.map { value(system, "early_warning", "crisis", quarter: $0, variant: kind) },
        elevated: shown.map { value(system, "early_warning", "elevated", quarter: $0, variant: kind) }
      ).drawing()
    }
    return Figure(
      "early-warning", "How likely each quarter of the central path is a crisis, or leads to one", panels,
      [probabilityTable(shown)])
  }

  private func probabilityTable(_ shown: [String]) -> Table {
    let percent = Measure(factor: 100, decimals: 0, unit: "%")
    func cells(_ kind: String, _ quarter: String) -> [String] {
      ["crisis", "elevated", "calm"].map {
        cell(row(system, "early_warning", $0, quarter: quarter, variant: kind), percent)
      }
    }
    let columns = Self.kinds.flatMap { _, title in
      ["crisis", "elevated", "calm"].map { Table.Column.number("\(title), \($0)", "%") }
    }
    return Table(
      "Probability of each level by quarter; to \(result.scenario.jumpOff) history, from then on the central path",
      [.text("Quarter")] + columns + [
        .number("CNN, standard deviation over its members", "percentage points"), .number("Cells missing"),
      ],
      shown.map { quarter in
        [quarter] + Self.kinds.flatMap { cells($0.0, quarter) } + [
          cell(row(system, "early_warning", "member_spread", quarter: quarter, variant: "cnn"), percent),
          cell(row(system, "early_warning", "missing_cells", quarter: quarter), .count),
        ]
      })
  }

  private func drivers(_ kind: String) -> [StressTestResult.Row] {
    result.rows.filter {
      $0.item == "early_warning_driver" && $0.variant == kind
        && !["mean_window", "completeness_gap"].contains($0.statistic)
    }
  }

  private func driverTable() -> Table {
    let points = Measure(factor: 100, decimals: 1, unit: "percentage points")
    let rows = Self.kinds.flatMap { kind, title in
      drivers(kind).prefix(Self.mostDrivers).map { row in
        [
          title, row.quarter ?? Self.notComputed, ModelPage.words(row.statistic),
          row.value.map { points.signed($0) } ?? Self.notComputed,
        ]
      }
    }
    return Table(
      "What drives the warning in the quarter where it is likeliest: the five largest contributions",
      [.text("Model"), .text("Quarter"), .text("Indicator"), .number("Contribution", points.unit)], rows)
  }

  private var gapText: String {
    let gaps = Self.kinds.compactMap { kind, _ in
      rowOfAnyQuarter(system, "early_warning_driver", "completeness_gap", variant: kind)?.value
    }
    guard let largest = gaps.max() else { return "what the sum leaves over" }
    return "\(Measure(factor: 100, decimals: 3, unit: "percentage points").text(largest)) or less"
  }
}
