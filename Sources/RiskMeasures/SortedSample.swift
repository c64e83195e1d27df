/// The outcomes of one quantity over all simulated paths, in ascending order: one column of a run.
///
/// They are sorted only as far as figures ask: dealt once into ranges of ascending value, of which those are sorted that
/// hold a wanted rank. Every rank has the very outcome that a full sort gives it. For one thread at a time.
///
/// Outcomes are kept in single precision, which halves the files they come from and is far finer than any Monte Carlo
/// error; every figure is computed from them in double precision.
public final class SortedSample {
  /// In the order in which they were given.
  public let outcomes: [Float]
  /// Dealt when the first rank is asked for.
  private var ranges: ValueRanges?
  lazy var moments = SampleMoments(outcomes)

  public var count: Int { outcomes.count }

  /// - Precondition: at least one value, all finite.
  public init(sorting values: [Float]) {
    precondition(!values.isEmpty, "a sample has at least one value, not \(values.count)")
    outcomes = values
  }

  /// The outcomes in ascending order: a full sort.
  public var values: [Float] { Array(sorted(0..<count)) }

  /// The `rank`-th smallest value, counted from 1.
  public subscript(rank rank: Int) -> Double {
    let places = rank - 1..<rank
    return Double(sorted(places)[rank - 1])
  }

  /// The outcomes at those places of the ascending order, counted from 0.
  func sorted(_ places: Range<Int>) -> ArraySlice<Float> {
    if ranges == nil { ranges = ValueRanges(outcomes) }
    return ranges!.sorted(places)
  }
}
