/// Curves over a common axis of figures, one panel of many; line styles differ in dash as well as in colour.
struct CurvePanel {
  struct Curve {
    var values: [Double]
    /// `curve-1` to `curve-3`.
    var style: String
  }

  var title: String
  var description: String
  var heading: String
  /// Of the axis below and the axis on the left.
  var gridMeasure: Measure
  var measure: Measure
  var grid: [Double]
  var curves: [Curve]

  func drawing() -> Drawing {
    let frame = Frame(width: 330, height: 190, left: 46, right: 12, top: 30, bottom: 24)
    let values = curves.flatMap(\.values)
    guard let lowest = values.min(), let highest = values.max(), let first = grid.first, let last = grid.last,
      first < last
    else {
      return Drawing(title: title, description: "No figures.", width: frame.width, height: frame.height, shapes: [])
    }
    let y = Scale(Scale.rounded(min(0, lowest), highest, steps: 4), onto: frame.vertical)
    let x = Scale((first, last), onto: frame.horizontal)
    var shapes = frame.levels(y, y.ticks(4), title: "") { Self.text($0, among: y.ticks(4), measure) }
    shapes += frame.uprights(x, x.ticks(6), title: "") { Self.text($0, among: x.ticks(6), gridMeasure) }
    shapes.append(Shapes.label(4, 16, heading, .start, "heading"))
    for curve in curves {
      let points = zip(grid, curve.values).map { (x: x($0), y: y($1)) }
      shapes.append(Shapes.polyline(points, curve.style))
    }
    return Drawing(title: title, description: description, width: frame.width, height: frame.height, shapes: shapes)
  }

  /// Whole figures without decimals.
  private static func text(_ tick: Double, among ticks: [Double], _ measure: Measure) -> String {
    var printed = measure
    let areWhole = ticks.allSatisfy { abs($0 * measure.factor - ($0 * measure.factor).rounded()) < 1e-6 }
    printed.decimals = areWhole ? 0 : max(1, measure.decimals)
    return printed.number(tick)
  }
}
