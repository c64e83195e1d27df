import Testing

@testable import SatelliteModels

@Suite struct DieboldMarianoTests {
  private static let series: [[Double]] = [
    [0.9, 0.7, 0.4, 0.5, -0.1, -0.3, 0.1, 0.4, 0.6, 0.8, 0.9, 0.3, -0.2, 0.1],
    [0.3, 0.5, -0.2, 0.9, 1.1, 0.4, -0.6, 0.2, 0.8, 0.7, -0.1, 0.5],
    [3, -1, 3, -1, 3, -1, 3, -1],
  ]

  /// From the package `dieboldmariano` 1.1.0 (`Tests/ReferenceImplementations/diebold_mariano.py`); the last two rows are
  /// those whose truncated variance is negative.
  @Test(arguments: [
    (0, 1, 3.4140351473865183, 0.004616161591017403), (0, 2, 2.199395156808797, 0.04654920232241181),
    (0, 3, 2.1123139809235987, 0.05457809310775152), (1, 1, 2.6404225014030414, 0.022975859883426607),
    (1, 2, 2.3996858798622447, 0.03525215478864061), (1, 3, 2.825034470281099, 0.016518234801664262),
    (2, 2, 3.24037034920393, 0.014245753043813038),
  ])
  func agreesWithAnotherImplementation(_ row: Int, _ overlap: Int, _ statistic: Double, _ pValue: Double) throws {
    let test = try #require(DieboldMariano(differentials: Self.series[row], overlap: overlap))
    #expect(abs(test.statistic - statistic) < 1e-12)
    // Its t distribution is good to 1e-11.
    #expect(abs(test.pValue - pValue) < 1e-9)
  }

  /// Without overlap the corrected statistic is Student's for one sample: mean 2.5, deviation √(5/3), n = 4.
  @Test func withoutOverlapItIsStudents() throws {
    let test = try #require(DieboldMariano(differentials: [1, 2, 3, 4], overlap: 1))
    #expect(abs(test.statistic - 2.5 / (5.0 / 3).squareRoot() * 2) < 1e-14)
  }

  @Test func changingPlacesChangesTheSignAlone() throws {
    let one = try #require(DieboldMariano(differentials: Self.series[0], overlap: 2))
    let other = try #require(DieboldMariano(differentials: Self.series[0].map { -$0 }, overlap: 2))
    #expect(one.statistic == -other.statistic && one.pValue == other.pValue)
  }

  @Test func whatCannotBeTestedHasNoStatistic() {
    #expect(DieboldMariano(differentials: [1, 1, 1, 1], overlap: 2) == nil)
    #expect(DieboldMariano(differentials: [1, 2], overlap: 2) == nil)
    #expect(DieboldMariano(differentials: [], overlap: 1) == nil)
  }
}
