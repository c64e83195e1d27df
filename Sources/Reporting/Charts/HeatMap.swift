/// Rows × quarters, each cell shaded by class and printed with its value: legible without the colour.
struct HeatMap {
  /// A class of values: from its lower limit up to the next class's.
  struct Shade {
    var from: Double
    var name: String
    var style: String
    /// Text on a dark ground is white.
    var isDark: Bool
  }

  var title: String
  var description: String
  var measure: Measure
  var columns: [String]
  var rows: [(name: String, values: [Double?])]
  /// Ascending; the first takes everything below the second.
  var shades: [Shade]
  var legendTitle: String
  /// Prints a plus before what is above 0.
  var isSigned = false
  /// Last columns that are sums of the others: printed, not shaded.
  var sumColumns = 0

  func drawing() -> Drawing {
    let nameWidth = 250.0
    let cell = (width: 55.0, height: 21.0)
    let top = 62.0
    let legend = legend()
    let width = max(nameWidth + cell.width * Double(columns.count) + 4, legend.width, 640)
    let height = top + cell.height * Double(rows.count) + 6
    var shapes = legend.shapes
    for (index, column) in columns.enumerated() {
      shapes.append(Shapes.label(nameWidth + cell.width * (Double(index) + 0.5), top - 8, column, .middle))
    }
    for (rowIndex, row) in rows.enumerated() {
      let y = top + cell.height * Double(rowIndex)
      shapes.append(Shapes.label(nameWidth - 8, y + 15, Shapes.shortened(row.name, to: 40), .end))
      for (index, value) in row.values.enumerated() {
        let x = nameWidth + cell.width * Double(index)
        guard let value else {
          shapes.append(Shapes.label(x + cell.width / 2, y + 15, "–", .middle))
          continue
        }
        let shade = shades.last { value >= $0.from } ?? shades[0]
        let isSum = index >= columns.count - sumColumns
        if !isSum { shapes.append(Shapes.rectangle(x, y, cell.width - 1, cell.height - 1, shade.style)) }
        shapes.append(
          Shapes.label(
            x + cell.width / 2, y + 15, isSigned ? measure.signed(value) : measure.number(value), .middle,
            shade.isDark && !isSum ? "value-on-dark" : "value"))
      }
    }
    return Drawing(title: title, description: description, width: width, height: height, shapes: shapes)
  }

  private func legend() -> (shapes: [Markup], width: Double) {
    var x = 8.0 + 6.2 * Double(legendTitle.count) + 10
    var shapes = [Shapes.label(8, 18, legendTitle)]
    for shade in shades {
      shapes.append(Shapes.rectangle(x, 6, 16, 16, shade.style))
      shapes.append(Shapes.label(x + 21, 18, shade.name))
      x += 21 + 6.6 * Double(shade.name.count) + 14
    }
    return (shapes, x)
  }
}
