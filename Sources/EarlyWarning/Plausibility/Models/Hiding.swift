import Stochastics

/// Hides cells of training windows in the patterns in which values go missing: scattered cells, runs of a factor, whole
/// quarters, whole factors; one window in five is left whole.
struct Hiding: ~Copyable {
  private var stream: RandomStream
  private let quarterCount: Int
  private let factorCount: Int

  init(seed: UInt64, quarterCount: Int, factorCount: Int) {
    stream = RandomStream(seed: seed, stream: .backtests, path: 0)
    self.quarterCount = quarterCount
    self.factorCount = factorCount
  }

  /// The window with some known cells hidden, and normal noise on the others.
  mutating func spoilt(_ window: MaskedGrid, noise: Double) -> MaskedGrid {
    let isHidden = pattern()
    let values = window.values.indices.map { cell in
      let blur = stream.normal()
      return window.isKnown[cell] && !isHidden[cell] ? window.values[cell] + noise * blur : .nan
    }
    return MaskedGrid(values, factorCount: factorCount)
  }

  private mutating func pattern() -> [Bool] {
    var isHidden = [Bool](repeating: false, count: quarterCount * factorCount)
    switch stream.index(below: 5) {
    case 1:
      let share = 0.02 + 0.28 * stream.uniform()
      for cell in isHidden.indices { isHidden[cell] = stream.uniform() < share }
    case 2:
      for _ in 0...stream.index(below: 5) {
        let factor = stream.index(below: factorCount), first = stream.index(below: quarterCount - 3)
        for quarter in first..<first + 4 { isHidden[quarter * factorCount + factor] = true }
      }
    case 3:
      for _ in 0...stream.index(below: 3) {
        let quarter = stream.index(below: quarterCount)
        for factor in 0..<factorCount { isHidden[quarter * factorCount + factor] = true }
      }
    case 4:
      for _ in 0...stream.index(below: 5) {
        let factor = stream.index(below: factorCount)
        for quarter in 0..<quarterCount { isHidden[quarter * factorCount + factor] = true }
      }
    default: break
    }
    return isHidden
  }
}
