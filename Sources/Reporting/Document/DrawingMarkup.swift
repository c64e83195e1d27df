extension Drawing {
  /// As an element of a page that holds the style sheet. `name` makes its title and description addressable.
  func inline(name: String) -> Markup {
    element(
      "svg",
      [
        "role": "img", "aria-labelledby": "\(name)-title \(name)-text", "width": px(width), "height": px(height),
        "viewBox": "0 0 \(px(width)) \(px(height))",
      ],
      [
        element("title", ["id": "\(name)-title"], .text(title)),
        element("desc", ["id": "\(name)-text"], .text(description)),
      ]
        + shapes)
  }
}

extension Figure {
  /// All panels in one picture that stands alone, with its own style sheet.
  var standalone: String {
    let gap = 12.0
    let columns = panels.count > 1 ? 3 : 1
    let cell = (width: panels.map(\.width).max() ?? 0, height: panels.map(\.height).max() ?? 0)
    let lines = (panels.count + columns - 1) / columns
    let width = Double(min(columns, max(panels.count, 1))) * (cell.width + gap) - gap
    let height = Double(lines) * (cell.height + gap) - gap
    let text = panels.map { panels.count > 1 ? "\($0.title)." : $0.description }.joined(separator: " ")
    let content = panels.enumerated().map { index, panel in
      element(
        "svg",
        [
          "x": px(Double(index % columns) * (cell.width + gap)), "y": px(Double(index / columns) * (cell.height + gap)),
          "width": px(panel.width), "height": px(panel.height),
          "viewBox": "0 0 \(px(panel.width)) \(px(panel.height))",
        ], panel.shapes)
    }
    return element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": "\(name)-title \(name)-text",
        "width": px(width), "height": px(height), "viewBox": "0 0 \(px(width)) \(px(height))",
      ],
      [
        element("title", ["id": "\(name)-title"], .text(title)), element("desc", ["id": "\(name)-text"], .text(text)),
        element("style", [:], .raw(Raw(StyleSheet.charts + "\n"))),
        Shapes.rectangle(0, 0, width, height, "ground"),
      ] + content
    ).rendered
  }
}
