/// Consecutive blocks of windows, each scored by models that have seen none of its quarters.
///
/// Windows overlap: two that start less than a window's length apart share quarters. A block is therefore left out
/// together with every window that shares a quarter with one of its own, or a window would be judged by a model that has
/// all but learned it.
struct BlockedFolds: Sendable, Equatable {
  static let count = 10

  let windowCount: Int
  let windowLength: Int

  /// The windows of a block.
  func block(_ fold: Int) -> Range<Int> {
    fold * windowCount / Self.count..<(fold + 1) * windowCount / Self.count
  }

  /// The block that a window is in.
  func fold(of window: Int) -> Int { (0..<Self.count).first { block($0).contains(window) }! }

  /// The windows that share no quarter with those of the block.
  func training(_ fold: Int) -> [Int] {
    let block = block(fold)
    return (0..<windowCount).filter {
      $0 <= block.lowerBound - windowLength || $0 >= block.upperBound - 1 + windowLength
    }
  }
}
