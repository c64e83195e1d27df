import Foundation

/// What a run would take, before it is run.
public struct RunPlan: Sendable, Encodable {
  public struct Stage: Sendable, Encodable {
    public let name: String
    public let paths: Int
    public let files: Int
    public let bytes: Int
  }

  public struct Part: Sendable, Encodable {
    public let shard: Int
    public let files: Int
    public let paths: Int
    public let bytes: Int
    public let seconds: Double
  }

  public let runIdentity: String
  public let stages: [Stage]
  /// Empty for a run in one piece.
  public let shards: [Part]
  public let threads: Int
  /// Of one thread and the run's own paths, measured on this machine with a few blocks just now.
  public let pathsPerSecond: Double
  /// Drawing everything on one machine.
  public let drawingSeconds: Double
  /// Sorting and gathering, which one machine does at the end.
  public let gatheringSeconds: Double
  public let memoryMegabytes: Double

  public var files: Int { stages.reduce(0) { $0 + $1.files } }
  public var paths: Int { stages.reduce(0) { $0 + $1.paths } }
  public var bytes: Int { stages.reduce(0) { $0 + $1.bytes } }

  /// - Parameter shardCount: `nil` for a run in one piece.
  public init(of test: StressTest, threads: Int, shardCount: Int?) throws {
    let run = try test.pathRun(in: ""), tasks = run.tasks
    func bytes(_ tasks: some Sequence<PathTask>) -> Int { tasks.reduce(0) { $0 + run.header(of: $1).fileLength } }
    runIdentity = test.runIdentity
    stages = run.stages.indices.map { stage in
      let own = tasks.filter { $0.stage == stage }
      return Stage(
        name: run.stages[stage].name, paths: run.stages[stage].pathCount, files: own.count, bytes: bytes(own))
    }
    let rates = try run.stages.map { try $0.measuredRate() }
    pathsPerSecond = rates[0]
    func drawing(_ tasks: some Collection<PathTask>) -> Double {
      let seconds = tasks.reduce(0) { $0 + Double(run.stages[$1.stage].pathCount(ofChunk: $1.chunk)) / rates[$1.stage] }
      return seconds / Double(max(1, min(threads, tasks.count)))
    }
    shards = (1...(shardCount ?? 1)).compactMap { number -> Part? in
      guard let shardCount, let shard = Shard(number, of: shardCount) else { return nil }
      let own = tasks[shard.range(of: tasks.count)]
      return Part(
        shard: number, files: own.count, paths: run.pathCount(of: own), bytes: bytes(own), seconds: drawing(own))
    }
    self.threads = threads
    drawingSeconds = drawing(tasks)
    let columns = run.stages[0].keptColumnCount(run.stages[0].pathCount - 1)
    let values = Double(columns) * Double(run.stages[0].pathCount)
    gatheringSeconds = values * Self.gatheringSecondsPerValue / Double(threads)
    memoryMegabytes = Self.memoryMegabytes(of: run, threads: threads)
  }

  /// Reading, sorting and summing up one value of a column: processor time measured with 300,000 paths of the 2026 scenario
  /// on an AMD EPYC.
  private static let gatheringSecondsPerValue = 10e-9

  /// The program and its tables, as measured; each worker's chunk; and, while columns are sorted, those that are read
  /// together and two copies of one of them a worker.
  private static func memoryMegabytes(of run: PathRun, threads: Int) -> Double {
    let chunk = 4 * run.stages[0].columnCount * PathChunk.columnStride
    let columns = 4 * (2 * run.stages[0].pathCount + min(16 * run.stages[0].pathCount, ColumnStore.valuesAtOnce))
    return 65 + Double(threads) * Double(max(chunk, columns)) / 1_048_576
  }
}

extension PathStage {
  /// Paths a second of one thread: the best of four blocks after one that warms up. Of the last file, because the first
  /// ones keep more.
  fileprivate func measuredRate() throws -> Double {
    let worker = try makeWorker(), chunk = PathChunk(columnCount: columnCount, sumCount: sumCount)
    let firstPath = firstPath(ofChunk: chunkCount - 1), count = min(pathsPerBlock, pathsPerFile)
    var best = Double.infinity
    for block in 0..<5 {
      let start = ContinuousClock.now
      try worker.project(firstPath: firstPath, count: count, into: chunk, at: block * count)
      let elapsed = (ContinuousClock.now - start).components
      if block > 0 { best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18) }
    }
    return Double(count) / max(best, 1e-9)
  }
}
