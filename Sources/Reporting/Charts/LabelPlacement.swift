/// Names beside their marks such that no name touches another, or another's mark, or leaves the plot.
///
/// One after the other takes the first free place of those around its mark, nearest first; a name that had to go farther is
/// led to its mark by a thin line.
struct LabelPlacement {
  private struct Box {
    var left, top, right, bottom: Double

    func touches(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  let texts: [Markup]
  let leaders: [Markup]

  private static let height = 14.0
  /// Of a character of the semi-bold twelve-pixel face, with room to spare.
  private static let characterWidth = 7.4
  private static let markReach = 8.0

  init(
    area: (left: Double, top: Double, right: Double, bottom: Double), marks: [(name: String, x: Double, y: Double)]
  ) {
    let whole = Box(left: area.left, top: area.top, right: area.right, bottom: area.bottom)
    var taken = marks.map {
      Box(
        left: $0.x - Self.markReach, top: $0.y - Self.markReach, right: $0.x + Self.markReach,
        bottom: $0.y + Self.markReach)
    }
    var texts: [Markup] = [], leaders: [Markup] = []
    for mark in marks {
      let width = Self.characterWidth * Double(mark.name.count)
      let places = Self.places(around: mark.x, mark.y, width)
      let free = places.first { box in
        box.left >= whole.left && box.right <= whole.right && box.top >= whole.top && box.bottom <= whole.bottom
          && !taken.contains { $0.touches(box) }
      }
      // A plot so full that no place is left has more names than anyone could read; the nearest place is taken.
      let box = free ?? places[0]
      taken.append(box)
      texts.append(Shapes.label((box.left + box.right) / 2, box.bottom - 3, mark.name, .middle, "map-label"))
      let nearest = (x: min(max(mark.x, box.left), box.right), y: min(max(mark.y, box.top), box.bottom))
      let gap = (nearest.x - mark.x) * (nearest.x - mark.x) + (nearest.y - mark.y) * (nearest.y - mark.y)
      if gap > 15 * 15 { leaders.append(Shapes.line(mark.x, mark.y, nearest.x, nearest.y, "connector")) }
    }
    self.texts = texts
    self.leaders = leaders
  }

  /// Right, left, above and below at growing distance.
  private static func places(around x: Double, _ y: Double, _ width: Double) -> [Box] {
    [10.0, 18, 28, 40, 56, 76, 100].flatMap { gap -> [Box] in
      let centers = [
        (x + gap + width / 2, y), (x - gap - width / 2, y), (x, y - gap - height / 2), (x, y + gap + height / 2),
        (x + gap + width / 2, y - gap), (x - gap - width / 2, y - gap), (x + gap + width / 2, y + gap),
        (x - gap - width / 2, y + gap),
      ]
      return centers.map {
        Box(left: $0.0 - width / 2, top: $0.1 - height / 2, right: $0.0 + width / 2, bottom: $0.1 + height / 2)
      }
    }
  }
}
