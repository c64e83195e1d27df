import Foundation
import NeuralNetworks
import Testing

/// Largest |calculated − expected| over all values.
func largestDifference(_ calculated: [Float], _ expected: [Float]) -> Float {
  precondition(calculated.count == expected.count, "\(calculated.count) values, expected \(expected.count)")
  return zip(calculated, expected).map { abs($0 - $1) }.max() ?? 0
}

func expectClose(
  _ calculated: [Float], _ expected: [Float], within tolerance: Float, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard calculated.count == expected.count else {
    Issue.record(
      "\(what): \(calculated.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  for index in expected.indices where !(abs(calculated[index] - expected[index]) <= tolerance) {
    Issue.record(
      "\(what)[\(index)]: calculated \(calculated[index]), expected \(expected[index]), tolerance \(tolerance)",
      sourceLocation: sourceLocation)
    return
  }
}

/// Repeatable numbers in [−1, 1) for inputs whose values do not matter.
func noise(_ shape: [Int], seed: UInt64, scale: Float = 1) -> Tensor {
  var state = seed &* 2 &+ 1
  let values = (0..<shape.reduce(1, *)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return scale * (Float(state >> 40) / Float(1 << 23) - 1)
  }
  return Tensor(shape, values)
}

/// The folder beside the tests.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
