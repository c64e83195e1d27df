import MacroScenarios
import Testing

@testable import SatelliteModels

@Suite struct NestedSelectionTests {
  private static let jumpOff = Quarter(year: 2025, number: 4)
  private static let variants =
    WalkForwardVariant.all.filter { $0.isLinearPart || $0.isNetworkPart } + [
      WalkForwardVariant(id: WalkForwardVariant.randomWalk, kind: .randomWalk)
    ]

  private func walk() throws -> WalkForward {
    try WalkForward(history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), jumpOff: Self.jumpOff)
  }

  /// Forecasts of every variant that err by a fixed pattern, each by another and by more or less as the origins go.
  private func forecasts(_ cases: [WalkForward.Case]) -> WalkForwardForecasts {
    WalkForwardForecasts(
      Self.variants.enumerated().map { number, variant in
        WalkForwardForecast(
          model: variant.id,
          values: cases.enumerated().map { origin, test in
            test.future.indices.map { quarter in
              test.start.enumerated().map { series, start in
                let wave = Double((number * 29 + origin * 11 + quarter * 5 + series * 17) % 23 - 11) / 11
                return start + 0.05 * wave * Double((number * 7 + origin * 3) % 5)
              }
            }
          })
      })
  }

  /// What is chosen at an origin, and what is projected from it, is the same whatever came after it.
  @Test(arguments: [3, 7, 10])
  func nothingAfterAnOriginChangesItsChoice(_ index: Int) throws {
    let honest = try walk()
    let origin = WalkForward.origins[index]
    let spoilt = try WalkForward(
      history: Fixture.history(), chargeOffs: Fixture.spoilt("data/us-charge-off-rates.csv", after: origin),
      jumpOff: Self.jumpOff)
    // The same forecasts in both worlds: only outcomes differ.
    let forecasts = forecasts(honest.cases)
    let a = NestedSelection(honest.cases, forecasts, Self.variants)
    let b = NestedSelection(spoilt.cases, forecasts, Self.variants)
    #expect(a.choices[...index] == b.choices[...index])
    #expect(a.forecast.values[...index] == b.forecast.values[...index])
    #expect(a.choices[(index + 1)...] != b.choices[(index + 1)...], "the outcomes are indeed others")
    #expect(a.final != b.final)
    for place in 0...index {
      #expect(KnownOutcomes(honest.cases, at: place).rates == KnownOutcomes(spoilt.cases, at: place).rates)
    }
    // Of the law behind the intervals, too.
    let laws = [honest, spoilt].map { walk in
      ResidualLaw(fittedTo: KnownOutcomes(walk.cases, at: index).errors(of: a.forecast))
    }
    #expect(laws[0] == laws[1])
  }

  @Test func knownOutcomesEndAtTheOriginThatLooksBack() throws {
    let cases = try walk().cases
    #expect(KnownOutcomes(cases, at: 0).rates.isEmpty)
    for index in 1..<cases.count {
      let known = KnownOutcomes(cases, at: index)
      #expect(known.originCount == index)
      for (place, rows) in known.rates.enumerated() {
        #expect(cases[place].origin.advanced(by: rows.count) <= cases[index].origin)
      }
    }
    #expect(KnownOutcomes(cases, at: cases.count).rates == cases.map(\.actual))
  }

  @Test func tooFewOriginsChooseTheStatedDefault() throws {
    let cases = try walk().cases
    let selection = NestedSelection(cases, forecasts(cases), Self.variants)
    for choice in selection.choices[..<NestedSelection.fewestOrigins] {
      #expect(choice.linear == WalkForwardVariant.challenger && choice.network == WalkForwardVariant.network)
    }
    #expect(selection.choices[0].networkShares == [0.5, 0.5, 0.5, 0.5, 0.5])
    // The least error over what was known, looked up by hand at the last origin.
    let known = KnownOutcomes(cases, at: 13)
    let forecasts = forecasts(cases)
    let errors = Self.variants.filter(\.isLinearPart).map { variant in
      known.relativeError(of: forecasts[variant.id], to: forecasts[WalkForwardVariant.randomWalk])!
    }
    let best = Self.variants.filter(\.isLinearPart)[errors.firstIndex(of: errors.min()!)!]
    #expect(selection.choices[13].linear == best.id)
  }

  /// One series with errors of the parts e and f in every cell: least squares wants e/(e − f), the prior one half.
  private func share(_ linear: Double, _ network: Double, origins: Int) -> Double {
    func errors(_ value: Double) -> [[[Double?]]] {
      [[[Double?]]](repeating: [[nil, value], [nil, value], [nil, nil]], count: origins)
    }
    return NestedSelection.share(errors(linear), errors(network), 1)
  }

  @Test func theShareIsTheShrunkLeastSquaresWeight() {
    // Opposite errors of 3 and −1: weight 3/4 on the network; n origins against a prior worth 4.
    for origins in [1, 4, 12] {
      let expected = (Double(origins) * 0.75 + 4 * 0.5) / Double(origins + 4)
      #expect(abs(share(3, -1, origins: origins) - expected) < 1e-15)
    }
    #expect(abs(share(3, 1, origins: 1000) - 1) < 1e-12, "1.5 is held at 1")
    #expect(share(2, 2, origins: 5) == 0.5, "two parts that agree are not told apart")
    #expect(NestedSelection.share([], [], 0) == 0.5)
  }

  /// With errors 1 and −3 the best share is ¼; shrunk to 0.375 (4 origins) it beats the linear part, 0.25² · 3 < 1. With
  /// 1 and −9 the best is 0.1, shrunk to 0.3 it errs by −2: the linear model stands alone.
  @Test func aNetworkThatDoesNotBeatItsChallengerIsNotUsed() {
    #expect(abs(share(1, -3, origins: 4) - 0.375) < 1e-15)
    #expect(share(1, -9, origins: 4) == 0)
    #expect(share(1, 3, origins: 4) == 0)
  }

  @Test func seriesWithoutOutcomesLeaveThePrior() {
    #expect(NestedSelection.share([[[nil, 1]]], [[[nil, 2]]], 0) == 0.5)
  }
}
