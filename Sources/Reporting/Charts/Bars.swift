/// One level bar per name, its figure printed at its end, a whisker for its 95 % interval.
struct Bars {
  struct Bar {
    var name: String
    var value: Double
    var lower: Double?
    var upper: Double?
    var printed: String
  }

  var title: String
  var description: String
  var axisTitle: String
  var measure: Measure
  var bars: [Bar]

  func drawing() -> Drawing {
    let rowHeight = 28.0
    let frame = Frame(
      width: 760, height: 16 + rowHeight * Double(bars.count) + 48, left: 200, right: 150, top: 12, bottom: 46)
    let highest = bars.map { max($0.value, $0.upper ?? 0) }.max() ?? 0
    let x = Scale((0, max(highest, 1e-9)), onto: frame.horizontal)
    let ticks = x.ticks(6)
    var axisMeasure = measure
    let areWhole = ticks.allSatisfy { abs($0 * measure.factor - ($0 * measure.factor).rounded()) < 1e-6 }
    if areWhole { axisMeasure.decimals = 0 }
    var shapes = frame.uprights(x, ticks, title: axisTitle, hasGrid: true) { tick in
      areWhole ? axisMeasure.number(tick) : axisMeasure.number(tick, error: tick > 0 ? tick / 2 : ticks.last)
    }
    for (index, bar) in bars.enumerated() {
      let y = frame.top + rowHeight * Double(index) + 5
      shapes.append(Shapes.label(frame.left - 10, y + 14, Shapes.shortened(bar.name, to: 30), .end))
      shapes.append(Shapes.rectangle(x(0), y, max(x(bar.value) - x(0), 0), 19, "bars"))
      if let lower = bar.lower, let upper = bar.upper {
        shapes.append(Shapes.whisker(x(max(lower, 0)), x(max(upper, 0)), y + 9.5))
      }
      shapes.append(Shapes.label(max(x(bar.value), x(max(bar.upper ?? 0, 0))) + 8, y + 14, bar.printed))
    }
    return Drawing(title: title, description: description, width: frame.width, height: frame.height, shapes: shapes)
  }
}
