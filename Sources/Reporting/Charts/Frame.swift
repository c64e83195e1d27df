/// The plot area of a chart with two axes: grid, ticks and their labels.
struct Frame {
  let width: Double
  let height: Double
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  init(width: Double, height: Double, left: Double, right: Double, top: Double, bottom: Double) {
    self.width = width
    self.height = height
    self.left = left
    self.right = right
    self.top = top
    self.bottom = bottom
  }

  var horizontal: (from: Double, to: Double) { (left, width - right) }
  /// From the foot of the plot to its head.
  var vertical: (from: Double, to: Double) { (height - bottom, top) }

  /// Level grid lines with their figures on the left and what they measure above.
  func levels(_ scale: Scale, _ ticks: [Double], title: String, _ text: (Double) -> String) -> [Markup] {
    ticks.flatMap { tick in
      [
        Shapes.line(left, scale(tick), width - right, scale(tick), "grid"),
        Shapes.label(left - 6, scale(tick) + 4, text(tick), .end),
      ]
    } + (title.isEmpty ? [] : [Shapes.label(4, top - 10, title)])
  }

  /// Figures below the plot and what they measure below those.
  func uprights(
    _ scale: Scale, _ ticks: [Double], title: String, hasGrid: Bool = false, _ text: (Double) -> String
  ) -> [Markup] {
    let foot = height - bottom
    return [Shapes.line(left, foot, width - right, foot, "axis")]
      + ticks.flatMap { tick in
        [
          Shapes.line(scale(tick), hasGrid ? top : foot, scale(tick), foot + 4, hasGrid ? "grid" : "axis"),
          Shapes.label(scale(tick), foot + 18, text(tick), .middle),
        ]
      } + (title.isEmpty ? [] : [Shapes.label((left + width - right) / 2, height - 4, title, .middle)])
  }
}
