/// What a quarter is, or what a model takes it for.
///
/// - crisis: a month of the quarter lies in a recession, or losses on commercial and industrial loans are in the top
///   decile of the training quarters (`CrisisLabels`).
/// - elevated: no crisis, but one begins within the next four quarters.
/// - calm: neither.
public enum RiskLevel: Int, Sendable, CaseIterable, Comparable, Codable {
  case calm, elevated, crisis

  public var name: String {
    switch self {
    case .calm: "calm"
    case .elevated: "elevated"
    case .crisis: "crisis"
    }
  }

  public init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  static let count = allCases.count

  public static func < (left: RiskLevel, right: RiskLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Probabilities of the three levels; they add up to 1.
public struct LevelProbabilities: Sendable, Equatable, Codable {
  public let calm, elevated, crisis: Double

  public init(calm: Double, elevated: Double, crisis: Double) {
    self.calm = calm
    self.elevated = elevated
    self.crisis = crisis
  }

  /// - Parameter values: `[level]`
  init(_ values: [Double]) {
    precondition(values.count == RiskLevel.count, "\(values.count) probabilities, expected \(RiskLevel.count)")
    self.init(calm: values[0], elevated: values[1], crisis: values[2])
  }

  public subscript(level: RiskLevel) -> Double {
    switch level {
    case .calm: calm
    case .elevated: elevated
    case .crisis: crisis
    }
  }

  /// Of a crisis now or within four quarters.
  public var warning: Double { elevated + crisis }

  /// From here on a quarter counts as a crisis: it is more likely one than not.
  public static let crisisThreshold = 0.5
  /// From here on a quarter is elevated: one chance in three, as if a missed crisis cost twice a false alarm.
  public static let warningThreshold = 1.0 / 3

  /// The level that the two thresholds make of the probabilities. They are conventions, fitted to nothing.
  public var level: RiskLevel {
    crisis >= Self.crisisThreshold ? .crisis : warning >= Self.warningThreshold ? .elevated : .calm
  }
}
