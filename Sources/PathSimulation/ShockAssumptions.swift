public import MacroScenarios

/// What an author decides about the futures around a central path: the file's `uncertainty`, without its scale.
public struct ShockAssumptions: Sendable, Equatable {
  /// How the quarters 2020Q2–2021Q1 enter every estimate. A row of the regression touches them when it or the quarter
  /// before it is one of them.
  public enum Pandemic: String, Sendable, CaseIterable {
    /// Like any other quarter.
    case keep
    /// Rows that touch them are left out.
    case exclude
    /// A row that touches them counts 1 / s²: s says how many times larger its residuals are than other quarters'
    /// (Lenza & Primiceri, "How to estimate a vector autoregression after March 2020", 2022).
    case downweight
  }

  public enum Dynamics: String, Sendable, CaseIterable {
    /// Every factor's deviation follows all factors' deviations of the quarter before, shrunk toward `ar1`.
    case var1
    /// Every factor's deviation follows its own alone.
    case ar1
  }

  public enum DegreesOfFreedom: Sendable, Equatable {
    case estimate
    case fixed(Double)
  }

  public enum CopulaFamily: Sendable, Equatable {
    case gaussian
    case studentT(DegreesOfFreedom)
  }

  /// What happens to an author's matrix that is no correlation matrix.
  public enum Repair: String, Sendable, CaseIterable {
    case refuse
    /// The nearest correlation matrix (Higham 2002).
    case higham
  }

  public enum Correlation: Sendable, Equatable {
    case estimate
    /// `[row][column]` in the order of the factors.
    case table([[Double]], repair: Repair)
  }

  /// The law of one factor's innovation; its mean is 0 (log-normal: its median), its standard deviation that of the
  /// residuals. A parameter that is `nil` is fitted to them.
  public enum Margin: Sendable, Equatable {
    case normal
    case studentT(degreesOfFreedom: Double?)
    case laplace
    case logistic
    case exponentialPower(shape: Double?)
    /// Skewed to the right: e^{σZ} less its median. For a factor on a log scale this comes on top of the log.
    case logNormal(logStandardDeviation: Double?)
  }

  public var calibrateFrom: Quarter
  public var calibrateTo: Quarter
  public var pandemic: Pandemic
  public var dynamics: Dynamics
  public var copula: CopulaFamily
  public var correlation: Correlation
  public var defaultMargin: Margin
  /// Margins of single factors, by id; the rest have the default.
  public var margins: [String: Margin]
  /// No quarter's innovation is larger than this many times the factor's largest on record, in either direction;
  /// infinite: none is too large.
  ///
  /// Several factors deviate on a log scale, and the exponential of a Student t has no mean, whatever its degrees of
  /// freedom: without a limit neither an expected loss nor an expected shortfall exists.
  public var shockLimit: Double

  public init(
    calibrateFrom: Quarter = Quarter(year: 1991, number: 1), calibrateTo: Quarter,
    pandemic: Pandemic = .downweight, dynamics: Dynamics = .var1, copula: CopulaFamily = .studentT(.estimate),
    correlation: Correlation = .estimate, defaultMargin: Margin = .studentT(degreesOfFreedom: nil),
    margins: [String: Margin] = [:], shockLimit: Double = 2
  ) {
    self.calibrateFrom = calibrateFrom
    self.calibrateTo = calibrateTo
    self.pandemic = pandemic
    self.dynamics = dynamics
    self.copula = copula
    self.correlation = correlation
    self.defaultMargin = defaultMargin
    self.margins = margins
    self.shockLimit = shockLimit
  }

  static let pandemicQuarters = Quarter(year: 2020, number: 2)...Quarter(year: 2021, number: 1)
}
