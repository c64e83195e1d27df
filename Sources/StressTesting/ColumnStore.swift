import Dispatch
import RiskMeasures
import Synchronization

/// The columns that a run left on disk, read back one at a time.
struct ColumnStore: Sendable {
  private let files: [PathFile]
  let pathCount: Int
  /// How its paths depend on one another.
  var dependence = Dependence.none
  private let cancellation: Cancellation

  init(directory: String, chunkCount: Int, cancellation: Cancellation = .init()) throws(OutputFailure) {
    var files: [PathFile] = []
    for chunk in 0..<chunkCount {
      files.append(try PathFile(reading: PathFile.location(chunk: chunk, in: directory)))
    }
    self.files = files
    self.cancellation = cancellation
    pathCount = files.reduce(0) { $0 + $1.pathCount }
  }

  /// The column in the order of the paths; of a column that only the first paths keep, those.
  /// - Throws: `NumericalFailure` when a value is not finite; `Interrupted` when the run was asked to stop, because every
  ///   figure begins here.
  func column(_ column: Int) throws -> [Float] { try columns(column..<column + 1)[0] }

  /// Neighbouring columns that the same files keep, read together: one opening of a file serves them all.
  func columns(_ range: Range<Int>) throws -> [[Float]] {
    try cancellation.check()
    let files = files.prefix { range.lowerBound < $0.columnCount }
    let pathCount = files.reduce(0) { $0 + $1.pathCount }
    precondition(files.allSatisfy { range.upperBound <= $0.columnCount }, "no file keeps some of the columns \(range)")
    var columns = range.map { _ in
      [Float](unsafeUninitializedCapacity: pathCount) { _, count in count = 0 }
    }
    var part = [Float](repeating: 0, count: range.count * (files.map(\.pathCount).max() ?? 0))
    for file in files {
      try part.withUnsafeMutableBufferPointer { try file.read(columns: range, into: $0) }
      for index in columns.indices {
        columns[index] += part[index * file.pathCount..<(index + 1) * file.pathCount]
      }
    }
    for (column, values) in zip(range, columns) { try Self.requireFinite(values, column) }
    return columns
  }

  private static func requireFinite(_ values: [Float], _ column: Int) throws(NumericalFailure) {
    guard values.isFinite else {
      let path = values.firstIndex { !$0.isFinite } ?? 0
      throw NumericalFailure("path \(path) has the value \(values[path]) in column \(column)")
    }
  }

  /// Values of the columns that are read together: 16 MiB a worker.
  static let valuesAtOnce = 1 << 22

  /// Ranges of neighbouring columns to read together, in which all of these stand; at most sixteen columns, and few enough
  /// that they do not take much memory.
  func groups(of columns: [Int]) -> [Range<Int>] {
    let most = min(16, max(1, Self.valuesAtOnce / max(1, pathCount)))
    var groups: [Range<Int>] = []
    for column in Set(columns).sorted() {
      if let last = groups.last, last.upperBound == column, last.count < most,
        keepers(last.lowerBound) == keepers(column)
      {
        groups[groups.count - 1] = last.lowerBound..<column + 1
      } else {
        groups.append(column..<column + 1)
      }
    }
    return groups
  }

  /// How many files keep that column.
  private func keepers(_ column: Int) -> Int { files.prefix { column < $0.columnCount }.count }

  func sorted(_ column: Int) throws -> SortedSample { SortedSample(sorting: try self.column(column)) }

  func sample(_ column: Int) throws -> PathSample { PathSample(try self.column(column), dependence) }

  /// The sums of the blocks of all chunks, added in their order for each replicate, `[replicate][cell]`.
  /// - Parameter cellCount: sums of one block.
  func sums(ofReplicates count: Int, cellCount: Int) throws(OutputFailure) -> [[Double]] {
    var totals = [[Double]](repeating: [Double](repeating: 0, count: cellCount), count: count)
    var block = 0
    for file in files {
      let sums = try file.readSums()
      for first in stride(from: 0, to: sums.count, by: cellCount) {
        for cell in 0..<cellCount { totals[block % count][cell] += sums[first + cell] }
        block += 1
      }
    }
    return totals
  }

  /// The sums of all chunks, added in their order.
  func sums() throws(OutputFailure) -> [Double] {
    var total = try files[0].readSums()
    for file in files.dropFirst() {
      for (index, value) in try file.readSums().enumerated() { total[index] += value }
    }
    return total
  }
}

extension [Float] {
  /// Whether all are finite.
  var isFinite: Bool {
    // What is not finite leaves NaN when it is subtracted from itself, and no sum gets rid of that.
    var differences = SIMD8<Float>.zero
    let values = span, whole = count / 8 * 8
    for first in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Float>.zero
      for lane in 0..<8 { lanes[lane] = values[unchecked: first + lane] }
      differences += lanes - lanes
    }
    return differences == .zero && self[whole...].allSatisfy(\.isFinite)
  }
}

/// Runs `body` for each index on `threadCount` workers and returns the results in the order of the indices.
func concurrentMap<Result: Sendable>(
  _ count: Int, threadCount: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  let results = Mutex<[Result?]>(Array(repeating: nil, count: count))
  let failure = Mutex<(any Error)?>(nil)
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(threadCount, count))) { _ in
    while failure.withLock({ $0 == nil }) {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      do {
        let result = try body(index)
        results.withLock { $0[index] = result }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
  return results.withLock { $0.map { $0! } }
}
