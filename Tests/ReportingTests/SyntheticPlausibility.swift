import Foundation
import StressTesting

/// Invented rows of the plausibility models: history goes round in a spiral, the crises and the scenario lie close together.
enum SyntheticPlausibility {
  private typealias Row = StressTestResult.Row

  static func rows(windows: Int, futures: Int) -> [StressTestResult.Row] {
    var rows: [Row] = []
    func add(
      _ item: String, _ statistic: String, _ variant: String?, _ value: Double, _ unit: String, _ quarter: String? = nil
    ) {
      rows.append(
        Row(
          entity: "system", quarter: quarter, item: item, statistic: statistic, variant: variant, value: value,
          unit: unit))
    }
    for (measure, base) in [("reconstruction_error", 0.5), ("mahalanobis_distance", 3.2)] {
      for (kind, shift) in [("autoencoder", 0.25), ("pca", 0.5)] {
        let item = "plausibility_\(measure)", value = base + shift
        add(item, "central", kind, value, "standard deviations")
        add(item, "history_rank", kind, value > 3 ? 1 : 0.75, "fraction")
        add(item, "history_highest", kind, 3.125, "standard deviations")
        add(item, "beyond_history", kind, value > 3 ? 1 : 0, "count")
        add(item, "futures_rank", kind, 0.5, "fraction")
        add(item, "futures_beyond_history", kind, 0.25, "fraction")
        for (name, figure) in [("1990", 0.75), ("2001", 1.25), ("2008", 2.5), ("2020", 3.125)] {
          add(item, "crisis_\(name)", kind, figure, "standard deviations")
          add(item, "crisis_\(name)_rank", kind, figure / 4, "fraction")
        }
      }
    }
    add("plausibility", "default", "pca", 1, "count")
    add("plausibility", "history_windows", nil, Double(windows), "count")
    add("plausibility", "futures", nil, 1024, "count")
    func point(_ name: String?, _ x: Double, _ y: Double, _ quarter: String? = nil) {
      add("plausibility_map", "x", name, x, "standard deviations", quarter)
      add("plausibility_map", "y", name, y, "standard deviations", quarter)
    }
    point("scenario", 2.5, 1.5)
    for (index, name) in ["1990", "2001", "2008", "2020"].enumerated() {
      point(name, 2.25 + 0.125 * Double(index), 1.25 + 0.0625 * Double(index % 2))
    }
    for window in 0..<windows {
      let quarter = "\(1988 + window / 4)Q\(window % 4 + 1)"
      point(nil, Double((window * 7) % 17 - 8) / 4, Double((window * 5) % 13 - 6) / 4, quarter)
    }
    for future in 0..<futures {
      point("future \(future)", 2.5 + Double((future * 3) % 11 - 5) / 8, 1.5 + Double((future * 5) % 7 - 3) / 8)
    }
    for (axis, name, value) in [
      ("x", "Unemployment rate", 0.75), ("x", "Growth of House price index", -0.5), ("y", "CPI inflation rate", 0.625),
    ] { add("plausibility_map", "\(axis)_correlation", name, value, "fraction") }
    return rows
  }
}
