public import Testing

/// Expects `calculated` within `absolute + relative · |expected|` of `expected`; says both, and the tolerance.
///
/// Every call has a reason for its tolerance, here or beside it.
public func expectClose(
  _ calculated: Double, _ expected: Double, absolute: Double = 0, relative: Double = 0, _ subject: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let tolerance = absolute + relative * abs(expected)
  let isClose = calculated == expected || abs(calculated - expected) <= tolerance
  #expect(
    isClose,
    "\(subject) calculated \(calculated), expected \(expected), tolerance \(tolerance)",
    sourceLocation: sourceLocation)
}

/// The same, element by element.
public func expectClose(
  _ calculated: [Double], _ expected: [Double], absolute: Double = 0, relative: Double = 0, _ subject: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    calculated.count == expected.count, "\(subject) has \(calculated.count) elements, expected \(expected.count)",
    sourceLocation: sourceLocation)
  for (index, (left, right)) in zip(calculated, expected).enumerated() {
    expectClose(
      left, right, absolute: absolute, relative: relative, "\(subject)[\(index)]", sourceLocation: sourceLocation)
  }
}
