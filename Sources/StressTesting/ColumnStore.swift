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
  func column(_ column: Int) throws -> [Float] {
    try cancellation.check()
    let files = files.prefix { column < $0.columnCount }
    var values = [Float](repeating: 0, count: files.reduce(0) { $0 + $1.pathCount })
    try values.withUnsafeMutableBufferPointer { target in
      var offset = 0
      for file in files {
        try file.read(column: column, into: target, at: offset)
        offset += file.pathCount
      }
    }
    if let path = values.firstIndex(where: { !$0.isFinite }) {
      throw NumericalFailure("path \(path) has the value \(values[path]) in column \(column)")
    }
    return values
  }

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
