import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct CrisisClassifierTests {
  private static let fixture = FixtureTable("multinomial_logistic.csv")

  /// The sample of the reference script.
  private static var sample: (rows: [[Double]], classes: [Int]) {
    let rows = (0..<40).map { i -> [Double] in
      (0..<3).map { j -> Double in
        let ripple = 0.1 * Double((7 * i + 3 * j) % 5)
        return sin(1.7 * Double(i) + Double(j)) + ripple
      }
    }
    let classes = rows.enumerated().map { i, row -> Int in
      if i % 7 == 0 { return i % 3 }
      let mix: Double = row[0] + 0.5 * row[1]
      return mix > 0.9 ? 2 : row[2] > 0.6 ? 1 : 0
    }
    return (rows, classes)
  }

  /// scikit-learn stops where its slope is 1e-12; what is left is the rounding of both.
  @Test(arguments: [0.001, 0.05, 1.0])
  func logisticAgreesWithScikitLearn(penalty: Double) {
    let (rows, classes) = Self.sample
    let fit = MultinomialLogistic(rows, classes, penalty: penalty)
    for row in Self.fixture.rows where row.number("penalty") == penalty {
      let k = Int(row.number("class"))
      expectClose(fit.intercepts[k], row.number("intercept"), absolute: 1e-6, "intercept \(k)")
      expectClose(fit.coefficients[k], ["b0", "b1", "b2"].map(row.number), absolute: 1e-6, "class \(k)")
      expectClose(fit.probabilities(rows[0])[k], row.number("p_first"), absolute: 1e-7)
      expectClose(fit.probabilities(rows[39])[k], row.number("p_last"), absolute: 1e-7)
    }
  }

  /// The slope of the objective is 0 in every parameter at the minimum.
  @Test func logisticMeetsItsOwnEquations() {
    let (rows, classes) = Self.sample
    let penalty = 0.07
    let fit = MultinomialLogistic(rows, classes, penalty: penalty)
    for k in 0..<3 {
      let residuals = zip(rows, classes).map { fit.probabilities($0)[k] - ($1 == k ? 1 : 0) }
      expectClose(residuals.reduce(0, +) / 40, 0, absolute: 1e-9)
      for j in 0..<3 {
        let slope = zip(rows, residuals).reduce(0) { $0 + $1.0[j] * $1.1 } / 40
        expectClose(slope + penalty * fit.coefficients[k][j], 0, absolute: 1e-9)
      }
    }
    expectClose(fit.intercepts.reduce(0, +), 0, absolute: 1e-9)
  }

  private static var image: [Double] {
    (0..<EarlyWarningModel.windowCells).map { cell -> Double in
      let height = 1 + Double(cell % 5) / 5
      return sin(0.37 * Double(cell)) * height
    }
  }

  /// Central differences of the probability of a warning; the network is of single precision.
  @Test(arguments: EarlyWarningModel.Kind.allCases)
  func warningGradientIsTheSlopeOfTheProbability(kind: EarlyWarningModel.Kind) throws {
    let model = try CrisisFixture.model.get()
    func check(_ classifier: some CrisisClassifier, step: Double, tolerance: Double) {
      let gradient = classifier.warningGradient([Self.image])[0]
      for cell in stride(from: 0, to: Self.image.count, by: 7) {
        var higher = Self.image, lower = Self.image
        higher[cell] += step
        lower[cell] -= step
        let p = classifier.probabilities([higher, lower])
        expectClose(gradient[cell], (p[1][0] - p[0][0]) / (2 * step), absolute: tolerance, "cell \(cell)")
      }
    }
    if kind == .network {
      check(model.network, step: 1e-2, tolerance: 5e-4)
    } else {
      check(model.logistic, step: 1e-5, tolerance: 1e-8)
    }
  }

  /// A model whose probability is a straight line: contributions are weight times cell.
  private struct StraightLine: CrisisClassifier {
    let weights: [Double]
    func probabilities(_ images: [[Double]]) -> [[Double]] {
      images.map { image in
        let warning = 0.4 + zip(weights, image).reduce(0) { $0 + $1.0 * $1.1 }
        return [1 - warning, warning, 0]
      }
    }
    func warningGradient(_ images: [[Double]]) -> [[Double]] { images.map { _ in weights } }
  }

  @Test func attributionOfAStraightLineIsKnown() {
    let weights = Self.image.indices.map { 1e-3 * Double($0 % 11 - 5) }
    let attribution = WarningAttribution.all(of: StraightLine(weights: weights), at: [Self.image], steps: 3)[0]
    expectClose(attribution.values, zip(weights, Self.image).map { $0 * $1 }, absolute: 1e-15)
    expectClose(attribution.baselineValue, 0.4, absolute: 1e-15)
    expectClose(attribution.completenessGap, 0, absolute: 1e-14)
    expectClose(WarningAttribution.byIndicator(attribution).reduce(0, +), attribution.change, absolute: 1e-14)
  }

  /// Contributions add up to within one percent of what they explain, or of a hundredth of a point where that is nothing.
  @Test func attributionsAddUp() throws {
    let model = try CrisisFixture.model.get()
    let images = [Self.image, Self.image.map { -0.5 * $0 }]
    let ofNetwork = WarningAttribution.all(of: model.network, at: images)
    let ofLogistic = WarningAttribution.all(of: model.logistic, at: images)
    for attribution in ofNetwork + ofLogistic {
      let allowed = 0.01 * abs(attribution.change) + 1e-4
      #expect(abs(attribution.completenessGap) <= allowed)
    }
  }

  @Test func trainingIsTheSameTwice() throws {
    let sample = try CrisisFixture.sample()
    let training = CrisisFold.all(of: sample)[1].training
    let material = CrisisMaterial(sample, training: training)
    let first = try material.network(CrisisFixture.tiny.network)
    #expect(try material.network(CrisisFixture.tiny.network) == first)
    #expect(first.members[0] != first.members[1])
    #expect(material.logistic(penalty: 0.3) == material.logistic(penalty: 0.3))
  }

  /// On windows it has learned from, a network tells most crises from calm: the images and labels belong together.
  @Test func networkLearnsItsOwnWindows() throws {
    let sample = try CrisisFixture.sample()
    let all = Array(sample.quarters.indices)
    let material = CrisisMaterial(sample, training: all)
    let network = try material.network(CrisisNetwork.Settings(members: 1, epochs: 60, learningRate: 1e-2))
    let p = network.probabilities(all.map(material.image))
    let area = ProbabilityScore.areaUnderCurve(p.map { $0[2] }, material.labels.levels.map { $0 == .crisis })
    #expect(area ?? 0 > 0.95, "area under the curve \(area ?? 0)")
  }
}
