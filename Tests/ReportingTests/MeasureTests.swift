import Testing

@testable import Reporting

@Suite struct MeasureTests {
  /// Places after the first significant digit of the error are never printed.
  @Test(
    arguments: [
      (0.098765, nil, "9.88"), (0.098765, 0.0004, "9.88"), (0.098765, 0.001, "9.9"), (0.098765, 0.0099, "9.9"),
      (0.098765, 0.01, "10"), (0.098765, 0.25, "10"), (-0.0001, nil, "−0.01"), (-0.00001, nil, "0.00"),
      (12.3456, nil, "1,234.56"),
    ] as [(Double, Double?, String)])
  func fractionAsPercent(value: Double, error: Double?, expected: String) {
    let text = Measure.finePercent.number(value, error: error)
    #expect(text == expected, "calculated \(text), expected \(expected)")
  }

  @Test(arguments: [
    (683_412.37, 1_230.0, "683"), (683_412.37, 230.0, "683.4"), (683_412.37, 12_300.0, "680"),
    (683_412.37, 123_000.0, "700"), (1_234_567_890, 1, "1,234,567.9"), (-2_500, 2, "−2.5"),
  ])
  func millionsAsBillions(value: Double, error: Double, expected: String) {
    let text = Measure.billions(of: "USD").number(value, error: error)
    #expect(text == expected, "calculated \(text), expected \(expected)")
  }

  @Test func signAndUnit() {
    #expect(Measure.basisPoints.signed(0.0312) == "+312")
    #expect(Measure.basisPoints.signed(-0.0312) == "−312")
    #expect(Measure.basisPoints.signed(0) == "0")
    #expect(Measure.billions(of: "EUR").text(1500) == "EUR\u{A0}1.5\u{A0}billion")
  }

  @Test func ticksAreRoundAndInside() {
    let scale = Scale((3.2, 17.9), onto: (0, 100))
    #expect(scale.ticks(6) == [5, 10, 15])
    #expect(Scale((0.01, 1), onto: (0, 100), isLogarithmic: true).ticks(3) == [0.01, 0.1, 1])
    #expect(Scale.rounded(3.2, 17.9, steps: 6).lower == 0 && Scale.rounded(3.2, 17.9, steps: 6).upper == 20)
  }
}
