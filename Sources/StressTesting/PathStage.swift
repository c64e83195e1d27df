/// One of the runs that a stress test is made of: the run itself, or a short one that tells what an assumption is worth.
struct PathStage: Sendable {
  /// Of its directory, too.
  let name: String
  let pathCount: Int
  /// Of each file but the last; at most `PathFile.pathsPerFile`, and fewer where a path costs more.
  var pathsPerFile = PathFile.pathsPerFile
  let columnCount: Int
  /// How many of the columns the chunk that starts with that path keeps.
  let keptColumnCount: @Sendable (Int) -> Int
  let sumCount: Int
  /// Called on each worker's own thread.
  let makeWorker: @Sendable () throws -> any PathWorker

  var chunkCount: Int { (pathCount + pathsPerFile - 1) / pathsPerFile }

  func firstPath(ofChunk chunk: Int) -> Int { chunk * pathsPerFile }

  func pathCount(ofChunk chunk: Int) -> Int { min(pathsPerFile, pathCount - firstPath(ofChunk: chunk)) }
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
