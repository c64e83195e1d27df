public import MacroScenarios
public import NeuralNetworks

/// Why a window has the probability of a warning that it has.
extension EarlyWarningModel {
  /// How much an indicator, over the whole window, adds to the probability of a crisis now or within four quarters.
  public struct Driver: Sendable, Equatable {
    public let indicator: String
    public let title: String
    /// In probability; all indicators together give the distance from the mean window's probability.
    public let contribution: Double
  }

  /// The drivers of one window, largest first.
  public struct Explanation: Sendable, Equatable {
    public let drivers: [Driver]
    /// Probability of a warning of the mean window, and of this one.
    public let start, end: Double
    /// How far the contributions are from adding up to `end − start`.
    public let gap: Double

    init(_ attribution: Attribution) {
      let all = zip(MacroIndicator.all, WarningAttribution.byIndicator(attribution)).map {
        Driver(indicator: $0.id, title: $0.title, contribution: $1)
      }
      let order = all.indices.sorted {
        let (a, b) = (abs(all[$0].contribution), abs(all[$1].contribution))
        return a != b ? a > b : $0 < $1
      }
      drivers = order.map { all[$0] }
      start = attribution.baselineValue
      end = attribution.value
      gap = abs(attribution.completenessGap)
    }
  }

  /// One a quarter; `nil` where there is no outlook.
  public func explain(_ panel: IndicatorPanel, quarters: [Quarter], by kind: Kind) -> [Explanation?] {
    attributions(panel, quarters, kind).map { $0.map(Explanation.init) }
  }

  /// The window of one quarter cell by cell, quarter × indicator; `nil` where there is no outlook.
  public func attributionTable(_ panel: IndicatorPanel, quarter: Quarter, by kind: Kind) -> AttributionTable? {
    attributions(panel, [quarter], kind)[0].map { attribution in
      AttributionTable(
        subject: "warning_\(kind.rawValue)",
        title: "\(kind.title): probability of a crisis in \(quarter) or within a year of it", unit: "fraction",
        baseline: "a window of training means",
        columns: (0..<IndicatorPanel.windowLength).map {
          "\(quarter.advanced(by: 1 + $0 - IndicatorPanel.windowLength))"
        },
        names: MacroIndicator.all.map { ($0.id, $0.title) }, attribution)
    }
  }

  private func attributions(_ panel: IndicatorPanel, _ quarters: [Quarter], _ kind: Kind) -> [Attribution?] {
    let images = quarters.map { quarter in
      panel.window(endingIn: quarter).flatMap { Self.isUsable($0) ? scale.image(of: $0) : nil }
    }
    let known = images.compactMap { $0 }
    let found =
      kind == .network
      ? WarningAttribution.all(of: network, at: known) : WarningAttribution.all(of: logistic, at: known)
    var next = found.makeIterator()
    return images.map { $0 == nil ? nil : next.next() }
  }
}
