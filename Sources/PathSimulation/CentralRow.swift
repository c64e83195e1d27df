import TileArithmetic

/// One quarter of a central path, ready for deviations: what each scale needs of it.
package struct CentralRow: Sendable {
  /// Natural values.
  package let values: [Double]
  /// The part of the scale that deviations are added to, or that multiplies them: level or spread; shadow rate or
  /// shadow spread. Not used by logarithms and log growth, which need the value alone.
  package let anchors: [Double]

  /// Writes the natural values of 64 paths, `[factor][path]`.
  /// - Parameters:
  ///   - order: factors, each after what it rides on.
  ///   - tile: as it stands in this quarter.
  ///   - shadows: scratch, `[factor][path]`.
  ///   - first: the row of the first factor.
  func write(
    _ scales: [FactorScale], order: [Int], _ tile: borrowing DeviationTile, shadows: inout [Double],
    into natural: inout MutableSpan<Double>, at first: Int = 0
  ) {
    let width = DeviationTile.width
    let deviations = tile.deviations.span
    let cumulated = tile.cumulated.span
    var shadows = shadows.mutableSpan
    precondition(
      natural.count >= (first + scales.count) * width && shadows.count == scales.count * width
        && deviations.count == shadows.count, "\(natural.count) places for \(scales.count) rows of \(width)")
    for k in order {
      // Of this factor in `natural`, and from there to the row in the others.
      let start = (first + k) * width, own = -first * width
      let value = values[k]
      let anchor = anchors[k]
      switch scales[k] {
      case .level:
        for p in start..<start + width { natural[unchecked: p] = anchor + deviations[unchecked: p + own] }
      case .spread(let base):
        let shift = (base - k) * width
        for p in start..<start + width {
          natural[unchecked: p] = natural[unchecked: p + shift] + (anchor + deviations[unchecked: p + own])
        }
      case .logit:
        exponentiate(deviations, row: k, into: &natural, at: first + k)
        for p in start..<start + width {
          let odds = value * natural[unchecked: p]
          natural[unchecked: p] = odds / ((1 - value) + odds)
        }
      case .logarithm:
        exponentiate(deviations, row: k, into: &natural, at: first + k)
        for p in start..<start + width { natural[unchecked: p] *= value }
      case .logSpread(let base):
        let shift = (base - k) * width
        exponentiate(deviations, row: k, into: &natural, at: first + k)
        for p in start..<start + width {
          natural[unchecked: p] = natural[unchecked: p + shift] + anchor * natural[unchecked: p]
        }
      case .shadowRate:
        for p in k * width..<(k + 1) * width { shadows[unchecked: p] = anchor + deviations[unchecked: p] }
        writeRates(shadows.span, row: k, into: &natural, at: first + k)
      case .shadowSpread(let base):
        let shift = (base - k) * width
        for p in k * width..<(k + 1) * width {
          shadows[unchecked: p] = shadows[unchecked: p + shift] + (anchor + deviations[unchecked: p])
        }
        writeRates(shadows.span, row: k, into: &natural, at: first + k)
      case .logGrowth:
        exponentiate(cumulated, row: k, into: &natural, at: first + k)
        for p in start..<start + width { natural[unchecked: p] *= value }
      }
    }
  }

  /// natural[row] ← e to the power of the exponents' row k.
  private func exponentiate(
    _ exponents: Span<Double>, row k: Int, into natural: inout MutableSpan<Double>, at row: Int
  ) {
    let width = DeviationTile.width
    for p in 0..<width { natural[unchecked: row * width + p] = exponents[unchecked: k * width + p] }
    Tile.exponentiate(&natural, rows: row..<row + 1)
  }

  /// natural[row] ← the rates that row k of these shadow rates stands for; see `FactorScale.rate(shadow:)`.
  private func writeRates(_ shadows: Span<Double>, row k: Int, into natural: inout MutableSpan<Double>, at row: Int) {
    let start = row * DeviationTile.width, softness = FactorScale.softplusWidth
    for p in 0..<DeviationTile.width {
      natural[unchecked: start + p] = shadows[unchecked: k * DeviationTile.width + p] / softness
    }
    Tile.soften(&natural, rows: row..<row + 1)
    for p in start..<start + DeviationTile.width { natural[unchecked: p] *= softness }
  }

  /// - Returns: `nil` for a factor whose value its scale cannot hold.
  static func anchor(_ scale: FactorScale, of k: Int, in row: [Double]) -> Double? {
    switch scale {
    // Growth needs no quarter before it: only the level is scaled.
    case .logGrowth: row[k] > 0 && row[k].isFinite ? row[k] : nil
    case .logSpread(let base):
      scale.coordinate(of: k, in: row, after: nil).map { _ in
        FactorScale.spread(row[k], over: row[base])
      }
    default: scale.coordinate(of: k, in: row, after: nil)
    }
  }
}
