/// An author's assertion on the result, such as `p05(min(system.cet1_ratio)) >= 7.0%`.
///
/// Grammar, with blanks allowed between the parts:
///
///     assertion  = statistic "(" metric ")" comparison limit
///     statistic  = "mean" | "p" number           ; p05, p50, p99.9: a quantile over the paths
///     metric     = subject | ("min" | "end") "(" subject ")"     ; over the capital horizon, within one path
///     subject    = entity "." item
///     entity     = "system" | a bank's RSSD id
///     item       = "cet1_ratio"                  ; needs min or end
///                | "loan_loss_rate"              ; cumulative, of average balances; neither min nor end
///                | "capital_depletion"           ; start minus minimum of the CET1 ratio; neither min nor end
///     comparison = ">=" | "<=" | ">" | "<"
///     limit      = number "%"
public struct Check: Sendable, Equatable, Identifiable {
  public enum Statistic: Sendable, Equatable {
    case mean
    /// In (0, 1): `p05` is 0.05.
    case quantile(Double)
  }
  public enum Aggregation: String, Sendable, CaseIterable { case min, end }
  public enum Entity: Sendable, Equatable {
    case system
    case bank(rssd: Int)
  }
  public enum Item: String, Sendable, CaseIterable {
    case cet1Ratio = "cet1_ratio"
    /// Money, so that no check can set a limit in % to it; a stopping rule knows it.
    case loanLoss = "loan_loss"
    case loanLossRate = "loan_loss_rate"
    case capitalDepletion = "capital_depletion"

    /// Whether it has a value in every quarter, so that `min` or `end` must choose one.
    public var isPath: Bool { self == .cet1Ratio }
    /// Whether it is a share, which a limit in % suits.
    var isShare: Bool { self != .loanLoss }
  }
  public enum Comparison: String, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"

    public func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .atLeast: value >= limit
      case .atMost: value <= limit
      case .above: value > limit
      case .below: value < limit
      }
    }
  }
  public enum Severity: String, Sendable, CaseIterable { case error, warning }

  public let id: String
  /// As the author wrote it.
  public let assertion: String
  public let statistic: Statistic
  public let metric: Metric
  public let comparison: Comparison
  /// Fraction.
  public let limit: Double
  public let severity: Severity
}
