/// One row per name: marks on a common axis, joined by a line (a dumbbell where there are two or three).
struct DotRows {
  struct Series {
    var name: String
    var mark: Shapes.Mark
    var values: [Double?]
  }

  var title: String
  var description: String
  /// What is on the axis, with its unit.
  var axisTitle: String
  var measure: Measure
  var names: [String]
  var series: [Series]
  /// A wide bar behind the marks, from lower to upper; empty for none.
  var ranges: [(lower: Double, upper: Double)?] = []
  var reference: (value: Double, name: String)?
  var startsAtZero = false

  func drawing() -> Drawing {
    let rowHeight = 21.0
    let frame = Frame(
      width: 760, height: 56 + rowHeight * Double(names.count) + 50, left: 250, right: 56, top: 56, bottom: 46)
    let ends = ranges.flatMap { range in range.map { [$0.lower, $0.upper] } ?? [] }
    var values = series.flatMap(\.values).compactMap { $0 } + ends + (reference.map { [$0.value] } ?? [])
    if startsAtZero { values.append(0) }
    guard let lowest = values.min(), let highest = values.max() else {
      return Drawing(title: title, description: "No figures.", width: frame.width, height: frame.height, shapes: [])
    }
    let x = Scale(Scale.rounded(lowest, highest, steps: 8), onto: frame.horizontal)
    let ticks = x.ticks(8)
    var axisMeasure = measure
    let areWhole = ticks.allSatisfy { abs($0 * measure.factor - ($0 * measure.factor).rounded()) < 1e-6 }
    axisMeasure.decimals = areWhole ? 0 : max(measure.decimals, 1)
    var shapes = frame.uprights(x, ticks, title: axisTitle, hasGrid: true) { axisMeasure.number($0) }
    shapes += legend()
    if let reference {
      shapes.append(
        Shapes.line(x(reference.value), frame.top - 6, x(reference.value), frame.height - frame.bottom, "hurdle"))
      shapes.append(Shapes.label(x(reference.value) - 4, frame.top - 10, reference.name, .start, "hurdle-label"))
    }
    for (index, name) in names.enumerated() {
      let y = frame.top + rowHeight * (Double(index) + 0.5) + 2
      shapes.append(Shapes.label(frame.left - 10, y + 4, Shapes.shortened(name, to: 40), .end))
      if index < ranges.count, let range = ranges[index] {
        shapes.append(Shapes.whisker(x(range.lower), x(range.upper), y))
      }
      let present = series.compactMap { series in series.values[index].map { (series.mark, $0) } }
      if let left = present.map(\.1).min(), let right = present.map(\.1).max(), left < right, ranges.isEmpty {
        shapes.append(Shapes.line(x(left), y, x(right), y, "joint"))
      }
      for (mark, value) in present { shapes.append(Shapes.mark(mark, x(value), y)) }
    }
    return Drawing(title: title, description: description, width: frame.width, height: frame.height, shapes: shapes)
  }

  private func legend() -> [Markup] {
    var x = 14.0
    return series.flatMap { series in
      defer { x += 16 + 6.6 * Double(series.name.count) + 18 }
      return [Shapes.mark(series.mark, x, 14), Shapes.label(x + 11, 18, series.name)]
    }
  }
}
