import Testing

@testable import Reporting

@Suite struct HeatMapTests {
  /// Few columns and a long legend: the legend decides the width.
  @Test(arguments: [1, 3, 20])
  func everyLegendEntryFitsInTheDrawing(columns: Int) {
    let names = (0..<7).map { "from \(1_000 * $0) basis points" }
    let map = HeatMap(
      title: "t", description: "d", measure: .plain, columns: (0..<columns).map { "\($0)" },
      rows: [(name: "row", values: (0..<columns).map { Double($0) })],
      shades: names.enumerated().map { .init(from: Double($0), name: $1, style: "calm", isDark: false) },
      legendTitle: "basis points:")
    let letters = names.reduce(0) { $0 + $1.count } + "basis points:".count
    // Small labels take about five and a half units a letter.
    #expect(map.drawing().width > 5.5 * Double(letters) + 21 * 7)
  }
}
