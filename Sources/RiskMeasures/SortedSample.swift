/// The outcomes of one quantity over all simulated paths, in ascending order: one column of a run.
///
/// Outcomes are kept in single precision, which halves the files they come from and is far finer than any Monte Carlo
/// error; every figure is computed from them in double precision.
public struct SortedSample: Sendable {
  public let values: [Float]

  public var count: Int { values.count }

  /// Sorts the outcomes of `values`.
  /// - Precondition: at least one value, all finite.
  public init(sorting values: [Float]) {
    precondition(!values.isEmpty, "a sample has at least one value, not \(values.count)")
    self.values = radixSorted(values)
    precondition(
      self.values[0].isFinite && self.values[values.count - 1].isFinite, "a sample holds finite values only")
  }

  /// The `rank`-th smallest value, counted from 1.
  subscript(rank rank: Int) -> Double { Double(values[rank - 1]) }
}

/// Least-significant-digit radix sort on the order-preserving integer image of IEEE 754 numbers: three passes of eleven
/// bits, linear in the count, with the same result for any order of the input.
func radixSorted(_ values: [Float]) -> [Float] {
  let digitBits: UInt32 = 11, digitCount = 1 << 11, mask = UInt32(digitCount - 1)
  var keys = values.map { value -> UInt32 in
    let bits = value.bitPattern
    return bits ^ (bits >> 31 == 1 ? .max : 0x8000_0000)
  }
  var scratch = [UInt32](repeating: 0, count: keys.count)
  for pass in 0..<UInt32(3) {
    let shift = pass * digitBits
    var starts = [Int](repeating: 0, count: digitCount + 1)
    for key in keys { starts[Int(key >> shift & mask) + 1] += 1 }
    for digit in 0..<digitCount { starts[digit + 1] += starts[digit] }
    keys.withUnsafeBufferPointer { source in
      scratch.withUnsafeMutableBufferPointer { target in
        starts.withUnsafeMutableBufferPointer { next in
          for key in source {
            let digit = Int(key >> shift & mask)
            target[next[digit]] = key
            next[digit] += 1
          }
        }
      }
    }
    swap(&keys, &scratch)
  }
  return keys.map { key in Float(bitPattern: key ^ (key >> 31 == 1 ? 0x8000_0000 : .max)) }
}
