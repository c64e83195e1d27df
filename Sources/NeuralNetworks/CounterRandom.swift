import Glibc

/// Random numbers that are addresses, not a sequence: the number at a counter depends on key and counter alone.
///
/// SplitMix64's finaliser (Steele, Lea & Flood 2014) over `key + counter · 0x9E3779B97F4A7C15`. Good enough to start
/// and to thin out networks; simulations take theirs from elsewhere.
struct CounterRandom: Sendable {
  private let key: UInt64

  init(key: UInt64) { self.key = Self.mixed(key) }

  /// An independent generator for each place: a layer, a step, an epoch.
  func descended(_ place: UInt64) -> CounterRandom { CounterRandom(key: bits(at: ~place)) }

  func bits(at counter: UInt64) -> UInt64 { Self.mixed(key &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15) }

  /// In [0, 1), 53 bits.
  func uniform(at counter: UInt64) -> Double { Double(bits(at: counter) >> 11) * 0x1p-53 }

  /// Standard normal (Box & Muller 1958); reads the counters 2c and 2c + 1.
  func normal(at counter: UInt64) -> Double {
    let radius = (-2 * log(1 - uniform(at: 2 * counter))).squareRoot()
    return radius * cos(2 * .pi * uniform(at: 2 * counter + 1))
  }

  /// 0 ..< count in random order (Fisher & Yates).
  func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      let j = Int(bits(at: UInt64(i)).multipliedFullWidth(by: UInt64(i + 1)).high)
      order.swapAt(i, j)
    }
    return order
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
