/// Points in the plane: a trace of small ones behind, a cloud, and a few that are named. Kinds differ in shape and size, so
/// that the picture reads in grey.
struct PointMap {
  typealias Point = (x: Double, y: Double)

  struct Named {
    var name: String
    var point: Point
    var mark: Shapes.Mark
  }

  var title: String
  var description: String
  var xTitle: String
  var yTitle: String
  /// Joined in their order by a thin line.
  var trace: [Point]
  var traceName: String
  var cloud: [Point]
  var cloudName: String
  var named: [Named]
  /// What the marks of named points are, in words.
  var legend: [(mark: Shapes.Mark, name: String)]

  func drawing() -> Drawing {
    let frame = Frame(width: 760, height: 560, left: 46, right: 16, top: 62, bottom: 52)
    let all = trace + cloud + named.map(\.point)
    guard let left = all.map(\.x).min(), let right = all.map(\.x).max(), let low = all.map(\.y).min(),
      let high = all.map(\.y).max()
    else {
      return Drawing(title: title, description: "No figures.", width: frame.width, height: frame.height, shapes: [])
    }
    let x = Scale(Scale.rounded(left, right, steps: 8), onto: frame.horizontal)
    let y = Scale(Scale.rounded(low, high, steps: 7), onto: frame.vertical)
    let number = { (value: Double) in Measure(factor: 1, decimals: 0, unit: "").number(value) }
    var shapes = frame.levels(y, y.ticks(7), title: "", number)
    shapes += frame.uprights(x, x.ticks(8), title: xTitle, hasGrid: true, number)
    shapes.append(Shapes.label(4, frame.top - 10, yTitle))
    shapes.append(Shapes.polyline(trace.map { (x($0.x), y($0.y)) }, "trace"))
    shapes += trace.map { Self.small(x($0.x), y($0.y)) }
    shapes += cloud.map { Self.cross(x($0.x), y($0.y)) }
    let places = named.map { (name: $0.name, x: x($0.point.x), y: y($0.point.y)) }
    let labels = LabelPlacement(
      area: (frame.left, frame.top, frame.width - frame.right, frame.height - frame.bottom), marks: places)
    shapes += labels.leaders
    shapes += zip(named, places).map { Shapes.mark($0.mark, $1.x, $1.y) }
    shapes += labels.texts
    return Drawing(
      title: title, description: description, width: frame.width, height: frame.height, shapes: shapes + keys())
  }

  private static func small(_ x: Double, _ y: Double) -> Markup {
    element("circle", ["cx": px(x), "cy": px(y), "r": "2", "class": "mark-past"])
  }

  private static func cross(_ x: Double, _ y: Double) -> Markup {
    element(
      "path",
      [
        "d": "M\(px(x - 3)) \(px(y - 3))L\(px(x + 3)) \(px(y + 3))M\(px(x - 3)) \(px(y + 3))L\(px(x + 3)) \(px(y - 3))",
        "class": "mark-future",
      ])
  }

  /// What each shape is, above the plot.
  private func keys() -> [Markup] {
    var left = 14.0
    var shapes: [Markup] = []
    func add(_ shape: Markup, _ name: String) {
      shapes += [shape, Shapes.label(left + 11, 18, name)]
      left += 16 + 6.4 * Double(name.count) + 16
    }
    for key in legend { add(Shapes.mark(key.mark, left, 14), key.name) }
    if !cloud.isEmpty { add(Self.cross(left, 14), cloudName) }
    add(Self.small(left, 14), traceName)
    return shapes
  }
}
