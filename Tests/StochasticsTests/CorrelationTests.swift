import Stochastics
import TestSupport
import Testing

@Suite struct CorrelationTests {
  static let indefinite = [1, 1, 0, 1, 1, 1, 0, 1, 1].map(Double.init)

  @Test func shrinksAsLedoitAndWolfDo() {
    let rows = FixtureTable("ledoit_wolf.csv").rows
    func numbers(_ kind: String) -> [Double] {
      rows.filter { $0.text("kind") == kind }.flatMap { row in (1...4).map { row.number("c\($0)") } }
    }
    let calculated = LedoitWolf(observations: numbers("observation"), columns: 4)
    // The same sums in another order.
    expectClose(calculated.covariance, numbers("shrunk"), absolute: 1e-14, "shrunk")
    expectClose(calculated.intensity, rows.filter { $0.text("kind") == "intensity" }[0].number("c1"), relative: 1e-12)
  }

  @Test func manyObservationsNeedLittleShrinkage() {
    var stream = RandomStream(seed: 4, stream: .backtests, path: 0)
    func intensity(_ count: Int) -> Double {
      let rows = (0..<count).flatMap { _ -> [Double] in
        let a = stream.normal()
        let b = stream.normal()
        return [a, 0.8 * a + 0.6 * b]
      }
      return LedoitWolf(observations: rows, columns: 2).intensity
    }
    let few = intensity(20)
    let many = intensity(20_000)
    #expect(few > many && many < 0.001 && many > 0)
  }

  @Test func repairsHighamsExample() throws {
    let row = try #require(FixtureTable("nearest_correlation.csv").rows.first)
    let repaired = NearestCorrelation(to: Self.indefinite, dimension: 3)
    let a = row.number("neighbours")
    let b = row.number("ends")
    // The eigenvalue floor of 10⁻⁸ moves entries by about as much.
    expectClose(repaired.matrix.values, [1, a, b, a, 1, a, b, a, 1], absolute: 1e-7, "nearest")
    #expect(repaired.residual < 1e-12)
    expectClose(a, 0.7607, absolute: 5e-5)
    expectClose(b, 0.1573, absolute: 5e-5)
  }

  @Test func nothingNearerIsACorrelationMatrix() {
    let repaired = NearestCorrelation(to: Self.indefinite, dimension: 3)
    var stream = RandomStream(seed: 4, stream: .backtests, path: 1)
    for _ in 0..<2_000 {
      var other = repaired.matrix.values
      for (i, j) in [(0, 1), (0, 2), (1, 2)] {
        other[3 * i + j] = min(1, max(-1, other[3 * i + j] + 0.05 * stream.normal()))
        other[3 * j + i] = other[3 * i + j]
      }
      guard (try? CorrelationMatrix(other, dimension: 3)) != nil else { continue }
      let distance = zip(other, Self.indefinite).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      #expect(distance >= repaired.distance - 1e-7)
    }
  }

  @Test func aCorrelationMatrixIsItsOwnNearest() throws {
    let values = [1, 0.5, -0.2, 0.5, 1, 0.1, -0.2, 0.1, 1]
    expectClose(NearestCorrelation(to: values, dimension: 3).matrix.values, values, absolute: 1e-12)
  }

  @Test func theFactorMultipliesBack() throws {
    let values = [1, 0.5, -0.2, 0.5, 1, 0.1, -0.2, 0.1, 1]
    let matrix = try CorrelationMatrix(values, dimension: 3)
    for i in 0..<3 {
      for j in 0..<3 {
        let product = (0..<3).reduce(0) { $0 + matrix.choleskyFactor[3 * i + $1] * matrix.choleskyFactor[3 * j + $1] }
        expectClose(product, values[3 * i + j], absolute: 1e-15)
      }
    }
    #expect(matrix.choleskyFactor[1] == 0 && matrix.choleskyFactor[2] == 0 && matrix.choleskyFactor[5] == 0)
  }

  @Test func aSingularMatrixIsFactorised() throws {
    let matrix = try CorrelationMatrix([1, 1, 1, 1], dimension: 2)
    // Moved by 10⁻¹⁰, less rounding.
    expectClose(matrix.values, [1, 1, 1, 1], absolute: 1.01e-10)
  }

  @Test func whatIsWrongIsNamed() {
    typealias Problem = CorrelationMatrix.Problem
    #expect(throws: Problem.shape(expected: 4, found: 3)) { try CorrelationMatrix([1, 0, 0], dimension: 2) }
    #expect(throws: Problem.notFinite(row: 0, column: 1)) { try CorrelationMatrix([1, .nan, 0, 1], dimension: 2) }
    #expect(throws: Problem.diagonal(row: 1, found: 2)) { try CorrelationMatrix([1, 0, 0, 2], dimension: 2) }
    #expect(throws: Problem.asymmetric(row: 1, column: 0, found: 0.2, mirrored: 0.1)) {
      try CorrelationMatrix([1, 0.1, 0.2, 1], dimension: 2)
    }
    #expect(throws: Problem.outsideUnitInterval(row: 1, column: 0, found: 1.5)) {
      try CorrelationMatrix([1, 1.5, 1.5, 1], dimension: 2)
    }
    do {
      _ = try CorrelationMatrix(Self.indefinite, dimension: 3)
      Issue.record("an indefinite matrix was taken")
    } catch {
      guard case .indefinite(let smallest) = error else {
        Issue.record("another error: \(error.text)")
        return
      }
      // Eigenvalues of that matrix: 1 − √2, 1, 1 + √2.
      expectClose(smallest, 1 - 2.0.squareRoot(), absolute: 1e-14)
    }
  }

  @Test func spectralRadiusOfARotation() throws {
    // Eigenvalues 0.6 ± 0.6i.
    expectClose(try #require(spectralRadius([0.6, -0.6, 0.6, 0.6], 2)), 0.72.squareRoot(), relative: 1e-14)
  }
}
