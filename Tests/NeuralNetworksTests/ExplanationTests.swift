import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

/// Integrated gradients against what must hold: completeness, sensitivity, symmetry, and the answer of a linear model.
@Suite struct IntegratedGradientsTests {
  /// f and its gradient as they stand, one output.
  private func function(
    _ value: @escaping ([Double]) -> Double, _ gradient: @escaping ([Double]) -> [Double]
  ) -> ([[Double]]) -> IntegratedGradients.Evaluation {
    { points in .init(values: points.map { [value($0)] }, gradients: points.map { [gradient($0)] }) }
  }

  @Test(arguments: [1, 2, 3, 8, 21])
  func theRuleIsExactForPolynomials(_ count: Int) {
    let rule = GaussLegendre(count)
    expectClose(rule.weights.reduce(0, +), 1, absolute: 1e-14, "sum of weights")
    for degree in 0..<2 * count {
      let sum = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(degree)) }
      expectClose(sum, 1 / Double(degree + 1), absolute: 1e-13, "∫ t^\(degree)")
    }
    #expect(rule.nodes == rule.nodes.sorted() && rule.nodes.allSatisfy { (0..<1).contains($0) })
  }

  @Test func aLinearFunctionGetsWeightTimesChange() throws {
    let weights = [3.0, -2, 0, 0.5]
    let baseline = [1.0, 1, 1, 1]
    let input = [2.0, 4, 9, 1]
    let found = try IntegratedGradients.attributions(
      from: baseline, to: input,
      function({ zip(weights, $0).reduce(7) { $0 + $1.0 * $1.1 } }, { _ in weights }))[0]
    // Exact but for the rounding of sums of eight weights.
    expectClose(found.values, [3, -6, 0, 0], absolute: 1e-14, "attribution")
    expectClose(found.relativeGap, 0, absolute: 1e-14, "gap")
    #expect(found.change == -3)
  }

  /// x·y from the origin to (a, b): both coordinates have a·b/2; x² y: 2/3 and 1/3 of it.
  @Test func productsAreSharedAsTheIntegralSays() throws {
    let product = try IntegratedGradients.attributions(
      from: [0, 0, 5], to: [2, 3, 9], function({ $0[0] * $0[1] }, { [$0[1], $0[0], 0] }))[0]
    expectClose(product.values, [3, 3, 0], absolute: 1e-13, "x·y: symmetric, and 0 for what is not read")
    let square = try IntegratedGradients.attributions(
      from: [0, 0], to: [2, 3], function({ $0[0] * $0[0] * $0[1] }, { [2 * $0[0] * $0[1], $0[0] * $0[0]] }))[0]
    expectClose(square.values, [8, 4], absolute: 1e-13, "x²·y")
  }

  /// A kink between nodes spoils any fixed rule; halving the pieces finds it.
  @Test func aKinkIsFound() throws {
    let kinks = [0.313, 0.702, 0.7071]
    let found = try IntegratedGradients.attributions(
      from: [0], to: [1], tolerance: 1e-4,
      function(
        { x in kinks.reduce(0) { $0 + max(0, x[0] - $1) } },
        { x in [kinks.reduce(0) { $0 + (x[0] > $1 ? 1 : 0) }] }))[0]
    expectClose(found.values[0], kinks.reduce(0) { $0 + 1 - $1 }, relative: 1e-4, "three kinks")
    #expect(found.nodeCount < 1000)
  }

  @Test func whatDoesNotAddUpIsRefused() {
    // A gradient that is not the function's.
    let error = #expect(throws: IncompleteAttribution.self) {
      try IntegratedGradients.attributions(from: [0], to: [1], function({ $0[0] }, { _ in [2] }))
    }
    #expect(error?.attribution.relativeGap == 1)
    #expect(throws: IncompleteAttribution.self) {
      try IntegratedGradients.attributions(from: [0], to: [1], function({ _ in .nan }, { _ in [0] }))
    }
  }

  @Test func noChangeNeedsNoExplanation() throws {
    let found = try IntegratedGradients.attributions(
      from: [1, 2], to: [1, 2], function({ $0[0] * $0[1] }, { [$0[1], $0[0]] }))[0]
    #expect(found.values == [0, 0] && found.relativeGap == 0 && found.change == 0)
  }

  private static func dense(_ rows: Int, _ columns: Int, seed: UInt64) -> Layer {
    .dense(Dense(weights: noise([rows, columns], seed: seed), bias: noise([columns], seed: seed + 1)))
  }

  /// Two dense layers are linear together: the attribution is (W₁W₂)·Δx, known from the weights alone.
  @Test func aLinearNetworkGetsItsOwnWeights() throws {
    let first = noise([3, 4], seed: 1)
    let second = noise([4, 2], seed: 3)
    let network = NeuralNetwork([Self.dense(3, 4, seed: 1), Self.dense(4, 2, seed: 3)])
    let x = noise([5, 1, 3], seed: 5)
    let baseline = noise([5, 1, 3], seed: 6)
    var weights = Tensor([5, 1, 2])
    weights.storage[2 * 2] = 1  // the first output of the third step
    let found = try network.attributions(at: x, from: baseline, outputWeights: [weights])[0]
    for step in 0..<5 {
      for input in 0..<3 {
        let slope = (0..<4).reduce(0.0) {
          $0 + Double(first.storage[input * 4 + $1]) * Double(second.storage[$1 * 2])
        }
        let place = step * 3 + input
        let expected = step == 2 ? slope * Double(x.storage[place] - baseline.storage[place]) : 0
        // The network works in 32-bit floats.
        expectClose(found.values[place], expected, absolute: 1e-5, "step \(step), input \(input)")
      }
    }
  }

  /// Completeness on what the product uses, for two answers at once; steps after the answer's own have nothing.
  @Test func recurrentNetworksAreExplainedCompletely() throws {
    let network = NeuralNetwork.stackedLSTM(inputs: 3, hidden: [6, 5], outputs: 2, dropout: 0.3, seed: 8)
    let x = noise([7, 1, 3], seed: 9, scale: 3)
    let baseline = noise([7, 1, 3], seed: 10, scale: 3)
    var early = Tensor([7, 1, 2])
    early.storage[3 * 2] = 1
    let all = Tensor([7, 1, 2], repeating: 1)
    let found = try network.attributions(at: x, from: baseline, outputWeights: [early, all])
    for attribution in found {
      #expect(attribution.relativeGap <= IntegratedGradients.tolerance)
      #expect(attribution.values.contains { abs($0) > 0.01 })
    }
    let y = network(x).storage
    let y0 = network(baseline).storage
    // Another kernel for inference: 32-bit floats of about 1.
    expectClose(found[0].change, Double(y[6] - y0[6]), absolute: 1e-5, "Δf of the fourth step")
    #expect(found[0].values[12...].allSatisfy { $0 == 0 }, "nothing after a quarter reaches it")
  }
}

/// The same for networks that read images, and for those whose kinks no fixed rule meets.
@Suite struct ImageAttributionTests {
  static let network = NeuralNetwork(reading: .image(height: 8, width: 6, channels: 2), seed: 4) {
    Convolution2D(6, kernel: (3, 3), activation: .relu)
    MaxPooling2D()
    Convolution2D(4, kernel: (2, 2), activation: .relu)
    Flatten()
    Dense(8, activation: .relu)
    Dense(3)
  }

  @Test func convolutionsWithKinksAreExplainedCompletely() throws {
    let x = noise([1, 8, 6, 2], seed: 21, scale: 3)
    let baseline = noise([1, 8, 6, 2], seed: 22, scale: 3)
    let weights = (0..<3).map { k in Tensor([1, 3], (0..<3).map { $0 == k ? 1 : 0 }) }
    let found = try Self.network.attributions(at: x, from: baseline, outputWeights: weights)
    let y = Self.network(x).storage
    let y0 = Self.network(baseline).storage
    for (index, attribution) in found.enumerated() {
      #expect(attribution.relativeGap <= IntegratedGradients.tolerance && attribution.values.count == 96)
      // 32-bit floats of about 1 by two kernels.
      expectClose(attribution.change, Double(y[index] - y0[index]), absolute: 1e-5, "Δ of output \(index)")
    }
  }

  /// One that gives an image of what it read, as autoencoders do: the answer is the value of one place.
  @Test func anImageMayBeTheAnswer() throws {
    let network = NeuralNetwork(reading: .image(height: 4, width: 4, channels: 1), seed: 5) {
      Convolution2D(1, kernel: (3, 3), padding: .same)
    }
    let x = noise([1, 4, 4, 1], seed: 23)
    var corner = Tensor([1, 4, 4, 1])
    corner.storage[0] = 1
    let found = try network.attributions(at: x, from: Tensor([1, 4, 4, 1]), outputWeights: [corner])[0]
    for place in 0..<16 where place % 4 > 1 || place / 4 > 1 {
      #expect(found.values[place] == 0, "a 3 × 3 kernel at the corner reads the four places there")
    }
    // Linear: the rule is exact but for 32-bit floats.
    expectClose(found.completenessGap, 0, absolute: 1e-6, "gap")
    #expect(found.values.count { $0 != 0 } == 4)
  }
}

@Suite struct PermutationImportanceTests {
  /// y = 2a + 0·b on the whole plane: permuting b changes nothing, permuting a by another's value costs 4·E(aᵢ − aⱼ)².
  @Test func anUnusedFeatureHasNone() {
    let a = [1.0, 4, -2, 0.5]
    let shifts = PermutationImportance.cyclicShifts(of: 4)
    let found = PermutationImportance.rises(groups: 2, permutations: shifts) { group, sources in
      zip(a.indices, sources).reduce(0) { sum, pair in
        let read = group == 0 ? a[pair.1] : a[pair.0]
        return sum + 4 * (a[pair.0] - read) * (a[pair.0] - read) / 4
      }
    }
    let mean = a.reduce(0, +) / 4
    let variance = a.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
    // Over all pairs i ≠ j the mean of (aᵢ − aⱼ)² is twice the variance.
    expectClose(found[0].mean, 4 * 2 * variance, relative: 1e-12, "used")
    #expect(found[1].mean == 0 && found[1].values == [0, 0, 0])
  }

  @Test func shiftsPairEachCaseWithEachOtherOnce() {
    let shifts = PermutationImportance.cyclicShifts(of: 5)
    #expect(shifts.count == 4)
    for place in 0..<5 { #expect(Set(shifts.map { $0[place] }) == Set(0..<5).subtracting([place])) }
    let random = PermutationImportance.random(3, of: 50, seed: 1)
    #expect(random.allSatisfy { Set($0) == Set(0..<50) } && random[0] != random[1])
    #expect(random == PermutationImportance.random(3, of: 50, seed: 1))
  }
}

@Suite struct PartialDependenceTests {
  @Test func aLinearModelHasALine() {
    let sample = [[1.0, 2], [0, -3], [4, 4]]
    let grid = [-1.0, 0, 2, 5]
    let curves = PartialDependence.means(over: grid, sample: sample.count) { value, index in
      [7 + 3 * value - 2 * sample[index][1], sample[index][0]]
    }
    expectClose(curves[0], grid.map { 7 + 3 * $0 - 2 }, absolute: 1e-12, "slope 3 through the mean of the rest")
    expectClose(curves[1], [5.0 / 3, 5.0 / 3, 5.0 / 3, 5.0 / 3], absolute: 1e-12, "not read: flat")
  }
}
