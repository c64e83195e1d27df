/// One stack a quarter: from the foot the probability of a crisis, on top of it that of an elevated quarter; what is left
/// to the head is calm.
struct LevelChart {
  var title: String
  var description: String
  /// Written inside the picture: which model.
  var heading: String
  var quarters: [String]
  /// Quarters of history before the first of the scenario.
  var pastCount: Int
  /// By quarter; `nil` where there is none.
  var crisis: [Double?]
  var elevated: [Double?]

  private static let width = 500.0
  private static let height = 230.0

  func drawing() -> Drawing {
    let frame = Frame(width: Self.width, height: Self.height, left: 46, right: 12, top: 50, bottom: 28)
    let y = Scale((0, 1), onto: frame.vertical)
    let x = Scale((0, Double(max(quarters.count, 1))), onto: frame.horizontal)
    let percent = Measure(factor: 100, decimals: 0, unit: "%")
    var shapes = frame.levels(y, [0, 0.25, 0.5, 0.75, 1], title: "") { percent.number($0) }
    shapes.append(Shapes.label(4, 16, heading, .start, "heading"))
    shapes += legend(frame)
    for index in quarters.indices {
      guard let first = crisis[index], let second = elevated[index] else { continue }
      let crisis = max(0, min(1, first)), both = max(crisis, min(1, first + second))
      let left = x(Double(index)) + 2, width = x(Double(index + 1)) - x(Double(index)) - 4
      shapes.append(Shapes.rectangle(left, y(crisis), width, y(0) - y(crisis), "shade-4"))
      shapes.append(Shapes.rectangle(left, y(both), width, y(crisis) - y(both), "shade-2"))
    }
    let foot = frame.height - frame.bottom
    shapes.append(Shapes.line(frame.left, foot, frame.width - frame.right, foot, "axis"))
    let jumpOff = x(Double(pastCount))
    shapes.append(Shapes.line(jumpOff, frame.top, jumpOff, foot, "jump-off"))
    for (index, anchor) in [(0, Shapes.Anchor.start), (pastCount, .start), (quarters.count - 1, .end)]
    where quarters.indices.contains(index) {
      let place = anchor == .start ? x(Double(index)) + 2 : x(Double(index + 1)) - 2
      shapes.append(Shapes.label(place, foot + 18, quarters[index], anchor))
    }
    return Drawing(title: title, description: description, width: Self.width, height: Self.height, shapes: shapes)
  }

  private func legend(_ frame: Frame) -> [Markup] {
    [("shade-4", "crisis now"), ("shade-2", "crisis within a year")].enumerated().flatMap { index, entry in
      let left = frame.left + 110 * Double(index)
      return [
        Shapes.rectangle(left, 28, 12, 12, entry.0), Shapes.label(left + 17, 38, entry.1),
      ]
    } + [Shapes.label(frame.left - 6, 38, "%", .end)]
  }
}
