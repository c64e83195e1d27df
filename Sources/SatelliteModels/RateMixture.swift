import CTile
import TileArithmetic

/// How one series' rates are mixed from the linear model and the network.
///
///     l(t) = intercept + persistence · l(t − 1) + what the features drive
///     r(t) = (1 − share) · l(t) + share · (target mean + target scale · output) + error
///     rate = r |r| − δ
struct RateMixture {
  private var terms: TileSeries

  init(_ series: Int, _ projection: LossRateProjection) {
    let share = projection.networkShares[series], member = projection.model.members[0]
    terms = TileSeries(
      start: projection.start[series], intercept: projection.model.linear.intercepts[series],
      persistence: projection.model.linear.persistence[series], linearShare: 1 - share,
      mean: share * member.targetMeans[series], scale: share * member.targetScales[series], shift: RateScale.shift)
  }

  /// The same for a linear model whose rates are there already.
  var goneOn: RateMixture {
    var mixture = self
    (mixture.terms.start, mixture.terms.intercept, mixture.terms.persistence) = (0, 0, 0)
    return mixture
  }

  /// - Parameters:
  ///   - outputs: of the network, `[quarter][path][series]`.
  ///   - errors: `[quarter][series]` rows.
  ///   - driven: what the features drive, `[quarter][series]` rows; becomes l.
  ///   - rates: `[quarter][series]` rows, overwritten.
  static func mix(
    _ series: [RateMixture], quarters: Int, _ outputs: Span<Float>, _ errors: Span<Double>,
    _ driven: inout MutableSpan<Double>, into rates: inout MutableSpan<Double>
  ) {
    let count = quarters * series.count * Tile.width
    precondition(
      min(outputs.count, errors.count, driven.count, rates.count) >= count,
      "\(outputs.count), \(errors.count), \(driven.count) and \(rates.count) values, expected \(count) of each")
    series.withUnsafeBytes { terms in
      outputs.withUnsafeBufferPointer { outputs in
        errors.withUnsafeBufferPointer { errors in
          driven.withUnsafeMutableBufferPointer { driven in
            rates.withUnsafeMutableBufferPointer { rates in
              Tile.kernels.mixRates(
                quarters, series.count, terms.baseAddress?.assumingMemoryBound(to: TileSeries.self),
                outputs.baseAddress, errors.baseAddress, driven.baseAddress, rates.baseAddress)
            }
          }
        }
      }
    }
  }
}
