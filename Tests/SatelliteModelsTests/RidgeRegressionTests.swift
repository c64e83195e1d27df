import MacroScenarios
import Testing

@testable import SatelliteModels

@Suite struct RidgeRegressionTests {
  /// Two centred regressors with Σx₁² = 4, Σx₂² = 4, Σx₁x₂ = 0: the closed form is bⱼ = Σxⱼy / (4 + nλⱼ).
  @Test(arguments: [(0.0, 0.0), (0.5, 0.0), (0.25, 2.0)])
  func orthogonalRegressorsHaveAClosedForm(_ penalties: (Double, Double)) {
    let rows: [[Double]] = [[1, 1], [1, -1], [-1, 1], [-1, -1]].map { [$0[0] + 10, $0[1] - 3] }
    let targets = [7.0, 3, 2, -2]
    let fit = RidgeRegression(rows, targets, penalties: [penalties.0, penalties.1])
    let first = 10 / (4 + 4 * penalties.0)
    let second = 8 / (4 + 4 * penalties.1)
    #expect(abs(fit.coefficients[0] - first) < 1e-12)
    #expect(abs(fit.coefficients[1] - second) < 1e-12)
    #expect(abs(fit.intercept - (2.5 - 10 * first + 3 * second)) < 1e-12)
  }

  /// The stationarity of the objective, Σ xᵢⱼ rᵢ = nλⱼbⱼ and Σ rᵢ = 0, holds at the solution and nowhere else.
  @Test func correlatedRegressorsMeetTheNormalEquations() {
    let rows = (0..<30).map { i in
      let t = Double(i)
      return [t, t * t / 30 + Double(i % 3), Double(i * 7 % 11)]
    }
    let targets = (0..<30).map { Double($0 * 13 % 17) }
    let penalties = [0, 0.3, 2]
    let fit = RidgeRegression(rows, targets, penalties: penalties)
    let residuals = zip(rows, targets).map { row, target in
      target - fit.intercept - zip(row, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(abs(residuals.reduce(0, +)) < 1e-9)
    for j in 0..<3 {
      let slope = zip(rows, residuals).reduce(0) { $0 + $1.0[j] * $1.1 }
      #expect(abs(slope - 30 * penalties[j] * fit.coefficients[j]) < 1e-7)
    }
  }

  @Test func theChallengerUsesItsOwnProjectionAsTheNextLag() {
    var coefficients = [Double](repeating: 0, count: 5 * MacroFeature.all.count)
    coefficients[0] = 0.1  // cards, first feature
    let model = LinearChallenger(
      intercepts: [1, 0, 0, 0, 0], persistence: [0.5, 1, 0, 0, 0], coefficients: coefficients)
    var row = [Double](repeating: 0, count: MacroFeature.all.count)
    row[0] = 10
    let projected = model.project([row, row, row], from: [4, 3, 2, 1, 0])
    // 1 + 0.5·4 + 1 = 4, and so for ever; the second series stands still; the others are 0 at once.
    #expect(projected == [[Double]](repeating: [4, 3, 0, 0, 0], count: 3))
  }
}

@Suite struct LinearVariantTests {
  /// Karush, Kuhn and Tucker: a free or non-zero coefficient has no gradient, one at its bound is pushed against it.
  @Test func signedCoefficientsAreOptimalWithinTheirBounds() {
    let rows = (0..<40).map { i in
      let t = Double(i)
      return [t / 10, Double(i * i % 13) / 5 + t / 20, Double(i * 7 % 11) / 3, Double(i % 4)]
    }
    let targets = rows.enumerated().map { i, row in row[0] - 0.7 * row[1] + 0.3 * row[2] + Double(i * 5 % 7) / 4 }
    let penalties = [0, 0.3, 0.1, 0.2]
    let signs = [0, 1, -1, 1]
    let fit = RidgeRegression(rows, targets, penalties: penalties, signs: signs)
    let residuals = zip(rows, targets).map { row, target in
      target - fit.intercept - zip(row, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(abs(residuals.reduce(0, +)) < 1e-9)
    for j in 0..<4 {
      let descent = zip(rows, residuals).reduce(0) { $0 + $1.0[j] * $1.1 } - 40 * penalties[j] * fit.coefficients[j]
      #expect(fit.coefficients[j] * Double(signs[j]) >= 0)
      if fit.coefficients[j] == 0 {
        #expect(descent * Double(signs[j]) <= 0)
      } else {
        #expect(abs(descent) < 1e-8)
      }
    }
    #expect(fit.coefficients[1] == 0 && fit.coefficients[2] == 0, "both wrong signs are held at 0")
    let free = RidgeRegression(rows, targets, penalties: penalties, signs: [0, 0, 0, 0])
    let direct = RidgeRegression(rows, targets, penalties: penalties)
    for j in 0..<4 { #expect(abs(free.coefficients[j] - direct.coefficients[j]) < 1e-9) }
  }

  @Test func variantsKeepTheirPromises() throws {
    let sample = try LossRateSample(
      history: Fixture.history(), chargeOffs: Fixture.chargeOffs(), cutAfter: .init(year: 2015, number: 2))
    let normalisation = sample.normalisation
    func model(_ specification: LinearSpecification) -> LinearChallenger {
      LinearChallenger(fittedTo: sample, normalisation: normalisation, specification)
    }
    let width = MacroFeature.all.count
    let signed = model(.init(keepsExpectedSigns: true))
    let six = model(.init(features: LinearSpecification.sixFeatures))
    for (cell, feature) in (0..<LoanSeries.count).flatMap({ _ in MacroFeature.all }).enumerated() {
      #expect(signed.coefficients[cell] * Double(feature.expectedSign) >= 0)
      #expect((six.coefficients[cell] != 0) == LinearSpecification.sixFeatures.contains(feature.id))
    }
    // A heavy penalty leaves nothing of a coefficient, or little but the mean of the loan types.
    let spread = { (values: ArraySlice<Double>) in abs(values.max()! - values.min()!) }
    let heavy = model(.init(penalty: 1e6))
    #expect(spread(heavy.coefficients[...]) < 1e-6)
    let together = model(.init(penalty: 1e3, sharesCoefficients: true))
    let largest = { (model: LinearChallenger) in model.coefficients.map(abs).max()! }
    #expect(largest(together) > 5 * largest(model(.init(penalty: 1e3))))
    for feature in 0..<width {
      let signs = Set((0..<LoanSeries.count).map { together.coefficients[$0 * width + feature].sign })
      #expect(signs.count == 1)
    }
  }

  @Test(arguments: [TargetScale.squareRoot, .logarithm, .level], [-0.0004, 0, 0.003, 0.11])
  func aScaleAndItsInverse(_ scale: TargetScale, _ rate: Double) {
    #expect(abs(scale.rate(scale.transform(rate)) - rate) < 1e-15)
  }
}
