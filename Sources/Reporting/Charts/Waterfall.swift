/// From a start to an end by steps up and down: sign, direction of the pattern and the printed figure all say which.
struct Waterfall {
  struct Step {
    /// Words, written one below the other.
    var name: [String]
    var value: Double
    /// Start and end stand on the axis; all others hang between.
    var isTotal: Bool
    var printed: String
  }

  var title: String
  var description: String
  var axisTitle: String
  var measure: Measure
  var steps: [Step]

  func drawing() -> Drawing {
    let frame = Frame(width: 760, height: 360, left: 60, right: 10, top: 40, bottom: 62)
    var level = 0.0
    let spans = steps.map { step in
      let from = step.isTotal ? 0 : level
      level = step.isTotal ? step.value : level + step.value
      return (from: from, to: level)
    }
    let ends: [Double] = spans.map(\.from) + spans.map(\.to) + [0]
    let y = Scale(Scale.rounded(ends.min() ?? 0, ends.max() ?? 1, steps: 6), onto: frame.vertical)
    let slot = (frame.width - frame.left - frame.right) / Double(max(steps.count, 1))
    var shapes = frame.levels(y, y.ticks(6), title: axisTitle) { tick in
      var measure = self.measure
      measure.decimals = abs(tick * measure.factor - (tick * measure.factor).rounded()) < 1e-6 ? 0 : measure.decimals
      return measure.number(tick)
    }
    shapes.append(Shapes.line(frame.left, y(0), frame.width - frame.right, y(0), "axis"))
    for (index, (step, span)) in zip(steps, spans).enumerated() {
      let x = frame.left + slot * Double(index) + 6
      let head = min(y(span.from), y(span.to))
      let style = step.isTotal ? "total" : step.value < 0 ? "fall" : "rise"
      shapes.append(Shapes.rectangle(x, head, slot - 12, max(abs(y(span.from) - y(span.to)), 1), style))
      if index + 1 < steps.count {
        shapes.append(Shapes.line(x, y(span.to), x + slot + slot - 12, y(span.to), "connector"))
      }
      shapes.append(Shapes.label(x + slot / 2 - 6, head - 6, step.printed, .middle, "value"))
      for (row, word) in step.name.enumerated() {
        shapes.append(
          Shapes.label(x + slot / 2 - 6, frame.height - frame.bottom + 18 + 14 * Double(row), word, .middle))
      }
    }
    return Drawing(title: title, description: description, width: frame.width, height: frame.height, shapes: shapes)
  }
}
