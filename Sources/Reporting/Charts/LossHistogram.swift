import StressTesting

/// How often each loss was drawn, with the tail measures on lanes above: a mark for the estimate, a whisker for its
/// 95 % interval and a line down to the axis.
struct LossHistogram {
  struct Marker {
    var name: String
    var value: Double
    var lower: Double?
    var upper: Double?
    var mark: Shapes.Mark
    var printed: String
  }

  var title: String
  var description: String
  /// What is on the axis, with its unit.
  var axisTitle: String
  var measure: Measure
  var histogram: StressTestResult.Histogram
  var markers: [Marker]

  /// The bins that are drawn: all but the thinnest one in two thousand futures at each end, and every marker.
  private var drawnBins: Range<Int> {
    guard !histogram.counts.isEmpty else { return 0..<0 }
    let counts = histogram.counts, few = counts.reduce(0, +) / 2_000
    func emptyEnd(_ bins: some Sequence<Int>) -> Int {
      var passed = 0
      return bins.prefix { count in
        passed += count
        return passed <= few
      }.count
    }
    let marks = markers.flatMap { [$0.value, $0.lower ?? $0.value, $0.upper ?? $0.value] }
    // Positions stay Double until they are known to lie among the bins: a damaged file may hold any width.
    let bins = marks.compactMap { mark -> Int? in
      let position = (mark - histogram.lowest) / histogram.width
      return position.isFinite ? Int(min(Double(counts.count - 1), max(0, position))) : nil
    }
    let first = min(emptyEnd(counts), bins.min() ?? counts.count - 1)
    let last = max(counts.count - 1 - emptyEnd(counts.reversed()), bins.max() ?? 0)
    return min(first, last)..<max(first, last) + 1
  }

  func drawing() -> Drawing {
    let width = 760.0
    let laneTop = 18.0
    let lane = 19.0
    let top = laneTop + lane * Double(markers.count) + 30
    let frame = Frame(width: width, height: top + 250, left: 70, right: 20, top: top, bottom: 46)
    let drawn = drawnBins
    let lowest = histogram.lowest + histogram.width * Double(drawn.lowerBound)
    let highest = histogram.lowest + histogram.width * Double(drawn.upperBound)
    let marks = markers.flatMap { [$0.value, $0.lower ?? $0.value, $0.upper ?? $0.value] }
    let x = Scale((min(lowest, marks.min() ?? lowest), max(highest, marks.max() ?? highest)), onto: frame.horizontal)
    let most = Double(histogram.counts.max() ?? 0)
    let y = Scale((0, Scale.rounded(0, max(most, 1), steps: 5).upper), onto: frame.vertical)

    var shapes = frame.levels(y, y.ticks(5), title: "simulated futures per bar") { Measure.count.number($0) }
    var bars = ""
    for index in drawn where histogram.counts[index] > 0 {
      let count = histogram.counts[index]
      let left = x(histogram.lowest + histogram.width * Double(index))
      let right = x(histogram.lowest + histogram.width * Double(index + 1))
      bars +=
        "M\(px(left)) \(px(y(0)))L\(px(left)) \(px(y(Double(count))))L\(px(right)) \(px(y(Double(count))))"
        + "L\(px(right)) \(px(y(0)))Z"
    }
    if !bars.isEmpty { shapes.append(element("path", ["d": bars, "class": "bars"])) }
    let outside = histogram.counts.reduce(0, +) - histogram.counts[drawn].reduce(0, +)
    let remark = outside > 0 ? "; \(outside) futures lie beyond the drawn range" : ""
    shapes += frame.uprights(x, x.ticks(8), title: axisTitle + remark) { tick in
      var measure = self.measure
      let printed = tick * measure.factor
      measure.decimals = abs(printed - printed.rounded()) < 1e-9 * max(1, abs(printed)) ? 0 : measure.decimals
      return measure.number(tick)
    }
    // The largest on the top lane: then no line down crosses a name, for names stand left of their marks.
    for (index, marker) in markers.sorted(by: { $0.value > $1.value }).enumerated() {
      let height = laneTop + lane * Double(index)
      let at = x(marker.value)
      shapes.append(Shapes.line(at, height, at, y(0), "drop"))
      if let lower = marker.lower, let upper = marker.upper {
        shapes.append(Shapes.whisker(x(lower), x(upper), height))
      }
      shapes.append(Shapes.mark(marker.mark, at, height))
      let leftmost = min(at, marker.lower.map { x($0) } ?? at) - 10
      shapes.append(Shapes.label(leftmost, height + 4, "\(marker.name): \(marker.printed)", .end))
    }
    return Drawing(title: title, description: description, width: width, height: frame.height, shapes: shapes)
  }
}
