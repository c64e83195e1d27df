import Foundation
import MacroScenarios

/// The simplest way to fill a table: straight lines between neighbours, of logarithms where a factor is an index; beyond
/// the first and last known value, that value.
enum Interpolation {
  /// - Parameter table: `[quarter][factor]`, natural values, NaN where missing.
  static func complete(_ table: [[Double]], factors: [RiskFactor]) -> [[Double]] {
    var result = table
    for (factor, kind) in factors.enumerated() {
      let isIndex = kind.unit == .index
      func read(_ quarter: Int) -> Double { isIndex ? log(table[quarter][factor]) : table[quarter][factor] }
      let known = table.indices.filter { table[$0][factor].isFinite }
      for quarter in table.indices where !table[quarter][factor].isFinite {
        let value: Double
        switch (known.last { $0 < quarter }, known.first { $0 > quarter }) {
        case (let before?, let after?):
          let share = Double(quarter - before) / Double(after - before)
          value = (1 - share) * read(before) + share * read(after)
        case (let one?, nil), (nil, let one?): value = read(one)
        case (nil, nil): value = .nan
        }
        result[quarter][factor] = isIndex ? exp(value) : value
      }
    }
    return result
  }
}
