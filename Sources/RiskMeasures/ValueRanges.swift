/// Values dealt into ranges, all of one range below all of the next; a range is sorted when a place in it is asked for.
struct ValueRanges {
  /// Range after range.
  private var values: [Float]
  /// Where each range begins, and where the last one ends.
  private var starts: [Int]
  private var isSorted: [Bool]

  /// - Precondition: at least one value, all finite.
  init(_ given: [Float]) {
    let (lowest, highest) = Self.extremes(given)
    precondition(lowest.isFinite && highest.isFinite, "a sample holds finite values only")
    // So many that a range holds a few hundred, so few that the places being written to stay in the first-level cache.
    let count = min(512, max(1, given.count / 64))
    let perWidth = Float(count) / (highest - lowest)
    let isDivided = perWidth.isFinite && perWidth > 0
    starts = [0]
    values = given
    isSorted = [false]
    if isDivided { deal(given, from: lowest, perWidth, into: count + 1) }
  }

  /// The number of a value's range, (value − lowest) · perWidth to the nearest whole number. Each step of it keeps the order
  /// of the values. 2²³ is added because the last place of a sum above it is 1.
  @inline(__always)
  private static func range(of value: Float, from lowest: Float, _ perWidth: Float) -> Int {
    Int(truncatingIfNeeded: ((value - lowest) * perWidth + 0x1p23).bitPattern & 0x7f_ffff)
  }

  private mutating func deal(_ given: [Float], from lowest: Float, _ perWidth: Float, into count: Int) {
    let given = given.span
    starts = [Int](repeating: 0, count: count + 1)
    isSorted = [Bool](repeating: false, count: count)
    // Two counts side by side: neighbours in one range would wait for each other.
    var numbers = [UInt32](repeating: 0, count: 2 * count)
    numbers.withUnsafeMutableBufferPointer { numbers in
      for index in given.indices {
        numbers[2 * Self.range(of: given[unchecked: index], from: lowest, perWidth) + index & 1] &+= 1
      }
    }
    for range in 0..<count { starts[range + 1] = starts[range] + Int(numbers[2 * range] + numbers[2 * range + 1]) }
    var next = starts
    next.withUnsafeMutableBufferPointer { next in
      values.withUnsafeMutableBufferPointer { values in
        for index in given.indices {
          let value = given[unchecked: index], range = Self.range(of: value, from: lowest, perWidth)
          values[next[range]] = value
          next[range] &+= 1
        }
      }
    }
  }

  /// The values at those places of the ascending order.
  mutating func sorted(_ places: Range<Int>) -> ArraySlice<Float> {
    if !places.isEmpty {
      var range = lastRange(startingAtOrBefore: places.lowerBound)
      repeat {
        if !isSorted[range] { sort(range) }
        range += 1
      } while range < isSorted.count && starts[range] < places.upperBound
    }
    return values[places]
  }

  private func end(of range: Int) -> Int { range + 1 < starts.count ? starts[range + 1] : values.count }

  private func lastRange(startingAtOrBefore place: Int) -> Int {
    var low = 0, high = isSorted.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  private mutating func sort(_ range: Int) {
    let places = starts[range]..<end(of: range)
    values.withUnsafeMutableBufferPointer { radixSort(UnsafeMutableBufferPointer(rebasing: $0[places])) }
    isSorted[range] = true
  }

  private static func extremes(_ values: [Float]) -> (lowest: Float, highest: Float) {
    let values = values.span, whole = values.count / 8 * 8
    var lowest = SIMD8<Float>(repeating: values[0]), highest = lowest
    for first in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Float>.zero
      for lane in 0..<8 { lanes[lane] = values[unchecked: first + lane] }
      lowest.replace(with: lanes, where: lanes .< lowest)
      highest.replace(with: lanes, where: lanes .> highest)
    }
    var ends = (lowest.min(), highest.max())
    for index in whole..<values.count { ends = (min(ends.0, values[index]), max(ends.1, values[index])) }
    return ends
  }
}

/// Sorts finite values, −0 before 0: a radix sort, least significant digit first, of the order-preserving integer images
/// of IEEE 754 numbers, in as many passes of eight bits as the images differ in. Linear in the count, with the same result
/// for any order of the input.
func radixSort(_ values: UnsafeMutableBufferPointer<Float>) {
  guard values.count > 1 else { return }
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * values.count) { memory in
    var keys = UnsafeMutableBufferPointer(rebasing: memory[..<values.count])
    var others = UnsafeMutableBufferPointer(rebasing: memory[values.count...])
    var differing: UInt32 = 0
    for index in values.indices {
      let bits = values[index].bitPattern
      keys[index] = bits ^ (bits >> 31 == 1 ? .max : 0x8000_0000)
      differing |= keys[index] ^ keys[0]
    }
    var shift: UInt32 = 0
    while shift < 32, differing >> shift != 0 {
      deal(keys, into: others, byDigitAt: shift)
      swap(&keys, &others)
      shift += 8
    }
    for index in values.indices {
      let key = keys[index]
      values[index] = Float(bitPattern: key ^ (key >> 31 == 1 ? 0x8000_0000 : .max))
    }
  }
}

/// One pass: keys of equal digit keep their order.
private func deal(
  _ keys: UnsafeMutableBufferPointer<UInt32>, into others: UnsafeMutableBufferPointer<UInt32>, byDigitAt shift: UInt32
) {
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
    places.initialize(repeating: 0)
    for key in keys { places[Int(key >> shift & 255)] += 1 }
    var start = 0
    for digit in 0..<256 { (places[digit], start) = (start, start + places[digit]) }
    for key in keys {
      let digit = Int(key >> shift & 255)
      others[places[digit]] = key
      places[digit] += 1
    }
  }
}
