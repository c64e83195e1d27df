import Stochastics

/// Two-phase sampling of the tail: 8,192 candidates with the linear challenger's loss rates for each tile of 64 paths that
/// `CandidateStrata` picks for the networks.
final class TwoPhaseWorker: TailWorker {
  private let screening, whole: PipelineWorker
  private let weightColumn: Int
  private let seed: UInt64
  private var losses = [Float](repeating: 0, count: CandidateStrata.candidateCount)
  private var depletions = [Float](repeating: 0, count: CandidateStrata.candidateCount)

  init(_ sampling: TwoPhaseSampling) {
    screening = PipelineWorker(sampling.screening)
    whole = PipelineWorker(sampling.whole)
    weightColumn = sampling.whole.layout.weight
    seed = sampling.seed
  }

  func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) {
    for first in stride(from: 0, to: count, by: CandidateStrata.tileCount) {
      let paths = min(CandidateStrata.tileCount, count - first)
      let picks = picks(ofTile: firstPath + first)
      let start = (firstPath + first) * CandidateStrata.candidatesPerPath
      whole.project(
        TilePaths(at: firstPath + first) { start + picks[$0].candidate }, count: paths, keepsFans: false, into: chunk,
        at: offset + first)
      for path in 0..<paths { chunk.set(weightColumn, offset + first + path, to: picks[path].weight) }
    }
  }

  private func picks(ofTile firstPath: Int) -> [CandidateStrata.Pick] {
    let start = firstPath * CandidateStrata.candidatesPerPath
    for first in stride(from: 0, to: CandidateStrata.candidateCount, by: CandidateStrata.tileCount) {
      screening.carry(TilePaths(from: start + first))
      screening.tellSystem(losses: &losses, depletions: &depletions, at: first)
    }
    var stream = RandomStream(seed: seed, stream: .stratification, path: firstPath)
    return CandidateStrata.picks(
      from: CandidateStrata.worstFirst(losses: losses, depletions: depletions), uniform: { stream.uniform() })
  }
}

/// The same paths twice: as the linear challenger sees them, and through the whole row.
struct TwoPhaseSampling: Sendable {
  let screening, whole: PathPipeline
  /// Of the picks.
  let seed: UInt64
}
