/// Quarters × factors of which some cells are not known: those hold 0 and a mask that says so.
struct MaskedGrid: Sendable, Equatable {
  let factorCount: Int
  /// `[quarter][factor]`, 0 where not known.
  private(set) var values: [Double]
  /// `[quarter][factor]`
  private(set) var isKnown: [Bool]

  var quarterCount: Int { values.count / factorCount }
  var knownCount: Int { isKnown.count { $0 } }

  /// - Parameter values: `[quarter][factor]`, not finite where not known.
  init(_ values: [Double], factorCount: Int) {
    precondition(values.count % factorCount == 0, "\(values.count) values in rows of \(factorCount)")
    self.factorCount = factorCount
    isKnown = values.map(\.isFinite)
    self.values = values.map { $0.isFinite ? $0 : 0 }
  }

  /// So many quarters from one on.
  func window(from first: Int, quarters: Int) -> MaskedGrid {
    let cells = first * factorCount..<(first + quarters) * factorCount
    return MaskedGrid(zip(values[cells], isKnown[cells]).map { $1 ? $0 : .nan }, factorCount: factorCount)
  }

  /// Every window of so many quarters, one for each first quarter.
  func windows(ofQuarters length: Int) -> [MaskedGrid] {
    quarterCount < length ? [] : (0...quarterCount - length).map { window(from: $0, quarters: length) }
  }

  /// Root mean square of what is known less `other`, in standard deviations; `nil` when nothing is known.
  func distance(to other: [Double]) -> Double? {
    var sum = 0.0, count = 0
    for cell in values.indices where isKnown[cell] {
      let error = values[cell] - other[cell]
      sum += error * error
      count += 1
    }
    return count == 0 ? nil : (sum / Double(count)).squareRoot()
  }
}
