import Foundation
import Stochastics

/// The law of u, the coordinate of a path along the direction into the tail, standard normal by nature:
///
///     g(u) = a φ(u) + (1 − a) φ(u − s),   weight = φ(u) / g(u) = 1 / (a + (1 − a) exp(s u − s²/2))
///
/// The plain part keeps every weight at or below 1/a, whatever the direction is worth (a defensive mixture, Hesterberg
/// 1995). Both parts are stratified: of the 64 paths of a tile each has a stratum of its own, and all are weighted by the
/// whole mixture (Owen & Zhou 2000), so that a tile's mean is free of bias and tiles are independent replicates.
struct TailLaw: Sendable, Equatable {
  /// s, in standard deviations.
  let shift: Double

  /// 64 · a: paths of a tile that stay with the plain law.
  static let plainCount = 16
  static let tileCount = NormalField.pathsPerTile

  /// - Parameters:
  ///   - path: of the tile, 0 ..< 64.
  ///   - uniform: where in its stratum, in (0, 1).
  func coordinate(path: Int, uniform: Double) -> Double {
    let plain = Self.plainCount, rest = Self.tileCount - plain
    return path < plain
      ? Normal.standard.quantile((Double(path) + uniform) / Double(plain))
      : shift + Normal.standard.quantile((Double(path - plain) + uniform) / Double(rest))
  }

  /// The likelihood ratio at u; never above 4.
  func weight(at u: Double) -> Double {
    let plain = Double(Self.plainCount) / Double(Self.tileCount)
    return 1 / (plain + (1 - plain) * exp(shift * u - shift * shift / 2))
  }
}
