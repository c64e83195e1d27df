import StressTesting

/// An estimate after more and more paths, with its 95 % interval; the paths stand on a logarithmic axis.
struct ConvergenceChart {
  var title: String
  var description: String
  var axisTitle: String
  var measure: Measure
  /// In the order of their paths.
  var points: [StressTestResult.ConvergencePoint]

  func drawing() -> Drawing {
    let frame = Frame(width: 760, height: 300, left: 70, right: 30, top: 34, bottom: 46)
    guard let first = points.first, let last = points.last, first.paths > 0, last.paths >= first.paths else {
      return Drawing(title: title, description: "No figures.", width: 760, height: 300, shapes: [])
    }
    let x = Scale(
      (Double(first.paths), Double(last.paths)), onto: frame.horizontal, isLogarithmic: true)
    let lowest = points.map { min($0.lower, $0.estimate) }.min() ?? 0
    let highest = points.map { max($0.upper, $0.estimate) }.max() ?? 1
    let y = Scale(Scale.rounded(lowest, highest, steps: 5), onto: frame.vertical)
    let ticks = y.ticks(5)
    var axisMeasure = measure
    if ticks.allSatisfy({ abs($0 * measure.factor - ($0 * measure.factor).rounded()) < 1e-6 }) {
      axisMeasure.decimals = 0
    }
    var shapes = frame.levels(y, ticks, title: axisTitle) { axisMeasure.number($0) }
    shapes += frame.uprights(x, x.ticks(6), title: "simulated futures (logarithmic)") { Measure.count.number($0) }
    shapes.append(
      Shapes.band(points.map { (x(Double($0.paths)), y($0.lower), y($0.upper)) }, "band-outer"))
    shapes.append(Shapes.polyline(points.map { (x(Double($0.paths)), y($0.estimate)) }, "middle"))
    shapes += points.map { Shapes.mark(.dot, x(Double($0.paths)), y($0.estimate)) }
    return Drawing(title: title, description: description, width: 760, height: 300, shapes: shapes)
  }
}
