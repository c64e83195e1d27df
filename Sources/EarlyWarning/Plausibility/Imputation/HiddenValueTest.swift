import Foundation
import MacroScenarios

/// Hides values that are known, in blocks of history that the models have not seen, and counts how well each method finds
/// them again.
///
/// A fold's member sees only the quarters of its own block's windows, none of which it was fitted on. Each quarter is hidden
/// in the one block in whose middle it lies. An error is a difference of percent, or of logarithms of an index.
struct HiddenValueTest: Sendable {
  /// Sum of squared errors of one method on one factor in one fold, and how many.
  struct Cell: Sendable, Equatable {
    var sum = 0.0
    var count = 0
  }

  /// Known values that were hidden from the methods, quarter by factor.
  struct Case: Sendable {
    let fold: Int
    let pattern: HidingPattern
    /// First quarter of the table, counted from that of the sample.
    let first: Int
    /// `[quarter][factor]`, natural, with NaN in place of what is hidden.
    let table: [[Double]]
    let hidden: [(quarter: Int, factor: Int)]
  }

  let factors: [RiskFactor]
  /// `[method][pattern][fold][factor]`, in the order of the cases.
  let cells: [[[[Cell]]]]

  private static let pandemic = Quarter(year: 2020, number: 1)...Quarter(year: 2021, number: 2)

  /// - Parameters:
  ///   - completions: for each method the tables of the cases, filled.
  ///   - leavesOutPandemic: whether errors of 2020Q1–2021Q2 are left out.
  init(
    _ sample: HistorySample, _ cases: [Case], completions: [ImputationMethod: [[[Double]]]], leavesOutPandemic: Bool
  ) {
    factors = sample.scale.factors
    let empty = [[Cell]](
      repeating: [Cell](repeating: Cell(), count: sample.scale.factors.count), count: BlockedFolds.count)
    var cells = ImputationMethod.allCases.map { _ in HidingPattern.allCases.map { _ in empty } }
    for (methodIndex, method) in ImputationMethod.allCases.enumerated() {
      guard let completed = completions[method] else { continue }
      for (test, table) in zip(cases, completed) {
        let pattern = HidingPattern.allCases.firstIndex(of: test.pattern)!
        for (quarter, factor) in test.hidden {
          let truth = sample.rows[test.first + quarter + 1][factor]
          if leavesOutPandemic, Self.pandemic.contains(sample.quarter(test.first + quarter)) { continue }
          let error = Self.error(of: table[quarter][factor], truth, sample.scale.factors[factor])
          cells[methodIndex][pattern][test.fold][factor].sum += error * error
          cells[methodIndex][pattern][test.fold][factor].count += 1
        }
      }
    }
    self.cells = cells
  }

  /// A difference for a rate, of logarithms for an index.
  static func error(of value: Double, _ truth: Double, _ factor: RiskFactor) -> Double {
    factor.unit == .index ? log(value / truth) : value - truth
  }

  /// All cases of all folds, in one order.
  static func cases(_ sample: HistorySample, _ folds: BlockedFolds) -> [Case] {
    (0..<BlockedFolds.count).flatMap { cases(sample, folds, fold: $0) }
  }

  private static func cases(_ sample: HistorySample, _ folds: BlockedFolds, fold: Int) -> [Case] {
    let block = folds.block(fold), length = folds.windowLength
    let first = block.lowerBound
    let rows = Array(sample.rows[first + 1..<block.upperBound + length])
    // Quarters near a block's edge are hidden in the neighbour, in whose middle they lie.
    let own =
      (fold == 0 ? 0 : length / 2)..<(fold == BlockedFolds.count - 1 ? rows.count : block.count + length / 2)
    let factorCount = sample.scale.factors.count
    func make(_ pattern: HidingPattern, _ isHidden: (Int, Int) -> Bool) -> Case {
      var table = rows
      var hidden: [(quarter: Int, factor: Int)] = []
      for quarter in own {
        for factor in 0..<factorCount where rows[quarter][factor].isFinite && isHidden(quarter, factor) {
          table[quarter][factor] = .nan
          hidden.append((quarter, factor))
        }
      }
      return Case(fold: fold, pattern: pattern, first: first, table: table, hidden: hidden)
    }
    var cases = (0..<16).map { phase in make(.singleValues) { (7 * $0 + 3 * $1) % 16 == phase } }
    for factor in 0..<factorCount {
      cases += (0..<3).map { phase in make(.runs) { $1 == factor && ($0 + 4 * phase) % 12 < 4 } }
    }
    cases += (0..<8).map { phase in make(.wholeQuarters) { quarter, _ in quarter % 8 == phase } }
    for window in block.indices {
      let start = window - first
      for factor in 0..<factorCount {
        var table = Array(rows[start..<start + length])
        let hidden = (length - 2..<length).filter { table[$0][factor].isFinite }
        for quarter in hidden { table[quarter][factor] = .nan }
        cases.append(
          Case(
            fold: fold, pattern: .lastQuarters, first: window, table: table,
            hidden: hidden.map { (quarter: $0, factor: factor) }))
      }
    }
    return cases.filter { !$0.hidden.isEmpty }
  }

  /// RMSE of a factor over the given folds, which may repeat; `nil` where nothing was hidden.
  func rmse(_ method: ImputationMethod, _ pattern: HidingPattern, factor: Int, folds: [Int]) -> Double? {
    let table = cells[ImputationMethod.allCases.firstIndex(of: method)!][
      HidingPattern.allCases.firstIndex(of: pattern)!]
    var sum = 0.0, count = 0
    for fold in folds {
      sum += table[fold][factor].sum
      count += table[fold][factor].count
    }
    return count == 0 ? nil : (sum / Double(count)).squareRoot()
  }

  /// Mean over the factors of RMSE over that of interpolation.
  func relative(_ method: ImputationMethod, _ pattern: HidingPattern, folds: [Int]) -> Double {
    let ratios = factors.indices.compactMap { factor -> Double? in
      guard let own = rmse(method, pattern, factor: factor, folds: folds),
        let simple = rmse(.interpolation, pattern, factor: factor, folds: folds), simple > 0
      else { return nil }
      return own / simple
    }
    return ratios.reduce(0, +) / Double(max(1, ratios.count))
  }
}
