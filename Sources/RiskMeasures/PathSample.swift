import CGSL

/// The outcomes of one quantity over the paths of a run, with the errors that the paths' dependence on one another gives.
///
/// Values are those of `SortedSample`, and so are the errors of independent paths. Where paths depend on one another, every
/// error is that of a mean over independent groups: of the figure itself where it is a mean, of its influence function
/// otherwise (batching and sectioning: Nakayama 2014; for randomised nets L'Ecuyer, Nakayama, Owen & Tuffin 2023), with
/// Student's quantile for as many groups as there are.
///
/// Standard deviation and expected shortfall keep the error of independent paths where that is larger: they rest on rare
/// extremes, and groups that have met none agree with one another and take themselves for surer than they are.
public struct PathSample {
  public let sorted: SortedSample
  /// Numbers of the paths, rising; `nil` where they are all from 0 on.
  private let paths: [Int]?
  private let dependence: Dependence

  public var count: Int { sorted.count }

  /// - Parameters:
  ///   - values: at least one, finite, in the order of the paths.
  ///   - paths: the numbers of the paths, rising, where they are not all from 0 on.
  public init(_ values: [Float], ofPaths paths: [Int]? = nil, _ dependence: Dependence) {
    precondition(paths.map { $0.count == values.count } ?? true, "\(values.count) values of other paths")
    sorted = SortedSample(sorting: values)
    self.paths = paths
    self.dependence = dependence
  }

  /// Outcomes of independent paths.
  public init(_ sorted: SortedSample) {
    self.sorted = sorted
    paths = nil
    dependence = .none
  }

  public func mean() -> Estimate {
    guard dependence != .none else { return sorted.mean() }
    let found = meanError { $0 }
    return estimate(sorted.mean().value, found.standardError, found)
  }

  /// The error is that of the mean square distance from the mean, over twice the standard deviation.
  public func standardDeviation() -> Estimate {
    let plain = sorted.standardDeviation()
    guard dependence != .none, plain.value > 0 else { return plain }
    let mean = sorted.mean().value
    let found = meanError { ($0 - mean) * ($0 - mean) }
    return careful(plain, found.standardError.map { $0 / (2 * plain.value) }, found)
  }

  /// The quantile of that level. Its interval holds the outcomes at which that of the share beyond it ends (Woodruff 1952).
  public func quantile(_ level: Double) -> Estimate {
    guard dependence != .none else { return sorted.quantile(level) }
    let limit = Float(sorted[rank: sorted.tailRank(level)])
    let found = dependence.share(of: sorted.outcomes, paths: paths) { $0 > limit }
    guard let error = found.standardError else { return Estimate(value: Double(limit)) }
    return sorted.valueAtRisk(level, error: error * Double(count), studentQuantile: found.studentQuantile)
  }

  public func valueAtRisk(_ confidence: Double) -> Estimate { quantile(confidence) }

  /// The error is that of E[(X − VaR)⁺] / (1 − α): VaR minimises VaR plus that (Rockafellar & Uryasev 2000), so that its own
  /// error does not count to first order.
  public func expectedShortfall(_ confidence: Double) -> Estimate {
    let plain = sorted.expectedShortfall(confidence)
    guard dependence != .none, plain.standardError != nil else { return plain }
    let quantile = sorted.valueAtRisk(confidence).value
    let found = meanError { max(0, $0 - quantile) / (1 - confidence) }
    return careful(plain, found.standardError, found)
  }

  /// How many times the variance of independent paths the groups' own is smaller; `nil` for independent paths. Of
  /// replicates with a 95 % interval, from the law of a variance of so many nearly normal numbers.
  public func varianceReduction(_ figure: (Self) -> Estimate, independent: (SortedSample) -> Estimate) -> Estimate? {
    guard dependence != .none, let own = figure(self).standardError, own > 0,
      let other = independent(sorted).standardError
    else { return nil }
    let ratio = other * other / (own * own)
    // No ratio where the error of independent paths stands.
    guard case .replicates(let groupCount, _) = dependence, ratio != 1 else { return Estimate(value: ratio) }
    let freedom = Double(groupCount - 1)
    return Estimate(
      value: ratio, standardError: ratio * (2 / freedom).squareRoot(),
      lower: ratio * gsl_cdf_chisq_Pinv(0.025, freedom) / freedom,
      upper: ratio * gsl_cdf_chisq_Pinv(0.975, freedom) / freedom)
  }

  private func estimate(_ value: Double, _ error: Double?, _ found: Dependence.MeanError) -> Estimate {
    error.map { Estimate(value: value, standardError: $0, groupCount: found.groupCount) } ?? Estimate(value: value)
  }

  /// With the larger of both errors.
  private func careful(_ plain: Estimate, _ error: Double?, _ found: Dependence.MeanError) -> Estimate {
    estimate(plain.value, error.map { max($0, plain.standardError ?? 0) }, found)
  }

  private func meanError(_ function: (Double) -> Double) -> Dependence.MeanError {
    dependence.meanError(of: sorted.outcomes, paths: paths) { function(Double($0)) }
  }
}
