import MacroScenarios
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct PrincipalComponentsTests {
  private static let fixture = FixtureTable("principal_components.csv")

  private func grid(_ row: FixtureTable.Row, hiding hidden: [Int] = []) -> MaskedGrid {
    MaskedGrid((0..<6).map { hidden.contains($0) ? .nan : row.number("x\($0)") }, factorCount: 2)
  }

  @Test func codesAndReconstructionsAreThoseOfTheReference() {
    let model = PrincipalComponents(fittedTo: Self.fixture.rows.map { grid($0) }, components: 2)
    for row in Self.fixture.rows {
      let whole = model.read([grid(row)])[0], masked = model.read([grid(row, hiding: [2, 4])])[0]
      // Twelve digits were written down.
      expectClose(whole.code, (0..<2).map { row.number("code\($0)") }, absolute: 1e-9, "code")
      expectClose(whole.reconstruction, (0..<6).map { row.number("rebuilt\($0)") }, absolute: 1e-9, "rebuilt")
      expectClose(masked.code, (0..<2).map { row.number("masked_code\($0)") }, absolute: 1e-9, "masked code")
    }
  }

  /// Complete windows take a short way; it must lead where the long one does.
  @Test func theShortWayForCompleteWindowsIsTheLongOne() {
    let model = PrincipalComponents(fittedTo: Self.fixture.rows.map { grid($0) }, components: 2)
    // A seventh cell that no axis loads on, and that is not known: nothing changes but the way.
    let wider = PrincipalComponents(
      mean: model.mean + [0], axes: Array(model.axes[0..<6]) + [0] + Array(model.axes[6..<12]) + [0],
      variances: model.variances, noiseVariance: model.noiseVariance)
    for row in Self.fixture.rows {
      let short = model.code(of: grid(row))
      let long = wider.code(of: MaskedGrid(grid(row).values + [.nan], factorCount: 7))
      expectClose(short, long, absolute: 1e-9, "code")
    }
  }

  /// Of rank-two windows with holes, the holes are found again: nothing else fits.
  @Test func holesInWindowsOfLowRankAreFoundAgain() {
    let windows = LowRank.windows(count: 40, noise: 0)
    let model = PrincipalComponents(
      fittedTo: windows.enumerated().map { LowRank.hide($1, cell: ($0 * 29) % 208) }, components: 2)
    for (index, window) in windows.enumerated() {
      let cell = (index * 29) % 208
      let rebuilt = model.read([LowRank.hide(window, cell: cell)])[0].reconstruction[cell]
      // The fit stops when holes move by less than a millionth.
      expectClose(rebuilt, window.values[cell], absolute: 1e-3, "hole of window \(index)")
    }
  }
}

/// Gradients of codes, for which a complete window is moved a little in one cell after the other.
@Suite struct CodeGradientTests {
  private func expectGradients<Model: WindowModel>(_ model: Model, step: Double, relative: Double) {
    let window = LowRank.windows(count: 3, noise: 0.2, seed: 9)[1]
    let weights = (0..<model.componentCount).map { 0.5 + Double($0) }
    func answer(_ window: MaskedGrid) -> Double {
      zip(model.read([window])[0].code, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gradient = model.codeGradients(at: [window], weights: [weights])[0]
    let largest = gradient.map(abs).max() ?? 0
    for cell in stride(from: 0, to: 208, by: 11) {
      func moved(_ by: Double) -> MaskedGrid {
        var values = window.values
        values[cell] += by
        return MaskedGrid(values, factorCount: 16)
      }
      let difference = (answer(moved(step)) - answer(moved(-step))) / (2 * step)
      expectClose(gradient[cell], difference, absolute: relative * largest, "cell \(cell)")
    }
  }

  @Test func gradientsAreCentralDifferences() throws {
    let windows = LowRank.windows(count: 30, noise: 0.2)
    // Linear, so that a difference is exact but for rounding.
    expectGradients(PrincipalComponents(fittedTo: windows, components: 2), step: 0.1, relative: 1e-9)
    let autoencoder = try WindowAutoencoder(fittedTo: windows, settings: PlausibilityFixture.tiny, seed: 2)
    // A code in 32 bits over a step of a tenth.
    expectGradients(autoencoder, step: 0.05, relative: 0.01)
  }

  @Test func theSquaredDistanceHasTheGradientByHand() throws {
    let law = try #require(LatentLaw(mean: [1, 2], covariance: [4, 2, 2, 3]))
    // 2 S⁻¹ (2, 1) with S⁻¹ = [[3, −2], [−2, 4]]/8: (4, 0)/4.
    expectClose(law.squaredDistanceGradient([3, 3]), [1, 0], absolute: 1e-14)
  }
}

@Suite struct LatentLawTests {
  /// By hand: S = [[4, 2], [2, 3]], S⁻¹ = [[3, −2], [−2, 4]]/8, z − m = (2, 1): (12 − 8 + 4)/8 = 1.
  @Test func mahalanobisDistanceIsThatByHand() throws {
    let law = try #require(LatentLaw(mean: [1, 2], covariance: [4, 2, 2, 3]))
    expectClose(law.distance([3, 3]), 1, absolute: 1e-14)
    expectClose(law.distance([1, 2]), 0, absolute: 0)
    // With z − m = (0, 2): 16/8 = 2.
    expectClose(law.distance([1, 4]), 2.0.squareRoot(), absolute: 1e-14)
  }

  @Test func aMatrixThatIsNoCovarianceIsNoLaw() {
    #expect(LatentLaw(mean: [0, 0], covariance: [1, 2, 2, 1]) == nil)
    #expect(LatentLaw(mean: [0], covariance: [.nan]) == nil)
  }

  @Test func aSwitchedOffComponentDoesNoHarm() {
    let law = LatentLaw(fittedTo: (0..<20).map { [Double($0), 5] })
    #expect(law.distance([9.5, 5]) < 1e-9)
    #expect(law.distance([30, 5]) > 3)
  }
}

@Suite struct BlockedFoldsTests {
  @Test(arguments: [78, 132, 140, 141]) func everyWindowIsLeftOutOnceAndNoQuarterIsSeen(_ count: Int) {
    let folds = BlockedFolds(windowCount: count, windowLength: 13)
    let all = (0..<BlockedFolds.count).flatMap { Array(folds.block($0)) }
    #expect(all == Array(0..<count))
    for fold in 0..<BlockedFolds.count {
      let unseen = Set(folds.block(fold).flatMap { $0..<$0 + 13 })
      let seen = Set(folds.training(fold).flatMap { $0..<$0 + 13 })
      #expect(seen.isDisjoint(with: unseen), "fold \(fold) of \(count)")
      // Nothing more is left out than must be.
      let spared = (0..<count).filter { Set($0..<$0 + 13).isDisjoint(with: unseen) }
      #expect(folds.training(fold) == spared)
    }
  }
}

/// Windows that two numbers decide, and noise.
enum LowRank {
  static func windows(count: Int, noise: Double, seed: UInt64 = 5) -> [MaskedGrid] {
    var random = PlainRandom(seed: seed)
    let axes = (0..<2).map { _ in (0..<208).map { _ in random.uniform(-1, 1) } }
    return (0..<count).map { _ in
      let code = [random.uniform(-3, 3), random.uniform(-2, 2)]
      return MaskedGrid(
        (0..<208).map { code[0] * axes[0][$0] + code[1] * axes[1][$0] + noise * random.uniform(-1, 1) },
        factorCount: 16)
    }
  }

  static func hide(_ window: MaskedGrid, cell: Int) -> MaskedGrid {
    var values = window.values
    values[cell] = .nan
    return MaskedGrid(values, factorCount: 16)
  }
}
