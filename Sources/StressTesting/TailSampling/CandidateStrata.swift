/// Which of many candidates are worth the whole row: a tile of 64 of 8,192, most of them from where the linear challenger
/// sees the system lose most (two-phase sampling, Neyman 1938).
///
/// Candidates are ranked by the worse of two places: that by the challenger's loan losses and that by its capital
/// depletion. The ranks are cut into strata that widen geometrically, and each stratum's picks stand as evenly in it as its
/// groups of equal size allow, one at random of each group. A pick weighs what its group's size is over the mean one, so
/// that a tile's weighted mean is free of bias whatever the ranking is worth, and tiles are independent replicates.
struct CandidateStrata: Sendable {
  /// Candidates for each path that is picked.
  static let candidatesPerPath = 128
  static let tileCount = 64
  static let candidateCount = candidatesPerPath * tileCount

  /// From the worst candidate on; the first stratum is picked whole. A widening of four from the sixteen worst on serves
  /// all of the 99.9, 99 and 95 % quantiles.
  static let strata: [(candidates: Int, picks: Int)] = [
    (16, 16), (16, 8), (32, 8), (64, 8), (256, 8), (1_024, 8), (6_784, 8),
  ]

  struct Pick: Equatable {
    let candidate: Int
    /// Its share of the candidates over its share of the picks.
    let weight: Double
  }

  /// - Parameters:
  ///   - order: candidates, the worst first.
  ///   - uniform: a number in (0, 1) for each group.
  static func picks(from order: [Int], uniform: () -> Double) -> [Pick] {
    precondition(order.count == candidateCount, "\(order.count) candidates, expected \(candidateCount)")
    var picks: [Pick] = [], start = 0
    picks.reserveCapacity(tileCount)
    for (candidates, count) in strata {
      let size = candidates / count
      for group in 0..<count {
        let place = start + group * size + min(size - 1, Int(uniform() * Double(size)))
        picks.append(Pick(candidate: order[place], weight: Double(size) / Double(candidatesPerPath)))
      }
      start += candidates
    }
    return picks
  }

  /// The candidates, the worst first: by the better of their two ranks, then by the first measure, then by number.
  /// - Parameters:
  ///   - losses, depletions: one a candidate, large ones bad. One that is no number counts as worse than any, so that it
  ///     is picked and found.
  static func worstFirst(losses: [Float], depletions: [Float]) -> [Int] {
    let byLoss = descending(losses), byDepletion = descending(depletions)
    var best = [Int](repeating: 0, count: losses.count)
    for (rank, candidate) in byLoss.enumerated() { best[candidate] = rank }
    for (rank, candidate) in byDepletion.enumerated() { best[candidate] = min(best[candidate], rank) }
    // At most two candidates share a rank: counting them out sorts.
    var slots = [Int](repeating: -1, count: 2 * losses.count)
    for candidate in byLoss {
      let slot = 2 * best[candidate]
      slots[slots[slot] < 0 ? slot : slot + 1] = candidate
    }
    return slots.filter { $0 >= 0 }
  }

  private static func descending(_ values: [Float]) -> [Int] {
    // As one number: the bits of a float, made to rise with it, above the candidate's own.
    var keys = values.indices.map { index -> UInt64 in
      let bits = values[index].isNaN ? UInt32.max : values[index].bitPattern
      let rising = values[index].isNaN ? bits : bits >> 31 == 0 ? bits | 1 << 31 : ~bits
      return UInt64(~rising) << 32 | UInt64(index)
    }
    keys.sort()
    return keys.map { Int($0 & 0xffff_ffff) }
  }
}
