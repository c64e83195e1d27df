/// The shapes that charts are made of; all looks are classes of the style sheet.
enum Shapes {
  enum Anchor: String { case start, middle, end }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
    element("line", ["x1": px(x1), "y1": px(y1), "x2": px(x2), "y2": px(y2), "class": style])
  }

  static func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) -> Markup {
    element("rect", ["x": px(x), "y": px(y), "width": px(width), "height": px(height), "class": style])
  }

  static func label(_ x: Double, _ y: Double, _ text: String, _ anchor: Anchor = .start, _ style: String = "label")
    -> Markup
  {
    element("text", ["x": px(x), "y": px(y), "class": style, "text-anchor": anchor.rawValue], .text(text))
  }

  /// A line through the points; a gap where there is none.
  static func polyline(_ points: [(x: Double, y: Double)?], _ style: String) -> Markup {
    var path = ""
    var isDown = false
    for point in points {
      guard let point else {
        isDown = false
        continue
      }
      path += "\(isDown ? "L" : "M")\(px(point.x)) \(px(point.y))"
      isDown = true
    }
    return path.isEmpty ? .nothing : element("path", ["d": path, "class": style])
  }

  /// The area between two lines with the same x.
  static func band(_ points: [(x: Double, lower: Double, upper: Double)], _ style: String) -> Markup {
    guard points.count > 1 else { return .nothing }
    let there = points.map { "\(px($0.x)) \(px($0.upper))" }.joined(separator: "L")
    let back = points.reversed().map { "\(px($0.x)) \(px($0.lower))" }.joined(separator: "L")
    return element("path", ["d": "M\(there)L\(back)Z", "class": style])
  }

  /// Marks differ in shape as well as in colour.
  enum Mark: String { case ring, dot, diamond, bar }

  static func mark(_ kind: Mark, _ x: Double, _ y: Double) -> Markup {
    let style = "mark-\(kind.rawValue)"
    return switch kind {
    case .ring, .dot: element("circle", ["cx": px(x), "cy": px(y), "r": "4.5", "class": style])
    case .diamond:
      element(
        "path",
        [
          "d": "M\(px(x)) \(px(y - 6))L\(px(x + 6)) \(px(y))L\(px(x)) \(px(y + 6))L\(px(x - 6)) \(px(y))Z",
          "class": style,
        ]
      )
    case .bar: element("path", ["d": "M\(px(x)) \(px(y - 7))L\(px(x)) \(px(y + 7))", "class": style])
    }
  }

  /// An interval: a line with an upright stroke at both ends.
  static func whisker(_ x1: Double, _ x2: Double, _ y: Double, _ style: String = "whisker") -> Markup {
    element(
      "path",
      [
        "d": "M\(px(x1)) \(px(y))L\(px(x2)) \(px(y))M\(px(x1)) \(px(y - 4))L\(px(x1)) \(px(y + 4))"
          + "M\(px(x2)) \(px(y - 4))L\(px(x2)) \(px(y + 4))",
        "class": style,
      ])
  }

  /// A name no longer than `length` characters; the table beside the chart has it in full.
  static func shortened(_ name: String, to length: Int) -> String {
    name.count <= length ? name : name.prefix(length - 1).trimmingSuffix(" ,") + "…"
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ characters: String) -> String {
    var text = String(self)
    while let last = text.last, characters.contains(last) { text.removeLast() }
    return text
  }
}
