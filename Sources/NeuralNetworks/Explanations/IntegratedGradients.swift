/// Integrated gradients (Sundararajan, Taly & Yan 2017): the attribution of coordinate i of the input x, from baseline x′,
///
///     aᵢ = (xᵢ − x′ᵢ) · ∫₀¹ ∂f/∂xᵢ (x′ + t·(x − x′)) dt
///
/// Σ aᵢ = f(x) − f(x′) (completeness); a coordinate that f does not read has 0 (sensitivity); two that f reads alike
/// and that change alike have the same (symmetry); for a linear f, aᵢ = wᵢ·(xᵢ − x′ᵢ) exactly.
///
/// The line is cut into pieces, each with an eight-point Gauss–Legendre rule. How far a piece is from complete is known,
/// because f is known at both of its ends; pieces that miss more than their share are halved, so that the kinks of a
/// piecewise linear network cost a few more pieces and not a finer grid everywhere.
public enum IntegratedGradients {
  /// Largest |Σ aᵢ − Δf| as a share of |Δf|.
  public static let tolerance = 0.01
  /// Points after which the attribution is given up.
  static let pointLimit = 4096
  private static let rule = GaussLegendre(8)

  /// Values and gradients of a function of several outputs at several points.
  public struct Evaluation: Sendable {
    /// `[point][output]`
    public var values: [[Double]]
    /// `[point][output][coordinate]`
    public var gradients: [[[Double]]]

    public init(values: [[Double]], gradients: [[[Double]]]) {
      self.values = values
      self.gradients = gradients
    }
  }

  /// - Parameters:
  ///   - baseline: x′; of the size of `input`.
  ///   - function: f at points of that size, many at a time.
  /// - Returns: one attribution per output of the function.
  /// - Throws: when an output stays farther than `tolerance` from complete, or is not finite.
  public static func attributions(
    from baseline: [Double], to input: [Double], tolerance: Double = Self.tolerance,
    _ function: ([[Double]]) -> Evaluation
  ) throws(IncompleteAttribution) -> [Attribution] {
    precondition(
      baseline.count == input.count && !input.isEmpty,
      "a baseline of \(baseline.count) values for an input of \(input.count), expected as many and 1 or more")
    var line = Line(baseline, input)
    line.cut(at: [0, 0.5, 1], function)
    while true {
      let broken = line.piecesBeyond(tolerance)
      if broken.isEmpty { break }
      guard line.pointCount < pointLimit, line.isFinite else { throw line.failure(tolerance) }
      line.halve(broken, function)
    }
    let attributions = line.attributions
    for (output, attribution) in attributions.enumerated() {
      guard attribution.relativeGap <= tolerance else {
        throw IncompleteAttribution(output: output, attribution: attribution, tolerance: tolerance)
      }
    }
    return attributions
  }

  /// One stretch of the line, from `start` to `end` in [0, 1], with f at both ends and the mean gradient between.
  private struct Piece {
    let start: Double
    let end: Double
    /// `[output]`
    let startValues: [Double]
    let endValues: [Double]
    /// `[output][coordinate]`: the integral of the gradient over the piece, times the change of the coordinate.
    let integrals: [[Double]]

    func gap(_ output: Int) -> Double {
      abs(integrals[output].reduce(0, +) - (endValues[output] - startValues[output]))
    }
  }

  private struct Line {
    let baseline: [Double]
    let change: [Double]
    private(set) var pieces: [Piece] = []
    private(set) var pointCount = 0

    init(_ baseline: [Double], _ input: [Double]) {
      self.baseline = baseline
      change = zip(input, baseline).map { $0 - $1 }
    }

    private var outputs: Range<Int> { (pieces.first?.startValues ?? []).indices }

    var isFinite: Bool {
      pieces.allSatisfy { piece in outputs.allSatisfy { piece.gap($0).isFinite } }
    }

    private func point(_ t: Double) -> [Double] { zip(baseline, change).map { $0 + t * $1 } }

    /// Makes the pieces between neighbouring cuts, all in one call of the function.
    mutating func cut(at cuts: [Double], _ function: ([[Double]]) -> Evaluation) {
      pieces = makePieces(zip(cuts, cuts.dropFirst()).map { ($0, $1) }, function)
    }

    mutating func halve(_ broken: [Int], _ function: ([[Double]]) -> Evaluation) {
      let halves = broken.flatMap { index -> [(Double, Double)] in
        let piece = pieces[index]
        let middle = (piece.start + piece.end) / 2
        return [(piece.start, middle), (middle, piece.end)]
      }
      let made = makePieces(halves, function)
      let kept = pieces.indices.filter { !broken.contains($0) }.map { pieces[$0] }
      // In the order of the line, so that sums are taken in one order however the pieces came about.
      pieces = (kept + made).sorted { $0.start < $1.start }
    }

    private mutating func makePieces(
      _ stretches: [(Double, Double)], _ function: ([[Double]]) -> Evaluation
    ) -> [Piece] {
      let rule = IntegratedGradients.rule
      let points = stretches.flatMap { start, end in
        [point(start), point(end)] + rule.nodes.map { point(start + $0 * (end - start)) }
      }
      let found = function(points)
      let perPiece = 2 + rule.nodes.count
      precondition(
        found.values.count == points.count && found.gradients.count == points.count,
        "\(found.values.count) values and \(found.gradients.count) gradients for \(points.count) points")
      pointCount += points.count
      return stretches.enumerated().map { index, stretch in
        let first = index * perPiece
        let integrals = found.values[first].indices.map { output in
          change.indices.map { coordinate in
            var sum = 0.0
            for (node, weight) in rule.weights.enumerated() {
              sum += weight * found.gradients[first + 2 + node][output][coordinate]
            }
            return change[coordinate] * sum * (stretch.1 - stretch.0)
          }
        }
        return Piece(
          start: stretch.0, end: stretch.1, startValues: found.values[first], endValues: found.values[first + 1],
          integrals: integrals)
      }
    }

    /// The pieces that miss more than an equal share of half the tolerance, of any output.
    func piecesBeyond(_ tolerance: Double) -> [Int] {
      guard let first = pieces.first, let last = pieces.last else { return [] }
      return outputs.flatMap { output -> [Int] in
        let total = abs(last.endValues[output] - first.startValues[output])
        let gaps = pieces.map { $0.gap(output) }
        // Complete enough as it is: no piece need be halved.
        guard gaps.reduce(0, +) > tolerance / 2 * total || !total.isFinite else { return [] }
        let share = tolerance / 2 * total / Double(pieces.count)
        return gaps.indices.filter { !(gaps[$0] <= share) }
      }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    var attributions: [Attribution] {
      outputs.map { output in
        Attribution(
          values: change.indices.map { coordinate in
            pieces.reduce(0) { $0 + $1.integrals[output][coordinate] }
          },
          baselineValue: pieces[0].startValues[output], value: pieces[pieces.count - 1].endValues[output],
          nodeCount: pointCount)
      }
    }

    /// The output that misses most.
    func failure(_ tolerance: Double) -> IncompleteAttribution {
      let all = attributions
      let worst = all.indices.max { !(all[$1].relativeGap <= all[$0].relativeGap) } ?? 0
      return IncompleteAttribution(output: worst, attribution: all[worst], tolerance: tolerance)
    }
  }
}
