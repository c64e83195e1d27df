/// The part of a run that one machine draws: a contiguous range of its list of tasks.
public struct Shard: Sendable, Equatable, CustomStringConvertible {
  /// What a Slurm array holds with its default settings.
  public static let largestCount = 1_000
  /// The run in one piece.
  public static let whole = Shard(unchecked: 1, of: 1)

  /// From 1.
  public let number: Int
  public let count: Int

  public init?(_ number: Int, of count: Int) {
    guard (1...Self.largestCount).contains(count), (1...count).contains(number) else { return nil }
    self.init(unchecked: number, of: count)
  }

  private init(unchecked number: Int, of count: Int) {
    self.number = number
    self.count = count
  }

  /// Reads `3/8`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(number, of: count)
  }

  public var description: String { "\(number)/\(count)" }

  /// Such as `shard-3-of-8`.
  public var directoryName: String { "shard-\(number)-of-\(count)" }

  /// Which of `taskCount` tasks are this shard's; empty where there are fewer tasks than shards.
  func range(of taskCount: Int) -> Range<Int> { (number - 1) * taskCount / count..<number * taskCount / count }
}
