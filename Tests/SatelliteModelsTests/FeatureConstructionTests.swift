import Foundation
import MacroScenarios
import Testing

@testable import SatelliteModels

@Suite struct FeatureConstructionTests {
  /// The obvious way: look every quarter up by name, compute each feature from its definition in words.
  private func twin(_ value: (String, Int) -> Double, at t: Int) -> [Double] {
    func growth(_ id: String, _ lag: Int) -> Double { log(value(id, t) / value(id, t - lag)) }
    func mean(_ id: String) -> Double { (value(id, t) + value(id, t - 1) + value(id, t - 2) + value(id, t - 3)) / 4 }
    let u = "unemployment_rate"
    let r = "treasury_3m"
    return [
      value(u, t), value(u, t) - value(u, t - 1), value(u, t) - value(u, t - 4),
      value("real_gdp_growth", t), mean("real_gdp_growth"), mean("real_disposable_income_growth"),
      growth("house_price_index", 1), growth("house_price_index", 4), growth("house_price_index", 8),
      growth("cre_price_index", 1), growth("cre_price_index", 4), growth("cre_price_index", 8),
      growth("dow_jones_total_stock_market", 4),
      value("bbb_yield", t) - value("treasury_10y", t), value(r, t), value(r, t) - value(r, t - 4),
      value("treasury_10y", t) - value(r, t), value("vix", t),
    ]
  }

  @Test func historyFeaturesAreWhatTheirNamesSay() throws {
    let history = try Fixture.history()
    let first = Quarter(year: 1992, number: 1)
    let features = LossRateSample.features(of: history, from: first, count: 60)
    for quarter in 0..<60 {
      let expected = twin({ history.value($0, in: first.advanced(by: $1))! }, at: quarter)
      for (feature, pair) in zip(MacroFeature.all, zip(features[quarter], expected)) {
        // The log of a ratio against the difference of logs: a few units in the last place of log(50,000).
        #expect(abs(pair.0 - pair.1) < 1e-13, "\(feature.id) in \(first.advanced(by: quarter))")
      }
    }
  }

  @Test func projectedFeaturesContinueHistory() throws {
    let history = try Fixture.history()
    let model = try Fixture.model()
    let factors = RiskFactor.catalogue.map(\.id)
    let path = try Fixture.paths(1)
    let sources = try FeatureConstruction.sources(in: factors, file: "path")
    let width = FeatureConstruction.observableCount
    var window =
      FeatureConstruction.observables(
        of: history, from: model.jumpOff.advanced(by: -7), count: MacroFeature.longestLag)
      + [Double](repeating: .nan, count: 13 * width)
    var windowSpan = window.mutableSpan
    FeatureConstruction.readObservables(
      path.span, factorCount: factors.count, quarterCount: 13, sources: sources.span, into: &windowSpan)
    let stride = 20
    var result = [Float](repeating: -99, count: 3 + 13 * stride)
    var resultSpan = result.mutableSpan
    let normalisation = model.normalisation
    FeatureConstruction.makeFeatures(
      window.span, quarterCount: 13, means: normalisation.means.span, inverseScales: normalisation.inverseScales.span,
      into: &resultSpan, at: 3, stride: stride)
    for quarter in 0..<13 {
      let expected = twin(
        { id, t in
          t < 0
            ? history.value(id, in: model.jumpOff.advanced(by: t + 1))!
            : path[t * factors.count + factors.firstIndex(of: id)!]
        }, at: quarter)
      for j in MacroFeature.all.indices {
        let z = (expected[j] - normalisation.means[j]) / normalisation.standardDeviations[j]
        // Float keeps 24 bits.
        #expect(abs(Double(result[3 + quarter * stride + j]) - z) <= 2e-7 * max(1, abs(z)), "\(MacroFeature.all[j].id)")
      }
      #expect(result[3 + quarter * stride + MacroFeature.all.count] == -99, "nothing is written between the quarters")
    }
  }

  @Test func anAbsentFactorIsNamed() throws {
    let error = #expect(throws: InvalidInput.self) {
      try FeatureConstruction.sources(
        in: RiskFactor.catalogue.map(\.id).filter { $0 != "vix" && $0 != "treasury_3m" }, file: "paths.csv")
    }
    let messages = error?.diagnostics.map(\.message) ?? []
    #expect(messages.count == 2)
    #expect(messages.contains { $0.contains("'vix'") } && messages.contains { $0.contains("'treasury_3m'") })
  }

  @Test func aMissingValueInTheSampleIsRefusedWithItsQuarter() throws {
    var text = try String(contentsOfFile: Fixture.path("data/us-macro-history.csv"), encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("2003Q2") })
    text = text.replacing(
      line, with: line.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",") + ",")
    let history = try Fixture.table(text)
    let error = #expect(throws: InvalidInput.self) {
      try LossRateSample(history: history, chargeOffs: Fixture.chargeOffs(), cutAfter: Quarter(year: 2020, number: 4))
    }
    #expect(error?.diagnostics.first?.message.contains("2003Q2") == true)
    #expect(error?.diagnostics.first?.message.contains("vix") == true)
  }

  @Test func nothingIsClipped() {
    let normalisation = FeatureNormalisation(
      means: [Double](repeating: 0, count: 18), standardDeviations: [Double](repeating: 0.001, count: 18))
    #expect(normalisation.standardise([Double](repeating: 0.05, count: 18)).allSatisfy { abs($0 - 50) < 1e-12 })
  }
}
