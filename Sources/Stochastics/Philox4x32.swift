/// The counter-based generator Philox4x32-10: a keyed bijection of 128-bit counters into 128 random bits.
///
/// A number is an address, not a place in a sequence: whoever knows key and counter has the number, on any thread.
/// Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox4x32: Sendable, Equatable {
  let key: SIMD2<UInt32>

  static let multiplier0: UInt64 = 0xD251_1F53
  static let multiplier1: UInt64 = 0xCD9E_8D57
  /// What the key words grow by from round to round.
  static let weyl0: UInt32 = 0x9E37_79B9
  static let weyl1: UInt32 = 0xBB67_AE85

  public init(key: SIMD2<UInt32>) { self.key = key }

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

  /// The four words at one counter.
  public func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (key0, key1) = (key[0], key[1])
    for _ in 0..<10 {
      let first = UInt64(c0) &* Self.multiplier0
      let second = UInt64(c2) &* Self.multiplier1
      c0 = UInt32(truncatingIfNeeded: second &>> 32) ^ c1 ^ key0
      c1 = UInt32(truncatingIfNeeded: second)
      c2 = UInt32(truncatingIfNeeded: first &>> 32) ^ c3 ^ key1
      c3 = UInt32(truncatingIfNeeded: first)
      key0 &+= Self.weyl0
      key1 &+= Self.weyl1
    }
    return SIMD4(c0, c1, c2, c3)
  }
}

/// What random numbers are drawn for. Each purpose has its own key: numbers of one never move those of another.
/// The numbers are part of every result: never renumber, only add; 6 is free.
public enum Stream: UInt32, Sendable, CaseIterable {
  /// Innovations of the macro-financial factors.
  case shocks = 1
  /// Model error of projected loss rates.
  case lossRateResiduals = 2
  /// How a bank's loss rates stand to the system's.
  case bankEffects = 3
  /// Places within the strata of importance sampling.
  case stratification = 4
  /// Paths that only choose how to sample.
  case pilot = 5
  /// Scramblings of the points of a net.
  case scrambling = 7
  /// Simulations and resamplings that check a model against history.
  case backtests = 8
}
