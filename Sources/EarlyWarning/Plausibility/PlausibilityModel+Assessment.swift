public import MacroScenarios

/// How plausible a path is, by each model and measure, and where it lies on the map.
public struct PlausibilityAssessment: Sendable {
  /// A verdict among history and among the run's own futures.
  public struct Verdict: Sendable {
    public let kind: PlausibilityModelKind
    public let measure: PlausibilityMeasure
    public let history: HistoricalStanding
    /// Share of the simulated futures that are less unusual than the path; `nil` without futures.
    public let shareOfFuturesBelow: Double?
    /// 5th, 50th and 95th percentile of the futures' own values.
    public let futures: (p05: Double, p50: Double, p95: Double)?
    /// Share of the futures that are more unusual than every window of history.
    public let shareOfFuturesBeyondHistory: Double?
    /// The named crises, each among all other windows; those that had ended by the jump-off.
    public let crises: [(name: String, standing: HistoricalStanding)]
  }

  public typealias Point = (x: Double, y: Double)

  public let verdicts: [Verdict]
  public let windowCount: Int
  public let futureCount: Int
  public let path: Point
  public let futures: [Point]
  public let history: [(firstQuarter: Quarter, point: Point)]
  public let crises: [(name: String, point: Point)]
  /// For each axis what goes with it most closely, as a mean over a window, and its correlation.
  public let axes: [[(name: String, correlation: Double)]]
}

extension PlausibilityModel {
  /// How many futures are drawn on the map.
  private static let shownFutureCount = 100
  private static let namedFactorCount = 3

  /// - Parameters:
  ///   - path: `[quarter][factor]`, natural values, factors as in the catalogue, from the quarter after the jump-off on.
  ///     A path longer than a window is judged by its first quarters, a shorter one behind the last quarters of history.
  ///   - futures: `[path][quarter][factor]`, as long each; may be empty.
  ///   - history: as known at the jump-off, to which it is cut.
  /// - Throws: `M053` where nothing of the path can be read.
  public func assess(
    path: [Double], futures: [Double], history: QuarterlyTable
  ) throws(InvalidInput) -> PlausibilityAssessment {
    let lead = lead(of: history, pathQuarters: path.count / scale.factors.count)
    let own = window(of: path, after: history)
    guard own.knownCount > 0 else {
      throw InvalidInput(
        .invalid,
        [Diagnostic("M053", "no value of the path can be read on the models' scales", at: .init(file: history.file))])
    }
    let windows = stride(from: 0, to: futures.count, by: max(1, path.count)).map {
      window(futures[$0..<$0 + path.count], after: lead)
    }.filter { $0.knownCount > 0 }
    let verdicts = verdicts(autoencoder, .autoencoder, own, windows) + verdicts(pca, .pca, own, windows)
    let shown = [own] + windows.prefix(Self.shownFutureCount)
    let codes = defaultKind == .pca ? pca.whole.read(shown) : autoencoder.whole.read(shown)
    let points = codes.map { map.point($0.code) }
    let crises = CrisisWindows.named.compactMap { crisis -> (name: String, point: PlausibilityAssessment.Point)? in
      index(of: crisis.firstQuarter).map { (crisis.name, historyPoint($0)) }
    }
    return PlausibilityAssessment(
      verdicts: verdicts, windowCount: windowCount, futureCount: windows.count, path: points[0],
      futures: Array(points.dropFirst()),
      history: (0..<windowCount).map { (quarter(ofWindow: $0), historyPoint($0)) }, crises: crises,
      axes: map.correlations.map { correlations in
        let order = correlations.indices.sorted { abs(correlations[$0]) > abs(correlations[$1]) }
        return order.prefix(Self.namedFactorCount).map { (scale.title(of: $0), correlations[$0]) }
      })
  }

  /// The window that a path is judged by.
  func window(of path: [Double], after history: QuarterlyTable) -> MaskedGrid {
    window(path[...], after: lead(of: history, pathQuarters: path.count / scale.factors.count))
  }

  private func historyPoint(_ window: Int) -> PlausibilityAssessment.Point {
    (mapPoints[2 * window], mapPoints[2 * window + 1])
  }

  /// The window that starts in that quarter, if it had ended by the jump-off.
  private func index(of quarter: Quarter) -> Int? {
    let index = HistorySample.firstQuarter.distance(to: quarter)
    return (0..<windowCount).contains(index) ? index : nil
  }

  /// The quarters before a path that its window needs: one for growth, more where the path is short.
  private func lead(of history: QuarterlyTable, pathQuarters: Int) -> [[Double]] {
    let count = max(0, HistorySample.windowLength - pathQuarters) + 1
    return HistorySample.rows(
      of: history, factors: scale.factors, from: history.lastQuarter.advanced(by: 1 - count), count: count)
  }

  private func window(_ path: ArraySlice<Double>, after lead: [[Double]]) -> MaskedGrid {
    let width = scale.factors.count
    let rows = stride(from: path.startIndex, to: path.endIndex, by: width).map { Array(path[$0..<$0 + width]) }
    return scale.grid(of: Array((lead + rows).prefix(HistorySample.windowLength + 1)))
  }

  private func verdicts<Model>(
    _ family: ModelFamily<Model>, _ kind: PlausibilityModelKind, _ path: MaskedGrid, _ futures: [MaskedGrid]
  ) -> [PlausibilityAssessment.Verdict] {
    let all = family.crossFit.scores(of: [path] + futures)
    return PlausibilityMeasure.allCases.map { measure in
      let standings = all.map { family.crossFit.standing($0, by: measure) }
      let own = standings[0], others = standings.dropFirst()
      let values = others.map(\.value).sorted()
      func quantile(_ share: Double) -> Double { values[min(values.count - 1, Int(share * Double(values.count)))] }
      let count = Double(max(1, values.count))
      let below = others.reduce(0.0) { $0 + ($1.value < own.value ? 1 : $1.value == own.value ? 0.5 : 0) }
      return .init(
        kind: kind, measure: measure, history: own, shareOfFuturesBelow: values.isEmpty ? nil : below / count,
        futures: values.isEmpty ? nil : (quantile(0.05), quantile(0.5), quantile(0.95)),
        shareOfFuturesBeyondHistory: values.isEmpty ? nil : Double(others.count { $0.isBeyondHistory }) / count,
        crises: CrisisWindows.named.compactMap { crisis in
          index(of: crisis.firstQuarter).map {
            (crisis.name, family.crossFit.standing(ofHistory: $0, by: measure))
          }
        })
    }
  }
}
