/// How futures are drawn around the central path.
public struct Uncertainty: Sendable, Equatable {
  /// What the quarters 2020Q2–2021Q1 count for in the calibration.
  public enum Pandemic: String, Sendable, CaseIterable { case keep, exclude, downweight }
  public enum Dynamics: String, Sendable, CaseIterable { case var1, ar1 }

  public enum DegreesOfFreedom: Sendable, Equatable {
    case estimate
    /// Above 2, so that the variance exists.
    case fixed(Double)
  }
  public enum Copula: Sendable, Equatable {
    case gaussian
    case studentT(degreesOfFreedom: DegreesOfFreedom)
  }

  public enum Repair: String, Sendable, CaseIterable { case refuse, higham }
  public enum Correlation: Sendable, Equatable {
    case estimate
    /// An author's matrix, symmetric with a unit diagonal, in the order of `Scenario.factors`.
    case table(matrix: [[Double]], repair: Repair)
  }

  /// Laws that an author may name for a factor's innovations.
  public enum MarginFamily: String, Sendable, CaseIterable {
    case normal
    case studentT = "student-t"
    case laplace, logistic
    case exponentialPower = "exponential-power"
    case logNormal = "log-normal"
  }

  /// First and last quarter of the history used; never later than the jump-off.
  public let calibrateFrom, calibrateTo: Quarter
  public let pandemic: Pandemic
  public let dynamics: Dynamics
  public let copula: Copula
  public let correlation: Correlation
  /// One per factor, in the order of `Scenario.factors`.
  public let margins: [MarginFamily]
  /// No quarter's shock is larger than this many times the factor's largest on record; infinite: none is too large.
  public let shockLimit: Double
  /// Multiplies every deviation; 0 leaves the central path alone.
  public let scale: Double
}

public struct Simulation: Sendable, Equatable {
  public enum Sampling: String, Sendable, CaseIterable {
    case plain
    /// Further paths in the tail of the system's losses, drawn by another law and weighted by their likelihood.
    case importance
    /// Pairs of paths whose normals are each other's negatives.
    case antithetic
    /// Points of independently scrambled nets of Sobol's sequence.
    case sobol
    /// Further paths in the tail of the system's losses, picked from many by the linear challenger.
    case twoPhase = "two-phase"
    /// Further paths in the tail by the better of those two ways, as a pilot finds.
    case auto

    /// Whether further paths are drawn in the tail.
    public var hasTail: Bool { [.importance, .twoPhase, .auto].contains(self) }
  }
  /// Paths of the smallest nets: their number times 512.
  public static let fewestNetPaths = 16_384

  /// With `stopWhen` the most that may be drawn.
  public let paths: Int
  public let seed: UInt64
  public let sampling: Sampling
  /// Further paths in the tail; 0 where none are drawn.
  public let tailPaths: Int
  /// `nil` where all `paths` are drawn.
  public let stopWhen: StopRule?

  public init(paths: Int, seed: UInt64, sampling: Sampling, tailPaths: Int = 0, stopWhen: StopRule? = nil) {
    self.paths = paths
    self.seed = seed
    self.sampling = sampling
    self.tailPaths = tailPaths
    self.stopWhen = stopWhen
  }
}

/// How the unseen interbank network is made and cleared.
public struct Network: Sendable, Equatable {
  public enum Reconstruction: String, Sendable, CaseIterable { case maximumEntropy = "maximum-entropy" }
  public let reconstruct: Reconstruction
  /// Share of the intra-financial totals that stays among these banks: one value, or both ends of an interval.
  public let insideShare: [Double]
  /// Share of a failed bank's assets that its creditors get.
  public let recovery: Double
  /// CET1 ratio below which a bank is in default.
  public let defaultBelow: Double
}

public struct Models: Sendable, Equatable {
  public enum ModelSet: String, Sendable, CaseIterable { case historical }
  public let set: ModelSet
  public let lossRates: InputFile
  /// The crisis models that look at the central path; `nil` when the scenario names none.
  public let earlyWarning: InputFile?
  /// The models that say how unlike history the path is; `nil` when the scenario names none.
  public let plausibility: InputFile?
  /// Ranks the accounts of a card portfolio; `nil` where the scenario has none.
  public let accounts: InputFile?
  /// Whether paths draw residuals of the loss-rate model, and effects of single banks.
  public let residuals, bankEffects: Bool
}

/// A portfolio of cards whose accounts are ranked, around the level that the loss-rate model gives.
public struct CardPortfolio: Sendable, Equatable {
  public let accounts: InputFile
  /// Share of an account's balance that is lost when it defaults.
  public let lossGivenDefault: Double
  /// Into how many equal parts of its accounts the portfolio is cut, safest to riskiest.
  public let segments: Int
  /// Multiplies the distances between the accounts' logits: 1 as ranked, 0 all alike.
  public let spread: Double
}

public struct Capital: Sendable, Equatable {
  public enum BalanceSheet: String, Sendable, CaseIterable { case constant }
  public let taxRate: Double
  /// Share of positive earnings that is paid out; 0 for `distributions: none`.
  public let payout: Double
  public let balanceSheet: BalanceSheet
}

public struct Report: Sendable, Equatable {
  public enum Audience: String, Sendable, CaseIterable { case `internal`, supervisor, `public` }
  public enum Format: String, Sendable, CaseIterable {
    case html, md, json, sqlite, csv
    /// What a run writes when the file does not say.
    public static let standard: [Format] = [.html, .md, .json]
  }
  public let audience: Audience
  public let formats: [Format]
  /// Whether a table of every path is written too.
  public let pathTotals: Bool

  public init(audience: Audience, formats: [Format], pathTotals: Bool = false) {
    self.audience = audience
    self.formats = formats
    self.pathTotals = pathTotals
  }
}
