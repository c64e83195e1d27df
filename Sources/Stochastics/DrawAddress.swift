/// Where a 64-bit draw stands: path, step within the path, number within the step.
///
/// The counter of `Philox4x32` is (path low, path high, draw / 2, step + 65,536 · attempt); one counter holds two draws.
/// `attempt` is 0 except where a rejection method must draw again: so no draw ever moves another one.
struct DrawAddress {
  static let stepLimit = 1 << 16

  var path: UInt64
  var step: UInt32
  var draw: UInt64

  /// - Precondition: `path` ≥ 0, `step` in 0 ..< 65,536.
  init(path: Int, step: Int, draw: UInt64 = 0) {
    precondition(path >= 0, "path \(path) is negative")
    precondition((0..<Self.stepLimit).contains(step), "step \(step) is not in 0 ..< \(Self.stepLimit)")
    self.path = UInt64(path)
    self.step = UInt32(step)
    self.draw = draw
  }

  /// - Parameter pairCount: how many counters from this one on are to be used.
  func counter(attempt: UInt32 = 0, forPairs pairCount: UInt64 = 1) -> SIMD4<UInt32> {
    let pair = draw >> 1
    precondition(
      pair + pairCount - 1 <= UInt64(UInt32.max), "draw \(draw) of a step is beyond the \(1 << 33) that it has")
    return SIMD4(
      UInt32(truncatingIfNeeded: path), UInt32(truncatingIfNeeded: path >> 32), UInt32(truncatingIfNeeded: pair),
      step | attempt << 16)
  }
}

extension Philox4x32 {
  /// The 64 bits at an address; later attempts are other numbers of the same address.
  func bits(at address: DrawAddress, attempt: UInt32 = 0) -> UInt64 {
    let words = words(at: address.counter(attempt: attempt))
    return address.draw & 1 == 0
      ? UInt64(words[0]) | UInt64(words[1]) << 32
      : UInt64(words[2]) | UInt64(words[3]) << 32
  }
}

/// The 52 upper bits as a number strictly between 0 and 1: (k + ½) / 2⁵².
@inline(__always)
func openUniform(_ bits: UInt64) -> Double {
  (Double(Int64(bitPattern: bits >> 12)) + 0.5) * 0x1p-52
}
