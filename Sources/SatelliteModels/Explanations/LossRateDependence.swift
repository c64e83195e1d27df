import Foundation
import MacroScenarios
import NeuralNetworks

/// The loss rate of the next nine quarters as one driver of the economy is held at a value and all others go as they went:
/// mean over the windows of history, for the networks beside their challenger.
///
/// A rate is held at a level, a price grows at a constant rate; what the features look back at stays as it was.
struct LossRateDependence {
  static let quarters = 9
  private static let gridCount = 9
  /// Every so many quarters a window begins.
  private static let stride = 2
  static let allTypes = "all loan types"

  private let windows: [Window]
  private let normalisation: FeatureNormalisation
  private let linear: LinearChallenger
  private let members: [LossRateNetwork]
  private let shares: [Double]
  private let names: (linear: String, network: String, used: String)

  /// What is known at the start of one window: features that lead in, observables from eight quarters before, rates.
  private struct Window {
    let prefix: [[Double]]
    /// `[quarter][observable]`: eight quarters to look back at, nine to be projected.
    let observables: [Double]
    let start: [Double]
  }

  init(
    history: QuarterlyTable, sample: LossRateSample, normalisation: FeatureNormalisation, linear: LinearChallenger,
    members: [LossRateNetwork], shares: [Double], names: (linear: String, network: String, used: String)
  ) {
    self.normalisation = normalisation
    self.linear = linear
    self.members = members
    self.shares = shares
    self.names = names
    let lags = MacroFeature.longestLag
    windows = Swift.stride(
      from: LossRateSample.prefix, through: sample.quarterCount - Self.quarters, by: Self.stride
    ).compactMap { first in
      let quarter = sample.firstQuarter.advanced(by: first)
      let rates = LoanSeries.allCases.map { sample.transformedRate($0, in: quarter.advanced(by: -1)) }
      let observables = FeatureConstruction.observables(
        of: history, from: quarter.advanced(by: -lags), count: lags + Self.quarters)
      guard rates.allSatisfy({ $0 != nil }), observables.allSatisfy(\.isFinite) else { return nil }
      return Window(
        prefix: sample.features[(first - LossRateSample.prefix)..<first].map(normalisation.standardise),
        observables: observables, start: rates.compactMap { $0 })
    }
  }

  /// One driver after the other.
  var dependence: [PartialDependence] {
    windows.isEmpty ? [] : MacroFeature.Observable.allCases.map { curve(of: $0) }
  }

  private func curve(of observable: MacroFeature.Observable) -> PartialDependence {
    let seen = windows.flatMap { Self.values(of: observable, in: $0) }.sorted()
    func quantile(_ level: Double) -> Double { seen[Int((level * Double(seen.count - 1)).rounded())] }
    let (low, high) = (quantile(0.01), quantile(0.99))
    let grid = (0..<Self.gridCount).map { low + (high - low) * Double($0) / Double(Self.gridCount - 1) }
    let byValue = grid.map { answers(holding: observable, at: $0) }
    // Answers of all windows are made at once, so that a network is run once a value.
    let means = PartialDependence.means(over: Array(grid.indices.map(Double.init)), sample: windows.count) {
      place, window in
      byValue[Int(place)][window]
    }
    let names = [self.names.linear, self.names.network, self.names.used]
    let subjects = [Self.allTypes] + LoanSeries.allCases.map(\.id)
    return PartialDependence(
      driver: observable.id, title: observable.heldTitle, unit: observable == .volatility ? "index" : "fraction",
      grid: grid.map(Self.rounded), sampleMinimum: Self.rounded(seen[0]),
      sampleMaximum: Self.rounded(seen[seen.count - 1]),
      curves: subjects.enumerated().flatMap { subject, id in
        names.enumerated().map { model, name in
          .init(
            subject: id, model: name, unit: "fraction",
            values: means[subject * names.count + model].map(Self.rounded))
        }
      })
  }

  /// What the driver did in a window: its levels, or its growth over each year.
  private static func values(of observable: MacroFeature.Observable, in window: Window) -> [Double] {
    let width = FeatureConstruction.observableCount
    return (0..<quarters).map { quarter in
      let here = (MacroFeature.longestLag + quarter) * width + observable.rawValue
      let now = window.observables[here]
      return observable.isLogarithm ? exp(now - window.observables[here - 4 * width]) - 1 : now
    }
  }

  /// Mean annualised rates, `[window][subject × model]`.
  private func answers(holding observable: MacroFeature.Observable, at value: Double) -> [[Double]] {
    let width = FeatureConstruction.observableCount
    let features = windows.map { window -> [[Double]] in
      var held = window.observables
      for quarter in 0..<Self.quarters {
        let here = (MacroFeature.longestLag + quarter) * width + observable.rawValue
        held[here] = observable.isLogarithm ? held[here - width] + log(1 + value) / 4 : value
      }
      var raw = [Double](repeating: 0, count: Self.quarters * MacroFeature.all.count)
      FeatureConstruction.makeRawFeatures(held.span, quarterCount: Self.quarters, into: &raw)
      return (0..<Self.quarters).map { quarter in
        normalisation.standardise(Array(raw[quarter * MacroFeature.all.count..<(quarter + 1) * MacroFeature.all.count]))
      }
    }
    let networks = LossRateNetwork.means(
      of: members, over: zip(windows, features).map { (prefix: $0.prefix, future: $1) })
    return windows.indices.map { index in
      let linear = linear.project(features[index], from: windows[index].start)
      let mixed = zip(linear, networks[index]).map { NestedSelection.combine($0, $1, shares: shares) }
      let rates = [linear, networks[index], mixed].map(Self.meanRates)
      return
        ([rates.map { $0.reduce(0, +) / Double(LoanSeries.count) }]
        + (0..<LoanSeries.count).map { series in rates.map { $0[series] } }).flatMap { $0 }
    }
  }

  /// `[series]`
  private static func meanRates(_ transformed: [[Double]]) -> [Double] {
    (0..<LoanSeries.count).map { series in
      transformed.reduce(0) { $0 + RateScale.rate($1[series]) } / Double(transformed.count)
    }
  }

  /// Six decimals: a card is read, not computed with.
  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

extension MacroFeature.Observable {
  /// The name in cards; `bbb_spread` and `term_spread` for what is a difference of two factors.
  var id: String {
    switch self {
    case .corporateSpread: "bbb_spread"
    case .termSpread: "term_spread"
    default: factors[0]
    }
  }

  var title: String {
    switch self {
    case .corporateSpread: "BBB yield over the 10-year Treasury"
    case .termSpread: "10-year Treasury over the 3-month rate"
    default: RiskFactor.named(factors[0])?.title ?? factors[0]
    }
  }

  /// What holding it means.
  var heldTitle: String { isLogarithm ? "\(title), growth a year" : title }
}
