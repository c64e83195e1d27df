/// The scale on which charge-off rates are modelled.
///
///     s(r) = sign(r + δ) · √|r + δ|,   δ = 0.1 %
///
/// Losses grow more than in proportion in a downturn and their noise grows with their level; on this scale both are
/// nearly constant. The scale is odd about −δ and so invertible everywhere: a net recovery keeps its sign, and no rate
/// needs to be clamped. A symmetric error on this scale leaves the median rate in place and lifts the mean.
enum RateScale {
  /// δ, an annualised fraction; a little more than the largest net recovery on record (0.05 %).
  static let shift = 0.001

  @inline(__always)
  static func transform(_ rate: Double) -> Double {
    let shifted = rate + shift
    return shifted < 0 ? -(-shifted).squareRoot() : shifted.squareRoot()
  }

  @inline(__always)
  static func rate(_ transformed: Double) -> Double { transformed * abs(transformed) - shift }
}
