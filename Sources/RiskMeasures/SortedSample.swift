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
  let digitBits: UInt32 = 11, digitCount = 1 << 11, mask = UInt32(digitCount - 1), passCount = 3
  var keys = [UInt32](repeating: 0, count: values.count), scratch = keys
  // Where the next key of each digit goes, `[pass][digit]`: all passes are counted in one sweep.
  var places = [Int](repeating: 0, count: passCount * digitCount)
  keys.withUnsafeMutableBufferPointer { keys in
    places.withUnsafeMutableBufferPointer { counts in
      for (index, value) in values.enumerated() {
        let bits = value.bitPattern
        let key = bits ^ (bits >> 31 == 1 ? .max : 0x8000_0000)
        keys[index] = key
        for pass in 0..<passCount {
          counts[pass * digitCount + Int(key >> (UInt32(pass) * digitBits) & mask)] += 1
        }
      }
      for pass in 0..<passCount {
        var start = 0
        for place in pass * digitCount..<(pass + 1) * digitCount {
          (counts[place], start) = (start, start + counts[place])
        }
      }
    }
  }
  for pass in 0..<passCount {
    let shift = UInt32(pass) * digitBits
    keys.withUnsafeBufferPointer { source in
      scratch.withUnsafeMutableBufferPointer { target in
        places.withUnsafeMutableBufferPointer { places in
          for key in source {
            let place = pass * digitCount + Int(key >> shift & mask)
            target[places[place]] = key
            places[place] += 1
          }
        }
      }
    }
    swap(&keys, &scratch)
  }
  return keys.map { key in Float(bitPattern: key ^ (key >> 31 == 1 ? 0x8000_0000 : .max)) }
}
