/// Quarters from left to right: a middle line, bands around it, and what came before.
struct FanChart {
  struct Band {
    var lower: [Double?]
    var upper: [Double?]
    var style: String
    /// Names of the edges, written at the right end; empty for none.
    var lowerName: String
    var upperName: String
  }

  var title: String
  var description: String
  var width: Double
  var height: Double
  /// Written above the axis, with the unit.
  var axisTitle: String
  /// A heading inside the picture, for one panel of many; empty for none.
  var heading: String = ""
  var measure: Measure
  /// Quarters before the jump-off, and those from the jump-off on. The history runs from the first of `past` to the
  /// jump-off, the bands and the middle line from the jump-off to the last of `future`, so that the lines join.
  var past: [String] = []
  var future: [String]
  var history: [Double?] = []
  var bands: [Band]
  var middle: [Double?]
  var middleName: String
  var hurdle: (value: Double, name: String)?
  var tickCount = 6

  func drawing() -> Drawing {
    let isSmall = !heading.isEmpty
    let frame = Frame(
      width: width, height: height, left: isSmall ? 54 : 52, right: isSmall ? 12 : 96, top: isSmall ? 30 : 34,
      bottom: isSmall ? 24 : 28)
    let bandValues = bands.flatMap { $0.lower + $0.upper }
    let values: [Double] = (history + bandValues + middle + [hurdle?.value]).compactMap { $0 }
    guard let lowest = values.min(), let highest = values.max() else {
      return Drawing(title: title, description: "No figures.", width: width, height: height, shapes: [])
    }
    let y = Scale(Scale.rounded(lowest, highest, steps: tickCount), onto: frame.vertical)
    let quarters = past + future
    let x = Scale((0, Double(max(quarters.count - 1, 1))), onto: frame.horizontal)
    func points(_ series: [Double?], from first: Int) -> [(x: Double, y: Double)?] {
      series.enumerated().map { index, value in value.map { (x(Double(first + index)), y($0)) } }
    }

    var shapes = frame.levels(y, y.ticks(tickCount), title: isSmall ? "" : axisTitle) { tick in
      var measure = self.measure
      measure.decimals = decimals(of: y.ticks(tickCount))
      return measure.number(tick)
    }
    if isSmall { shapes.append(Shapes.label(4, 16, heading, .start, "heading")) }
    shapes += quarterLabels(quarters, frame: frame, x: x, isSmall: isSmall)
    for band in bands {
      let edges = zip(band.lower, band.upper).enumerated().compactMap { index, edge in
        if let lower = edge.0, let upper = edge.1 {
          (x: x(Double(past.count + index)), lower: y(lower), upper: y(upper))
        } else {
          nil as (x: Double, lower: Double, upper: Double)?
        }
      }
      shapes.append(Shapes.band(edges, band.style))
    }
    shapes.append(Shapes.polyline(points(history, from: 0), "history"))
    if let hurdle {
      shapes.append(Shapes.line(frame.left, y(hurdle.value), width - frame.right, y(hurdle.value), "hurdle"))
      shapes.append(Shapes.label(frame.left + 6, y(hurdle.value) - 6, hurdle.name, .start, "hurdle-label"))
    }
    shapes.append(Shapes.polyline(points(middle, from: past.count), "middle"))
    if !isSmall { shapes += endLabels(x: width - frame.right + 6, y: y) }
    return Drawing(title: title, description: description, width: width, height: height, shapes: shapes)
  }

  /// Few enough quarters not to touch each other; in a small panel the first, the jump-off and the last.
  private func quarterLabels(_ quarters: [String], frame: Frame, x: Scale, isSmall: Bool) -> [Markup] {
    let every = max(1, (quarters.count + 11) / 12)
    let last = quarters.count - 1
    let shown =
      isSmall
      ? [0, past.count, last].filter { $0 <= last } : Array(stride(from: 0, through: last, by: every))
    var labels = [
      Shapes.line(
        frame.left, frame.height - frame.bottom, frame.width - frame.right, frame.height - frame.bottom, "axis")
    ]
    for index in shown {
      let anchor: Shapes.Anchor = isSmall ? (index == 0 ? .start : .end) : .middle
      labels.append(Shapes.label(x(Double(index)), frame.height - frame.bottom + 18, quarters[index], anchor))
    }
    if !past.isEmpty {
      let jumpOff = x(Double(past.count))
      labels.append(Shapes.line(jumpOff, frame.top, jumpOff, frame.height - frame.bottom, "jump-off"))
    }
    return labels
  }

  /// Names of the lines at their right end, moved apart where they would touch.
  private func endLabels(x: Double, y: Scale) -> [Markup] {
    var names: [(y: Double, text: String)] = []
    func add(_ value: Double?, _ name: String) {
      if let value, !name.isEmpty { names.append((y(value), "\(name) \(measure.number(value))")) }
    }
    add(middle.last ?? nil, middleName)
    for band in bands {
      add(band.lower.last ?? nil, band.lowerName)
      add(band.upper.last ?? nil, band.upperName)
    }
    names.sort { $0.y < $1.y }
    var previous = -Double.infinity
    return names.map { name in
      previous = max(name.y + 4, previous + 14)
      return Shapes.label(x, previous, name.text)
    }
  }

  private func decimals(of ticks: [Double]) -> Int {
    let printed = ticks.map { $0 * measure.factor }
    return printed.allSatisfy { abs($0 - $0.rounded()) < 1e-9 * max(1, abs($0)) } ? 0 : measure.decimals
  }
}
