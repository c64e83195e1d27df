import Foundation
import PathSimulation

/// Fills what is missing in consecutive quarters of natural values; what is there stays as it is.
///
/// Every window of the table is read; a cell is what the windows that cover it say of it on average. Growth that was filled
/// across a gap is then made to lead from the last known level to the next known one, the gap's quarters sharing the
/// difference.
struct TableCompletion<Model: WindowModel>: Sendable {
  let scale: StationaryScale
  let model: Model
  /// `nil` where the factor's own neighbours are not to be asked.
  let bridge: ResidualBridge?

  /// Of a window at least this much must be known for it to be asked.
  private static var leastKnownShare: Double { 0.25 }

  /// - Parameter tables: each `[quarter][factor]`, natural values, NaN where missing.
  /// - Returns: the same tables, filled; NaN where no window could be asked, as in a table shorter than a window.
  func complete(_ tables: [[[Double]]]) -> [[[Double]]] {
    let length = HistorySample.windowLength
    let unknown = [Double](repeating: .nan, count: scale.factors.count)
    let grids = tables.map { scale.grid(of: [unknown] + $0) }
    var windows: [MaskedGrid] = []
    var places: [(table: Int, first: Int)] = []
    for (table, grid) in grids.enumerated() {
      for (first, window) in grid.windows(ofQuarters: length).enumerated()
      where Double(window.knownCount) >= Self.leastKnownShare * Double(window.values.count) {
        windows.append(window)
        places.append((table, first))
      }
    }
    var sums = grids.map { [Double](repeating: 0, count: $0.values.count) }
    var counts = grids.map { [Int](repeating: 0, count: $0.values.count) }
    for (place, reading) in zip(places, model.read(windows)) {
      let start = place.first * scale.factors.count
      for (cell, value) in reading.reconstruction.enumerated() {
        sums[place.table][start + cell] += value
        counts[place.table][start + cell] += 1
      }
    }
    return tables.indices.map { table in
      let rebuilt = zip(sums[table], counts[table]).map { $1 > 0 ? $0 / Double($1) : .nan }
      return natural(coordinates(of: grids[table], rebuilt), in: tables[table])
    }
  }

  /// Known coordinates, and for the others the reconstruction with the bridged residual, `[quarter][factor]`.
  private func coordinates(of grid: MaskedGrid, _ rebuilt: [Double]) -> [Double] {
    let width = grid.factorCount
    var result = grid.values
    for factor in 0..<width {
      let known = (0..<grid.quarterCount).filter {
        grid.isKnown[$0 * width + factor] && rebuilt[$0 * width + factor].isFinite
      }
      func residual(_ quarter: Int, from here: Int) -> (value: Double, quarters: Int) {
        let cell = quarter * width + factor
        return (grid.values[cell] - rebuilt[cell], abs(quarter - here))
      }
      for quarter in 0..<grid.quarterCount where !grid.isKnown[quarter * width + factor] {
        let cell = quarter * width + factor
        result[cell] = rebuilt[cell]
        guard let bridge else { continue }
        result[cell] += bridge.expected(
          factor: factor, before: known.last { $0 < quarter }.map { residual($0, from: quarter) },
          after: known.first { $0 > quarter }.map { residual($0, from: quarter) })
      }
    }
    return result
  }

  /// Natural values of what is missing; riders after what they ride on.
  private func natural(_ coordinates: [Double], in table: [[Double]]) -> [[Double]] {
    var result = table
    let width = scale.factors.count
    for factor in FactorScale.order(scale.scales) {
      if scale.scales[factor] == .logGrowth {
        fillIndex(factor, coordinates, &result)
        continue
      }
      for quarter in table.indices where !table[quarter][factor].isFinite {
        result[quarter][factor] = scale.value(
          of: factor, coordinate: coordinates[quarter * width + factor], in: result[quarter], after: result[quarter])
      }
    }
    return result
  }

  /// Levels of an index from growth: through each gap from one known level to the next, from the first known one
  /// backwards, from the last onwards.
  private func fillIndex(_ factor: Int, _ coordinates: [Double], _ table: inout [[Double]]) {
    let width = scale.factors.count
    func growth(_ quarter: Int) -> Double {
      scale.means[factor] + coordinates[quarter * width + factor] * scale.deviations[factor]
    }
    let known = table.indices.filter { table[$0][factor].isFinite }
    guard let first = known.first, let last = known.last else { return }
    for (from, to) in zip(known, known.dropFirst()) where to > from + 1 {
      let drift = (from + 1...to).reduce(0) { $0 + growth($1) }
      let correction = (log(table[to][factor] / table[from][factor]) - drift) / Double(to - from)
      for quarter in from + 1..<to {
        table[quarter][factor] = table[quarter - 1][factor] * exp(growth(quarter) + correction)
      }
    }
    for quarter in (0..<first).reversed() {
      table[quarter][factor] = table[quarter + 1][factor] / exp(growth(quarter + 1))
    }
    for quarter in last + 1..<max(table.count, last + 1) {
      table[quarter][factor] = table[quarter - 1][factor] * exp(growth(quarter))
    }
  }
}
