import CTile
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
    let width = DeviationTile.width, places = scales.count * width
    precondition(
      natural.count >= first * width + places && shadows.count == places && tile.deviations.count == places,
      "\(natural.count) places for \(scales.count) rows of \(width)")
    natural.withUnsafeMutableBufferPointer { natural in
      shadows.withUnsafeMutableBufferPointer { shadows in
        guard let natural = natural.baseAddress.map({ $0 + first * width }), let shadows = shadows.baseAddress else {
          return
        }
        for k in order {
          let (scale, base, addsUp) = Self.kernel(of: scales[k])
          (addsUp ? tile.cumulated : tile.deviations).withUnsafeBufferPointer { deviations in
            Tile.kernels.deviate(
              scale, values[k], anchors[k], FactorScale.softplusWidth, deviations.baseAddress.map { $0 + k * width },
              base.map { UnsafePointer(natural + $0 * width) },
              scale == TileScaleShadowRate ? base.map { UnsafePointer(shadows + $0 * width) } : nil,
              shadows + k * width, natural + k * width)
          }
        }
      }
    }
  }

  /// The kernel's scale, what the factor stands on, and whether its deviations add up.
  private static func kernel(of scale: FactorScale) -> (TileScale, base: Int?, addsUp: Bool) {
    switch scale {
    case .level: (TileScaleLevel, nil, false)
    case .spread(let base): (TileScaleSpread, base, false)
    case .logit: (TileScaleLogit, nil, false)
    case .logarithm: (TileScaleLogarithm, nil, false)
    case .logSpread(let base): (TileScaleLogSpread, base, false)
    case .shadowRate: (TileScaleShadowRate, nil, false)
    case .shadowSpread(let base): (TileScaleShadowRate, base, false)
    case .logGrowth: (TileScaleLogarithm, nil, true)
    }
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
