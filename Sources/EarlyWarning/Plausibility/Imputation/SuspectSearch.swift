import PathSimulation

/// Looks for values that the others contradict: each is hidden and filled, and what was observed is compared with that.
///
/// Cells are hidden one in sixteen at a time, as in the test that the errors come from. A gross error also throws doubt on
/// its neighbours, so that in each round only a value that is the worst within a window's length is named; it is then
/// hidden for good and the others are looked at again. A value that its scale cannot hold is named at once.
struct SuspectSearch {
  struct Found {
    let quarter: Int
    let factor: Int
    let expected: Double?
    let multiple: Double?
  }

  private static let roundLimit = 20

  /// In the order of the table.
  let found: [Found]
  /// The rows with what is suspect taken out.
  let trusted: [[Double]]

  init(model: PlausibilityModel, rows: [[Double]], multiple: Double) {
    var found: [Found] = [], trusted = rows
    let unknown = [Double](repeating: .nan, count: model.scale.factors.count)
    for quarter in rows.indices {
      let coordinates = model.scale.coordinates(of: rows[quarter], after: quarter > 0 ? rows[quarter - 1] : unknown)
      for k in rows[quarter].indices where rows[quarter][k].isFinite && !coordinates[k].isFinite {
        guard Self.isImpossible(k, model) else { continue }
        found.append(Found(quarter: quarter, factor: k, expected: nil, multiple: nil))
        trusted[quarter][k] = .nan
      }
    }
    for _ in 0..<Self.roundLimit {
      let distances = Self.distances(model, trusted)
      let worst = distances.filter { one in
        one.multiple > multiple
          && !distances.contains { other in
            abs(other.quarter - one.quarter) < HistorySample.windowLength && other.multiple > one.multiple
          }
      }
      if worst.isEmpty { break }
      for one in worst {
        found.append(
          Found(quarter: one.quarter, factor: one.factor, expected: one.expected, multiple: one.multiple))
        trusted[one.quarter][one.factor] = .nan
      }
    }
    self.found = found.sorted { ($0.quarter, $0.factor) < ($1.quarter, $1.factor) }
    self.trusted = trusted
  }

  /// Whether the value itself cannot be. A spread that cannot be may be the fault of either of its two: those are left to
  /// the search.
  private static func isImpossible(_ k: Int, _ model: PlausibilityModel) -> Bool {
    switch model.scale.scales[k] {
    case .logit, .shadowRate: true
    default: false
    }
  }

  private static func distances(
    _ model: PlausibilityModel, _ rows: [[Double]]
  ) -> [(quarter: Int, factor: Int, expected: Double, multiple: Double)] {
    var hidden: [[(quarter: Int, factor: Int)]] = []
    let tables = (0..<16).map { phase -> [[Double]] in
      var table = rows
      var cells: [(quarter: Int, factor: Int)] = []
      for quarter in rows.indices {
        for k in rows[quarter].indices where (7 * quarter + 3 * k) % 16 == phase && rows[quarter][k].isFinite {
          cells.append((quarter, k))
          table[quarter][k] = .nan
        }
      }
      hidden.append(cells)
      return table
    }
    return zip(model.complete(tables), hidden).flatMap { completed, cells in
      cells.compactMap { cell in
        let expected = completed[cell.quarter][cell.factor]
        guard expected.isFinite else { return nil }
        let factor = model.scale.factors[cell.factor]
        let error = HiddenValueTest.error(of: expected, rows[cell.quarter][cell.factor], factor)
        return (
          cell.quarter, cell.factor, expected,
          abs(error) / model.imputationError(.singleValues, factor: cell.factor)
        )
      }
    }
  }
}
