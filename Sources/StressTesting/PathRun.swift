import Dispatch
import Foundation
import Synchronization

/// Asks a run to stop at the next chunk; set from a signal.
public final class Cancellation: Sendable {
  private let requested = Atomic<Bool>(false)

  public init() {}
  public func request() { requested.store(true, ordering: .relaxed) }
  public var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// - Throws: `Interrupted` when a stop was asked for.
  func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }
}

/// The run was asked to stop.
public struct Interrupted: Error, Sendable {
  public init() {}
}

/// The fixed list of tasks that a run is: one file of paths each, stage after stage.
///
/// A file's content depends on its task alone, so neither the number of workers nor their pace, neither an interruption
/// nor a division among machines can change a bit.
struct PathRun: Sendable {
  let stages: [PathStage]
  /// SHA-256, 32 bytes.
  let runIdentity: [UInt8]
  /// Where the files lie, a directory a stage.
  let directory: String
  var threadCount = 1
  var cancellation = Cancellation()

  var tasks: [PathTask] {
    stages.indices.flatMap { stage in (0..<stages[stage].chunkCount).map { PathTask(stage: stage, chunk: $0) } }
  }

  func location(of task: PathTask) -> String { directory + "/" + name(of: task) }

  /// The file's name within the run's directory, such as `paths/paths-00000012`.
  func name(of task: PathTask) -> String { PathFile.location(chunk: task.chunk, in: stages[task.stage].name) }

  func header(of task: PathTask) -> PathFile.Header {
    let stage = stages[task.stage], firstPath = stage.firstPath(ofChunk: task.chunk)
    return PathFile.Header(
      runIdentity: runIdentity, stage: task.stage, firstPath: firstPath,
      pathCount: stage.pathCount(ofChunk: task.chunk),
      columnCount: stage.keptColumnCount(firstPath), sumCount: stage.sumCount)
  }

  func pathCount(of tasks: some Sequence<PathTask>) -> Int {
    tasks.reduce(0) { $0 + stages[$1.stage].pathCount(ofChunk: $1.chunk) }
  }

  /// The columns of a stage whose files are all there.
  func store(stage: Int) throws(OutputFailure) -> ColumnStore {
    try ColumnStore(
      directory: directory + "/" + stages[stage].name, chunkCount: stages[stage].chunkCount,
      cancellation: cancellation)
  }

  /// Draws those paths and writes their files: Dispatch workers take tasks from a counter.
  /// - Parameter progress: called with the number of paths just finished, from any thread.
  func draw(_ tasks: [PathTask], progress: @Sendable (Int) -> Void) throws {
    try makeDirectories()
    let nextTask = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(threadCount, tasks.count)) { _ in
      do {
        var made: (stage: Int, worker: any PathWorker, chunk: PathChunk)?
        while true {
          let index = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < tasks.count, failure.withLock({ $0 == nil }) else { return }
          try cancellation.check()
          let task = tasks[index], stage = stages[task.stage]
          // Made for a first task only: there may be more iterations than processors, and those come too late for any.
          if made?.stage != task.stage {
            made = nil
            made = (
              task.stage, try stage.makeWorker(), PathChunk(columnCount: stage.columnCount, sumCount: stage.sumCount)
            )
          }
          try fill(made!.chunk, task, by: made!.worker)
          progress(stage.pathCount(ofChunk: task.chunk))
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Fills and writes one chunk.
  private func fill(_ chunk: PathChunk, _ task: PathTask, by worker: any PathWorker) throws {
    let header = header(of: task)
    chunk.sums.update(repeating: 0)
    for offset in stride(from: 0, to: header.pathCount, by: pathsPerBlock) {
      try worker.project(
        firstPath: header.firstPath + offset, count: min(pathsPerBlock, header.pathCount - offset), into: chunk,
        at: offset)
    }
    try PathFile.write(chunk, header, to: location(of: task))
  }

  func makeDirectories() throws(OutputFailure) {
    for stage in stages {
      let path = directory + "/" + stage.name
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw .system(.cannotCreate, path, doing: "cannot create this directory")
      }
    }
  }
}
