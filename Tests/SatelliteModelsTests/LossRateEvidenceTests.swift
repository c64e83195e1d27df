import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import SatelliteModels

/// Importance and dependence of models whose answer is known.
@Suite struct LossRateEvidenceTests {
  static let jumpOff = Quarter(year: 2025, number: 4)

  /// A network that does not read the VIX: its weights from there are 0.
  private static func blindNetwork(to observable: MacroFeature.Observable, seed: UInt64) -> LossRateNetwork {
    var network = NeuralNetwork.stackedLSTM(
      inputs: MacroFeature.all.count, hidden: [4], outputs: LoanSeries.count, seed: seed)
    var parameters = network.parameters
    for (index, feature) in MacroFeature.all.enumerated() where feature.observable == observable {
      for column in 0..<16 { parameters[0].storage[index * 16 + column] = 0 }
    }
    network.parameters = parameters
    return LossRateNetwork(
      network: network, targetMeans: [0.2, 0.08, 0.09, 0.07, 0.1], targetScales: [0.04, 0.03, 0.05, 0.04, 0.03])
  }

  @Test func aDriverThatIsNotReadHasNoImportance() throws {
    let walk = try WalkForward(history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), jumpOff: Self.jumpOff)
    let cases = walk.cases
    let networks = cases.map { _ in [Self.blindNetwork(to: .volatility, seed: 1)] }
    let found = LossRateImportance(
      cases, networks: networks, shares: [1, 1, 1, 1, 1], names: (used: "lstm", linear: "linear")
    )
    .importance
    func importance(_ driver: String, _ model: String) -> ModelCard.Importance? {
      found.first { $0.driver == driver && $0.model == model }
    }
    #expect(found.count == 2 * MacroFeature.Observable.allCases.count)
    let vix = try #require(importance("vix", "lstm"))
    #expect(vix.value == 0 && vix.lower == 0 && vix.upper == 0)
    #expect(try #require(importance("unemployment_rate", "lstm")).value != 0)
    #expect(try #require(importance("unemployment_rate", "linear")).value > 0, "the fitted challenger needs it")
    let order = found.prefix(10).map(\.value)
    #expect(order == order.sorted(by: >))
  }

  /// s = a + b·z of the BBB spread alone, without a lag: the held spread v gives (a + b·(v − μ)/σ)² − δ in every window.
  @Test func dependenceOfALinearModelIsItsFormula() throws {
    let sample = try LossRateSample(
      history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), cutAfter: Self.jumpOff)
    let normalisation = sample.normalisation
    let width = MacroFeature.all.count
    let spread = try #require(MacroFeature.all.firstIndex { $0.id == "corporate_spread" })
    var coefficients = [Double](repeating: 0, count: LoanSeries.count * width)
    for series in 0..<LoanSeries.count { coefficients[series * width + spread] = 0.01 * Double(series + 1) }
    let linear = LinearChallenger(
      intercepts: [0.2, 0.2, 0.2, 0.2, 0.2], persistence: [0, 0, 0, 0, 0], coefficients: coefficients)
    let dependence = LossRateDependence(
      history: try Fixture.history(), sample: sample, normalisation: normalisation, linear: linear,
      members: [Self.blindNetwork(to: .volatility, seed: 2)], shares: [0, 0, 0, 0, 0],
      names: (linear: "linear", network: "lstm", used: "combination")
    ).dependence
    #expect(dependence.count == MacroFeature.Observable.allCases.count)
    for driver in dependence {
      let cards = try #require(driver.curves.first { $0.subject == "other_consumer" && $0.model == "linear" })
      let mixed = try #require(driver.curves.first { $0.subject == "other_consumer" && $0.model == "combination" })
      #expect(cards.values == mixed.values, "a share of 0 is the linear model")
      if driver.driver == "bbb_spread" {
        for (value, answer) in zip(driver.grid, cards.values) {
          let s = 0.2 + 0.05 * (value - normalisation.means[spread]) / normalisation.standardDeviations[spread]
          // Grid and answer are kept to six decimals.
          expectClose(answer, RateScale.rate(s), absolute: 5e-6, "BBB spread held at \(value)")
        }
      } else if driver.driver != "treasury_10y" {
        #expect(Set(cards.values).count == 1, "\(driver.driver) is not read")
      }
      let network = try #require(driver.curves.first { $0.subject == "credit_cards" && $0.model == "lstm" })
      if driver.driver == "vix" { #expect(Set(network.values).count == 1) }
    }
  }
}
