import Foundation

/// One named disturbance of one factor, added to the central path.
///
/// Full size in the quarters `at … at + duration − 1`; after them it halves every `decay` quarters, or is gone at once
/// when there is no `decay`. Without a `duration` it lasts to the end.
public struct Shock: Sendable, Equatable, Identifiable {
  public let id: String
  public let factor: RiskFactor
  /// For a rate what is added to it (+50bp is 0.005); for an index the relative change of its level (−30 % is −0.3).
  public let size: Double
  /// First quarter of the horizon in which it is felt, from 1.
  public let at: Int
  public let duration: Int?
  /// Half-life in quarters.
  public let decay: Double?
  public let why: String

  public init(
    id: String, factor: RiskFactor, size: Double, at: Int, duration: Int?, decay: Double?, why: String
  ) {
    self.id = id
    self.factor = factor
    self.size = size
    self.at = at
    self.duration = duration
    self.decay = decay
    self.why = why
  }

  /// The share of `size` felt in that quarter of the horizon (from 1):
  ///
  ///     w(t) = 0                             t < at
  ///            1                             at ≤ t < at + duration
  ///            2^(−(t − at − duration + 1) / decay)   after that
  public func weight(inQuarter quarter: Int) -> Double {
    guard quarter >= at else { return 0 }
    guard let duration, quarter >= at + duration else { return 1 }
    guard let decay else { return 0 }
    return exp2(-Double(quarter - at - duration + 1) / decay)
  }
}
