import Dispatch
import Foundation
import Synchronization

/// Asks a run to stop at the next chunk; set from a signal.
public final class Cancellation: Sendable {
  private let requested = Atomic<Bool>(false)

  public init() {}
  public func request() { requested.store(true, ordering: .relaxed) }
  public var isRequested: Bool { requested.load(ordering: .relaxed) }
}

/// The run was asked to stop.
public struct Interrupted: Error, Sendable {
  public init() {}
}

/// Draws all paths: Dispatch workers take chunks from a counter, and each chunk becomes a file of columns.
///
/// A chunk's content depends on its number alone, so neither the number of workers nor their pace can change a bit.
struct PathRun {
  let pathCount: Int
  let threadCount: Int
  let columnCount: Int
  /// How many of the columns the chunk that starts with that path keeps.
  let keptColumnCount: @Sendable (Int) -> Int
  let sumCount: Int
  /// Where the files go; must exist.
  let directory: String
  let cancellation: Cancellation

  var chunkCount: Int { (pathCount + PathFile.pathsPerFile - 1) / PathFile.pathsPerFile }

  /// - Parameters:
  ///   - makeWorker: called once on each worker's own thread.
  ///   - progress: called with the number of paths just finished, from any thread.
  func run(
    makeWorker: @Sendable () throws -> any PathWorker, progress: @Sendable (Int) -> Void
  ) throws {
    let nextChunk = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(threadCount, chunkCount)) { _ in
      do {
        var made: (worker: any PathWorker, chunk: PathChunk)?
        while true {
          let index = nextChunk.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < chunkCount, failure.withLock({ $0 == nil }) else { return }
          if cancellation.isRequested { throw Interrupted() }
          // Made for a first chunk only: there may be more iterations than processors, and those come too late for any.
          let (worker, chunk) =
            try made ?? (makeWorker(), PathChunk(columnCount: columnCount, sumCount: sumCount))
          made = (worker, chunk)
          progress(try fill(chunk, index, by: worker))
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Fills and writes one chunk; returns its path count.
  private func fill(_ chunk: PathChunk, _ index: Int, by worker: any PathWorker) throws -> Int {
    let firstPath = index * PathFile.pathsPerFile
    let count = min(PathFile.pathsPerFile, pathCount - firstPath)
    chunk.sums.update(repeating: 0)
    for offset in stride(from: 0, to: count, by: pathsPerBlock) {
      try worker.project(
        firstPath: firstPath + offset, count: min(pathsPerBlock, count - offset), into: chunk, at: offset)
    }
    try PathFile.write(
      chunk, columnCount: keptColumnCount(firstPath), firstPath: firstPath, pathCount: count,
      to: PathFile.location(chunk: index, in: directory))
    return count
  }
}
