/// The counter-based generator Philox4x32-10: a keyed bijection of 128-bit counters into 128 random bits.
///
/// A number is an address, not a place in a sequence: whoever knows key and counter has the number, on any thread.
/// Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox4x32: Sendable, Equatable {
  /// Both key words of each of the ten rounds, low word in the low half.
  private let roundKeys: InlineArray<10, SIMD2<UInt32>>

  static let multipliers = SIMD2<UInt32>(0xD251_1F53, 0xCD9E_8D57)
  static let weyl = SIMD2<UInt32>(0x9E37_79B9, 0xBB67_AE85)

  public init(key: SIMD2<UInt32>) {
    roundKeys = InlineArray { round in key &+ Self.weyl &* UInt32(truncatingIfNeeded: round) }
  }

  /// The key of one stream of one run: streams of one seed never share a key, nor does one stream under two seeds.
  ///
  /// The seed goes through a bijection of 64 bits (the finaliser of SplitMix64, Steele, Lea & Flood 2014), so that seeds
  /// 1, 2, 3 … do not give neighbouring keys; the stream's number is then xored in.
  public init(seed: UInt64, stream: Stream) {
    var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed = (mixed ^ (mixed >> 31)) ^ UInt64(stream.rawValue)
    self.init(key: SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32)))
  }

  public static func == (left: Philox4x32, right: Philox4x32) -> Bool { left.roundKeys[0] == right.roundKeys[0] }

  /// The four words at one counter.
  public func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    for round in 0..<10 {
      let first = UInt64(c[0]) * UInt64(Self.multipliers[0])
      let second = UInt64(c[2]) * UInt64(Self.multipliers[1])
      c = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ c[1] ^ roundKeys[round][0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c[3] ^ roundKeys[round][1],
        UInt32(truncatingIfNeeded: first))
    }
    return c
  }

  /// Four counters at once, lane by lane: each lane of `c0 … c3` holds a 32-bit word. Twin of `words(at:)`.
  ///
  /// Words stand in 64-bit lanes because then a product of two is one vector instruction even without AVX.
  @inline(__always)
  func draws(
    _ c0: SIMD4<UInt64>, _ c1: SIMD4<UInt64>, _ c2: SIMD4<UInt64>, _ c3: SIMD4<UInt64>
  ) -> (SIMD4<UInt64>, SIMD4<UInt64>) {
    let low = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    var (c0, c1, c2, c3) = (c0, c1, c2, c3)
    for round in 0..<10 {
      let first = (c0 & low) &* UInt64(Self.multipliers[0])
      let second = (c2 & low) &* UInt64(Self.multipliers[1])
      c0 = (second &>> 32) ^ c1 ^ UInt64(roundKeys[round][0])
      c1 = second & low
      c2 = (first &>> 32) ^ c3 ^ UInt64(roundKeys[round][1])
      c3 = first & low
    }
    return (c0 | (c1 &<< 32), c2 | (c3 &<< 32))
  }
}

/// What random numbers are drawn for. Each purpose has its own key: numbers of one never move those of another.
/// The numbers are part of every result: never renumber, only add.
public enum Stream: UInt32, Sendable, CaseIterable {
  /// Innovations of the macro-financial factors.
  case shocks = 1
  /// Model error of projected loss rates.
  case lossRateResiduals = 2
  /// How a bank's loss rates stand to the system's.
  case bankEffects = 3
  /// Model error of projected revenue.
  case revenueResiduals = 4
  /// Which member of an ensemble a path uses.
  case ensembleMembers = 5
  /// Resampling for standard errors and intervals.
  case resampling = 6
  /// Initial weights, dropout and batch order while networks are trained.
  case training = 7
  /// Simulations that check a model against history.
  case backtests = 8
}
