/// One of the runs that a stress test is made of: the run itself, or a short one that tells what an assumption is worth.
struct PathStage: Sendable {
  /// Of its directory, too.
  let name: String
  let pathCount: Int
  let columnCount: Int
  /// How many of the columns the chunk that starts with that path keeps.
  let keptColumnCount: @Sendable (Int) -> Int
  let sumCount: Int
  /// Called on each worker's own thread.
  let makeWorker: @Sendable () throws -> any PathWorker

  var chunkCount: Int { (pathCount + PathFile.pathsPerFile - 1) / PathFile.pathsPerFile }

  func pathCount(ofChunk chunk: Int) -> Int {
    min(PathFile.pathsPerFile, pathCount - chunk * PathFile.pathsPerFile)
  }
}

extension PathStage {
  init(_ name: String, pathCount: Int, _ pipeline: PathPipeline) {
    self.init(
      name: name, pathCount: pathCount, columnCount: pipeline.layout.count,
      keptColumnCount: { pipeline.layout.keptCount(firstPath: $0) },
      sumCount: pipeline.sumSetCount * pipeline.sums.count,
      makeWorker: { pipeline.makeWorker() })
  }
}

/// One file of paths, the unit in which a run is drawn, kept, resumed and divided among machines.
struct PathTask: Hashable, Sendable {
  let stage: Int
  let chunk: Int
}
