import Stochastics

/// Resamples of a row of quarters in blocks as long as a window and a label together, because neighbouring quarters are
/// one event and not many (circular block bootstrap, Politis & Romano 1992).
struct BlockBootstrap: Sendable {
  static let resampleCount = 1000

  /// `[resample][place]`, the same whenever the number of quarters is.
  let resamples: [[Int]]

  init(count: Int) {
    let length = CrisisFold.gap
    var stream = RandomStream(seed: 2, stream: .backtests, path: 0)
    resamples = (0..<Self.resampleCount).map { _ in
      var places: [Int] = []
      while places.count < count {
        let start = stream.index(below: count)
        places += (0..<length).map { (start + $0) % count }
      }
      return Array(places.prefix(count))
    }
  }

  /// 90 % interval of a mean.
  func interval(of values: [Double]) -> (lower: Double, upper: Double) {
    let means = resamples.map { places in places.reduce(0) { $0 + values[$1] } / Double(places.count) }.sorted()
    return (means[means.count / 20], means[means.count - 1 - means.count / 20])
  }
}
