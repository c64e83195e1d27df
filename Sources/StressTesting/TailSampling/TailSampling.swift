import RiskMeasures
import SatelliteModels

/// How further paths are drawn where the system loses most; with weights, in tiles of 64 that are independent replicates.
enum TailSampling: Sendable {
  /// Along one direction, by another law (Glasserman & Li 2005).
  case importance(PathPipeline, TailDraws)
  /// Picked from many by the linear challenger (Neyman 1938).
  case twoPhase(TwoPhaseSampling)

  static let replicateSize = 64
  /// Tiles after which the members of the ensemble come round again.
  static let turn = LossRateModel.pathsPerRound / replicateSize

  /// A tile with all its candidates costs about what a file of plain paths does; files that cost alike divide a run
  /// evenly among threads and shards.
  private var pathsPerFile: Int {
    switch self {
    case .importance: PathFile.pathsPerFile
    case .twoPhase: CandidateStrata.tileCount
    }
  }

  /// What each path goes through.
  var pipeline: PathPipeline {
    switch self {
    case .importance(let pipeline, _): pipeline
    case .twoPhase(let sampling): sampling.whole
    }
  }

  func makeWorker() -> any TailWorker {
    switch self {
    case .importance(let pipeline, _): PipelineWorker(pipeline)
    case .twoPhase(let sampling): TwoPhaseWorker(sampling)
    }
  }

  func stage(_ name: String, pathCount: Int) -> PathStage {
    let layout = pipeline.layout
    return PathStage(
      name: name, pathCount: pathCount, pathsPerFile: pathsPerFile, columnCount: layout.count,
      keptColumnCount: { _ in layout.officialCount },
      sumCount: pipeline.sums.count, makeWorker: { makeWorker() })
  }

  /// A column of `count` paths from the first on, weighted, without a file.
  func sample(_ item: ColumnLayout.SystemItem, count: Int) -> WeightedSample {
    let worker = makeWorker(), layout = pipeline.layout
    let chunk = PathChunk(columnCount: layout.count, sumCount: pipeline.sums.count)
    var (values, weights): ([Float], [Float]) = ([], [])
    for first in stride(from: 0, to: count, by: pathsPerBlock) {
      let paths = min(pathsPerBlock, count - first)
      worker.project(firstPath: first, count: paths, into: chunk, at: 0)
      values += chunk.column(layout.system(item), count: paths)
      weights += chunk.column(layout.weight, count: paths)
    }
    return WeightedSample(values, weights: weights, replicateSize: Self.replicateSize, turn: Self.turn)
  }
}

/// A worker whose row cannot fail.
protocol TailWorker: PathWorker {
  func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int)
}
