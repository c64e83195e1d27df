import MacroScenarios
import Stochastics

/// Windows of history in two dimensions: the first two principal axes of a model's codes, each in standard deviations.
///
/// Right and up are turned so that the window after 2007 lies to the right and the one after 2019 above; where a jump-off
/// comes before those, so that the longest entry of an axis is positive.
struct CrisisMap: Sendable, Equatable {
  /// Of the codes, `[component]`
  let center: [Double]
  /// `[axis][component]`: a code less the centre times this is a coordinate.
  let axes: [Double]
  /// `[axis][factor]`: correlation of each factor's mean over a window with the coordinate.
  let correlations: [[Double]]

  init(center: [Double], axes: [Double], correlations: [[Double]]) {
    self.center = center
    self.axes = axes
    self.correlations = correlations
  }

  init(of codes: [[Double]], windows: [MaskedGrid], sample: HistorySample) {
    let law = LatentLaw(fittedTo: codes)
    let n = law.mean.count
    let eigen = symmetricEigen(law.covariance, n)
    var axes: [Double] = []
    for (axis, name) in ["2008", "2020"].enumerated() {
      let k = n - 1 - axis
      var direction = (0..<n).map { eigen.vectors[$0 * n + k] / max(eigen.values[k], 1e-300).squareRoot() }
      let crisis = CrisisWindows.named.first { $0.name == name }
        .map { HistorySample.firstQuarter.distance(to: $0.firstQuarter) }
      var sign = direction.max { abs($0) < abs($1) } ?? 1
      if let crisis, codes.indices.contains(crisis) {
        sign = (0..<n).reduce(0) { $0 + (codes[crisis][$1] - law.mean[$1]) * direction[$1] }
      }
      if sign < 0 { direction = direction.map { -$0 } }
      axes += direction
    }
    center = law.mean
    self.axes = axes
    let points = codes.map { Self.point($0, center: law.mean, axes: axes) }
    let factorCount = windows[0].factorCount
    let means = windows.map { window in
      (0..<factorCount).map { factor in
        let cells = stride(from: factor, to: window.values.count, by: factorCount).filter { window.isKnown[$0] }
        return cells.reduce(0) { $0 + window.values[$1] } / Double(max(1, cells.count))
      }
    }
    correlations = [points.map(\.x), points.map(\.y)].map { coordinate in
      (0..<factorCount).map { factor in Self.correlation(coordinate, means.map { $0[factor] }) }
    }
  }

  func point(_ code: [Double]) -> (x: Double, y: Double) { Self.point(code, center: center, axes: axes) }

  private static func point(_ code: [Double], center: [Double], axes: [Double]) -> (x: Double, y: Double) {
    let n = center.count
    func coordinate(_ axis: Int) -> Double {
      (0..<n).reduce(0) { $0 + (code[$1] - center[$1]) * axes[axis * n + $1] }
    }
    return (coordinate(0), coordinate(1))
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    var cross = 0.0, squareA = 0.0, squareB = 0.0
    for (x, y) in zip(a, b) {
      cross += (x - meanA) * (y - meanB)
      squareA += (x - meanA) * (x - meanA)
      squareB += (y - meanB) * (y - meanB)
    }
    return squareA > 0 && squareB > 0 ? cross / (squareA * squareB).squareRoot() : 0
  }
}
