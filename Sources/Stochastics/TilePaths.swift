/// The 64 paths that stand beside one another in a tile: their place in the run, and the number of each, by which its
/// draws are addressed.
public struct TilePaths: Sendable {
  /// The place of the first; the others follow it.
  public let first: Int
  let numbers: InlineArray<64, UInt64>
  let areNeighbours: Bool

  /// Neighbours, each of which has its place for its number.
  /// - Precondition: `first` ≥ 0.
  public init(from first: Int) {
    precondition(first >= 0, "a tile from path \(first) on")
    self.first = first
    numbers = InlineArray { UInt64(first + $0) }
    areNeighbours = true
  }

  /// Paths picked from among many.
  /// - Parameter number: the number of each, 0 or more.
  package init(at first: Int, number: (Int) -> Int) {
    precondition(first >= 0, "a tile from path \(first) on")
    self.first = first
    numbers = InlineArray { UInt64(number($0)) }
    areNeighbours = false
  }
}
