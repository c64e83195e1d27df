import StressTesting

/// The probability that the loss is larger than a level, on a logarithmic axis: the tail that a histogram hides.
struct ExceedanceChart {
  var title: String
  var description: String
  var axisTitle: String
  var measure: Measure
  var histogram: StressTestResult.Histogram
  /// Values at risk: the level whose exceedance probability is `1 − confidence`, with its 95 % interval.
  var markers: [(name: String, confidence: Double, value: Double, lower: Double?, upper: Double?)]

  /// Left edges of the bins and the share of paths at or above each, as long as there is one.
  static func points(_ histogram: StressTestResult.Histogram) -> [(level: Double, probability: Double)] {
    let total = histogram.counts.reduce(0, +)
    guard total > 0 else { return [] }
    var above = total
    var points: [(level: Double, probability: Double)] = []
    for (index, count) in histogram.counts.enumerated() where above > 0 {
      points.append((histogram.lowest + Double(index) * histogram.width, Double(above) / Double(total)))
      above -= count
    }
    return points
  }

  func drawing() -> Drawing {
    let frame = Frame(width: 760, height: 330, left: 70, right: 150, top: 34, bottom: 46)
    let points = Self.points(histogram)
    guard let first = points.first, let last = points.last else {
      return Drawing(title: title, description: "No figures.", width: 760, height: 330, shapes: [])
    }
    let y = Scale((min(last.probability, 0.1), 1), onto: frame.vertical, isLogarithmic: true)
    let marks = markers.flatMap { [$0.value, $0.lower ?? $0.value, $0.upper ?? $0.value] }
    let x = Scale(
      (min(first.level, marks.min() ?? first.level), max(last.level, marks.max() ?? last.level)), onto: frame.horizontal
    )
    var shapes = frame.levels(y, y.ticks(5), title: "probability of a larger loss, % (logarithmic)") { tick in
      Measure.probability.number(tick, error: tick)
    }
    shapes += frame.uprights(x, x.ticks(8), title: axisTitle) { tick in
      var measure = self.measure
      let printed = tick * measure.factor
      measure.decimals = abs(printed - printed.rounded()) < 1e-9 * max(1, abs(printed)) ? 0 : measure.decimals
      return measure.number(tick)
    }
    shapes.append(Shapes.polyline(points.map { (x($0.level), y($0.probability)) }, "middle"))
    for marker in markers where 1 - marker.confidence >= y.lower {
      let height = y(1 - marker.confidence)
      if let lower = marker.lower, let upper = marker.upper {
        shapes.append(Shapes.whisker(x(lower), x(upper), height))
      }
      shapes.append(Shapes.mark(.dot, x(marker.value), height))
      shapes.append(Shapes.label(max(x(marker.value), x(marker.upper ?? marker.value)) + 10, height - 6, marker.name))
    }
    return Drawing(title: title, description: description, width: 760, height: 330, shapes: shapes)
  }
}
