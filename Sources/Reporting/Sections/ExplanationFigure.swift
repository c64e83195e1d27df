import NeuralNetworks

/// An attribution as a heat map, rows by columns, with its sums and its gap.
struct ExplanationFigure {
  let table: AttributionTable
  let money: Measure
  let prefix: String

  private static let sumTitle = "all"

  var figure: Figure {
    let map = HeatMap(
      title: title,
      description:
        "Each cell prints what one quarter of one factor adds to the answer\(unit); orange adds, "
        + "blue takes away, the darker the more. The last column is the sum of the row.",
      measure: measure, columns: table.columns + [Self.sumTitle],
      rows: table.rows.map { (name: $0.name, values: ($0.values + [$0.total]).map(Optional.some)) }, shades: shades,
      legendTitle: measure.unit.isEmpty ? "" : "\(measure.unit):", isSigned: true, sumColumns: 1)
    let printed = Table(
      "\(table.title): what each quarter of each factor adds",
      [.text("Factor")]
        + (table.columns + [Self.sumTitle]).map { .number($0, measure.unit) },
      table.rows.map { row in [row.name] + (row.values + [row.total]).map { measure.signed($0) } })
    return Figure(
      "\(prefix)-\(table.subject.split(separator: "_").joined(separator: "-"))", title, [map.drawing()], [printed])
  }

  private var measure: Measure {
    switch table.unit {
    case "millions": money
    case "fraction": .percentagePoints
    case "ratio": Measure(factor: 1, decimals: 2, unit: "")
    default: Measure(factor: 1, decimals: 2, unit: table.unit)
    }
  }

  private var unit: String { measure.unit.isEmpty ? "" : ", in \(measure.unit)" }

  /// What changes, by how much, what adds most, and how nearly the parts add up.
  private var title: String {
    let level = table.unit == "fraction" ? Measure.finePercent : measure
    let change = "\(table.title): \(level.text(table.value)), against \(level.text(table.baselineValue))"
    let largest = table.rows.max { abs($0.total) < abs($1.total) }
    let most = largest.map {
      "; most by \($0.name.loweredForSentence), \(measure.signedText($0.total))"
    }
    let gap = Measure(factor: 100, decimals: 2, unit: "%").text(table.relativeGap)
    return "\(change)\(most ?? "") (completeness gap \(gap) of the change)"
  }

  /// Seven classes around nought, by shares of the largest cell. A limit is a figure as it is printed, so that what is
  /// printed alike is shaded alike.
  private var shades: [HeatMap.Shade] {
    let largest = table.rows.flatMap(\.values).map(abs).max() ?? 0
    let digit = (0..<measure.decimals).reduce(1 / measure.factor) { step, _ in step / 10 }
    let marks = [0.05, 0.2, 0.5].map { max(1, ($0 * largest / digit).rounded()) }
    // Half a digit below the printed figure, where rounding to it begins.
    let limits = marks.map { ($0 - 0.5) * digit }
    var text = measure
    text.unit = ""
    func name(_ mark: Int) -> String { text.signed(marks[abs(mark) - 1] * (mark < 0 ? -digit : digit)) }
    return [
      .init(from: -.infinity, name: "below \(name(-3))", style: "cool-3", isDark: true),
      .init(from: -limits[2], name: "to \(name(-2))", style: "cool-2", isDark: false),
      .init(from: -limits[1], name: "to \(name(-1))", style: "cool-1", isDark: false),
      .init(from: -limits[0], name: "about 0", style: "calm", isDark: false),
      .init(from: limits[0], name: "from \(name(1))", style: "warm-1", isDark: false),
      .init(from: limits[1], name: "from \(name(2))", style: "warm-2", isDark: false),
      .init(from: limits[2], name: "from \(name(3))", style: "warm-3", isDark: true),
    ]
  }
}
