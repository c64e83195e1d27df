/// Which paths of a run depend on one another. Groups are independent of one another and have one law.
public enum Dependence: Sendable, Equatable {
  case none
  /// Paths 2i and 2i + 1.
  case pairs
  /// So many groups; `blockSize` paths beside one another are of one group, the next ones of the next.
  case replicates(count: Int, blockSize: Int)

  /// A mean with its error.
  public struct MeanError: Sendable, Equatable {
    public let mean: Double
    /// `nil` with fewer than two groups.
    public let standardError: Double?
    /// Groups that have a path among those of the mean.
    public let groupCount: Int

    var studentQuantile: Double { Estimate.studentQuantile(groupCount: groupCount) }
  }

  /// - Parameters:
  ///   - values: in the order of the paths.
  ///   - paths: their numbers, rising; `nil` where they are all from 0 on.
  @inline(__always)
  func meanError<Value>(of values: [Value], paths: [Int]?, _ function: (Value) -> Double) -> MeanError {
    values.withUnsafeBufferPointer { values in
      guard let paths else {
        return meanError(count: values.count, path: { $0 }, value: { function(values[$0]) })
      }
      return meanError(count: values.count, path: { paths[$0] }, value: { function(values[$0]) })
    }
  }

  /// Standard error of the mean of one value a path, from 0 on.
  public func standardError(ofMean values: [Double]) -> Double? {
    meanError(of: values, paths: nil) { $0 }.standardError
  }

  /// The sum of one value a path over each group, in the order of the groups.
  public func totals(of values: [Float]) -> [Double] {
    var totals: [Double] = []
    forEachTotal(count: values.count, path: { $0 }, value: { Double(values[$0]) }) { totals.append($0) }
    return totals
  }

  /// The mean of a function of some paths, which also stands for a ratio of sums where their number is random: with T the
  /// sum of value − mean over the paths of a group, of which G have any among n,
  ///
  ///     SE² = G / (G − 1) · Σ T² / n²
  ///
  /// - Parameters:
  ///   - path: number of the path at a place, rising.
  ///   - value: of the path at a place.
  /// - Precondition: paths do depend on one another; `count` > 0.
  @inline(__always)
  func meanError(count: Int, path: (Int) -> Int, value: (Int) -> Double) -> MeanError {
    precondition(count > 0, "a mean of \(count) paths")
    var sum = 0.0
    for place in 0..<count { sum += value(place) }
    let mean = sum / Double(count)
    var squares = 0.0, groupCount = 0
    forEachTotal(count: count, path: path, value: { value($0) - mean }) {
      squares += $0 * $0
      groupCount += 1
    }
    let n = Double(count), groups = Double(groupCount)
    return MeanError(
      mean: mean, standardError: groupCount < 2 ? nil : (groups / (groups - 1) * squares).squareRoot() / n,
      groupCount: groupCount)
  }

  /// The sums over the paths of each group that has any.
  @inline(__always)
  func forEachTotal(
    count: Int, path: (Int) -> Int, value: (Int) -> Double, use: (Double) -> Void
  ) {
    switch self {
    case .none: preconditionFailure("independent paths have no groups")
    case .pairs:
      var place = 0
      while place < count {
        let pair = path(place) >> 1
        var total = 0.0
        while place < count, path(place) >> 1 == pair {
          total += value(place)
          place += 1
        }
        use(total)
      }
    case .replicates(let groupCount, let blockSize):
      var totals = [Double?](repeating: nil, count: groupCount)
      var place = 0
      while place < count {
        let block = path(place) / blockSize, end = (block + 1) * blockSize
        var total = 0.0
        while place < count, path(place) < end {
          total += value(place)
          place += 1
        }
        totals[block % groupCount, default: 0] += total
      }
      for total in totals { if let total { use(total) } }
    }
  }
}

extension Array {
  fileprivate subscript<Value>(_ index: Int, default standard: Value) -> Value where Element == Value? {
    get { self[index] ?? standard }
    set { self[index] = newValue }
  }
}
