/// By how much a loss rises when what a model reads of one group of features comes from other cases (Breiman 2001;
/// Fisher, Rudin & Dominici 2019).
///
/// A case is what must stay together: a row of a table of independent rows, or a whole window of a time series, whose
/// quarters are never torn apart (block permutation). A group is what is one thing to a reader: all features that are
/// made from one factor move together.
public enum PermutationImportance {
  /// The rise of the loss for one group, over the permutations: 0 for a group that the model does not read.
  public struct Rise: Sendable, Equatable {
    /// Mean over the permutations, in the unit of the loss.
    public let mean: Double
    /// One per permutation, in its order.
    public let values: [Double]
  }

  /// Each case takes the features of every other case exactly once: n − 1 permutations, no draw.
  public static func cyclicShifts(of cases: Int) -> [[Int]] {
    (1..<max(cases, 1)).map { shift in (0..<cases).map { ($0 + shift) % cases } }
  }

  /// So many random permutations of many cases; the same for a seed.
  public static func random(_ count: Int, of cases: Int, seed: UInt64) -> [[Int]] {
    let random = CounterRandom(key: seed)
    return (0..<count).map { random.descended(UInt64($0)).permutation(cases) }
  }

  /// - Parameters:
  ///   - groups: how many groups of features.
  ///   - permutations: for each, the case that every case takes its features from.
  ///   - loss: of the model out of sample when that group's features are permuted so; nothing is permuted where the
  ///     group is `nil`.
  /// - Returns: one rise per group.
  public static func rises(
    groups: Int, permutations: [[Int]], loss: (_ group: Int?, _ sources: [Int]) -> Double
  ) -> [Rise] {
    guard let count = permutations.first?.count else { return [] }
    let unchanged = loss(nil, Array(0..<count))
    return (0..<groups).map { group in
      let values = permutations.map { loss(group, $0) - unchanged }
      return Rise(mean: values.reduce(0, +) / Double(values.count), values: values)
    }
  }
}
