import RiskMeasures
import Stochastics

/// Finds the direction into the tail of the system's loan losses, and how far to go, without one network evaluation: its
/// paths have the linear challenger's loss rates.
///
/// Round after round, the loss is regressed on all normals of a path among paths that lie in the tail already: the first
/// gradient is that of the centre, the later ones that of the region that matters (the design point of reliability
/// methods). The shift is then the one with the least second moment of the estimator of P(loss > VaR) (variance
/// minimisation; Glasserman 2004, section 4.6). Whatever it finds, estimates stay free of bias: only their error depends
/// on it.
struct TailPilot {
  static let pathsPerRound = 8_192
  static let roundCount = 3
  /// The tail that is aimed at.
  static let level = 0.999
  private static let shifts = (1...60).map { Double($0) / 10 }

  /// Of a seed of its own, with the linear challenger alone and no network of banks.
  let pipeline: PathPipeline
  /// Of the paths that are drawn in the tail at last.
  let seed: UInt64

  /// - Returns: `nil` when nothing is random, so that there is no tail.
  func run() -> TailDraws? {
    guard !pipeline.normals.isEmpty else { return nil }
    var tail: TailDraws?
    for round in 0..<Self.roundCount {
      let sample = Sample(tail.map { pipeline.moved($0) } ?? pipeline, firstPath: round * Self.pathsPerRound)
      guard let direction = sample.gradient() else { return nil }
      tail = TailDraws(law: TailLaw(shift: Self.shift(along: direction, sample)), direction: direction, seed: seed)
    }
    return tail
  }

  private static func shift(along direction: [Double], _ sample: Sample) -> Double {
    let projections = sample.projections(onto: direction)
    let limit = WeightedSample(sample.losses, weights: sample.weights, replicateSize: NormalField.pathsPerTile)
      .valueAtRisk(level).value
    let beyond = sample.losses.indices.filter { Double(sample.losses[$0]) >= limit }
    func secondMoment(_ shift: Double) -> Double {
      let law = TailLaw(shift: shift)
      return beyond.reduce(0) { $0 + Double(sample.weights[$1]) * law.weight(at: projections[$1]) }
    }
    return shifts.min { secondMoment($0) < secondMoment($1) } ?? 0
  }

  /// Losses, weights and normals of one round.
  private struct Sample {
    let losses, weights: [Float]
    /// `[path][normal]`, as moved.
    private let normals: [Double]
    private let normalCount: Int
    private let isMoved: Bool

    init(_ pipeline: PathPipeline, firstPath: Int) {
      let count = TailPilot.pathsPerRound, width = PathFile.pathsPerFile
      let layout = pipeline.layout, worker = PipelineWorker(pipeline)
      let chunk = PathChunk(columnCount: layout.count, sumCount: pipeline.sums.count)
      var (losses, weights): ([Float], [Float]) = ([], [])
      func column(_ column: Int) -> UnsafeMutableBufferPointer<Float>.SubSequence {
        chunk.columns[column * PathChunk.columnStride..<column * PathChunk.columnStride + width]
      }
      for start in stride(from: 0, to: count, by: width) {
        for offset in stride(from: 0, to: width, by: pathsPerBlock) {
          worker.project(firstPath: firstPath + start + offset, count: pathsPerBlock, into: chunk, at: offset)
        }
        losses += column(layout.system(.loanLoss))
        weights += pipeline.tail == nil ? Array(repeating: 1, count: width)[...] : Array(column(layout.weight))[...]
      }
      self.losses = losses
      self.weights = weights
      isMoved = pipeline.tail != nil
      normalCount = pipeline.normals.reduce(0) { $0 + $1.count }
      normals = Self.normals(pipeline, firstPath: firstPath, count: count, width: normalCount)
    }

    private static func normals(_ pipeline: PathPipeline, firstPath: Int, count: Int, width: Int) -> [Double] {
      let tile = NormalField.pathsPerTile
      var result = [Double](repeating: 0, count: count * width), scratch: [Double] = []
      var amounts = [Double](repeating: 0, count: tile)
      for first in stride(from: 0, to: count, by: tile) {
        if let tail = pipeline.tail {
          var span = amounts.mutableSpan
          tail.fill(TilePaths(from: firstPath + first), pipeline.movedFields, amounts: &span, scratch: &scratch) {
            _, _ in
          }
        }
        var column = 0
        for part in pipeline.normals {
          let evenCount = (part.numberCount + 1) / 2 * 2
          var drawn = [Double](repeating: 0, count: evenCount * tile)
          for step in 0..<part.stepCount {
            var span = drawn.mutableSpan
            part.field.fillTile(TilePaths(from: firstPath + first), step: step, count: evenCount, into: &span)
            part.direction?.move(&span, step: step, by: amounts.span)
            for number in 0..<part.numberCount {
              for path in 0..<tile { result[(first + path) * width + column] = drawn[number * tile + path] }
              column += 1
            }
          }
        }
      }
      return result
    }

    /// The direction of steepest rise, of length one, among the paths that the tail's part of the law has drawn.
    func gradient() -> [Double]? {
      let kept = losses.indices.filter { !isMoved || $0 % NormalField.pathsPerTile >= TailLaw.plainCount }
      var rows: [Double] = []
      rows.reserveCapacity(kept.count * normalCount)
      for path in kept { rows += normals[path * normalCount..<(path + 1) * normalCount] }
      let slopes = LinearFit.coefficients(
        &rows, columnCount: normalCount, outcomes: kept.map { Double(losses[$0]) })
      let length = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 && length.isFinite ? slopes.map { $0 / length } : nil
    }

    func projections(onto direction: [Double]) -> [Double] {
      losses.indices.map { path in
        (0..<normalCount).reduce(0) { $0 + direction[$1] * normals[path * normalCount + $1] }
      }
    }
  }
}
