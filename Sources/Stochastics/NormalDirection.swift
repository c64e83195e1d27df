/// A direction in the space of all normals that a path draws for one purpose, `[step][number]`.
///
/// Importance sampling moves every path along it by an amount of the path's own: whoever knows the law of the amounts
/// knows the likelihood ratio, however many normals there are (Glasserman, Heidelberger & Shahabuddin 1999).
package struct NormalDirection: Sendable, Equatable {
  package let stepCount: Int
  /// Normals of each step.
  package let numberCount: Int
  /// `[step][number]`
  package let coefficients: [Double]

  package init(stepCount: Int, numberCount: Int, coefficients: [Double]) {
    precondition(
      coefficients.count == stepCount * numberCount,
      "\(coefficients.count) coefficients for \(stepCount) steps of \(numberCount)")
    self.stepCount = stepCount
    self.numberCount = numberCount
    self.coefficients = coefficients
  }

  /// normals[number][path] ← normals[number][path] + coefficient[step][number] · amount[path].
  /// - Parameter amounts: one for each of the tile's paths; empty moves nothing.
  package func move(_ normals: inout MutableSpan<Double>, step: Int, by amounts: Span<Double>) {
    guard !amounts.isEmpty else { return }
    let width = NormalField.pathsPerTile
    precondition(amounts.count == width && normals.count >= numberCount * width, "a tile has \(width) paths")
    for number in 0..<numberCount {
      let coefficient = coefficients[step * numberCount + number]
      for path in 0..<width { normals[unchecked: number * width + path] += coefficient * amounts[unchecked: path] }
    }
  }

  /// projections[path] ← projections[path] + Σ coefficient · normal, over all steps and numbers, before any move.
  package func project(
    _ field: NormalField, _ paths: TilePaths, onto projections: inout MutableSpan<Double>, scratch: inout [Double]
  ) {
    let width = NormalField.pathsPerTile, evenCount = (numberCount + 1) / 2 * 2
    precondition(projections.count >= width, "\(projections.count) places for a tile of \(width)")
    if scratch.count < evenCount * width { scratch = [Double](repeating: 0, count: evenCount * width) }
    var normals = scratch.mutableSpan
    for step in 0..<stepCount {
      field.fillTile(paths, step: step, count: evenCount, into: &normals)
      for number in 0..<numberCount {
        let coefficient = coefficients[step * numberCount + number]
        for path in 0..<width {
          projections[unchecked: path] += coefficient * normals[unchecked: number * width + path]
        }
      }
    }
  }
}
