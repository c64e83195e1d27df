import CGSL

/// A probability estimated by counting.
public enum Proportion {
  /// `events` in `trials`, with the exact 95 % interval of Clopper & Pearson (1934).
  ///
  /// When nothing happened the lower bound is 0 and the upper one is the one-sided 95 % bound 1 − 0.05^(1/n), which is
  /// the rule of three, 3/n; when all did, the mirror image.
  public static func estimate(events: Int, trials: Int) -> Estimate {
    precondition(trials > 0 && (0...trials).contains(events), "\(events) events in \(trials) trials")
    let n = Double(trials), k = Double(events), share = k / n
    let lower: Double, upper: Double
    switch events {
    case 0: (lower, upper) = (0, -gsl_expm1(gsl_sf_log(0.05) / n))
    case trials: (lower, upper) = (gsl_sf_exp(gsl_sf_log(0.05) / n), 1)
    default:
      lower = betaQuantile(0.025, k, n - k + 1)
      upper = betaQuantile(0.975, k + 1, n - k)
    }
    return Estimate(value: share, standardError: (share * (1 - share) / n).squareRoot(), lower: lower, upper: upper)
  }

  /// The same interval from a standard error, by the number of independent trials that would have it (Korn & Graubard 1998).
  /// - Parameters:
  ///   - share: in (0, 1).
  ///   - studentQuantile: half of a 95 % interval's width in standard errors; more than the normal's counts as fewer trials.
  static func estimate(share: Double, standardError: Double, studentQuantile: Double) -> Estimate {
    let widening = normalQuantile975 / studentQuantile
    let trials = share * (1 - share) / (standardError * standardError) * widening * widening
    let events = share * trials
    return Estimate(
      value: share, standardError: standardError, lower: betaQuantile(0.025, events, trials - events + 1),
      upper: betaQuantile(0.975, events + 1, trials - events))
  }

  /// The quantile of the beta law by bisection of GSL's distribution function to the last bit; GSL's own inverse gives
  /// NaN for some large parameters.
  private static func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
    var low = 0.0, high = 1.0
    while true {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { return middle }
      if gsl_cdf_beta_P(middle, a, b) < probability { low = middle } else { high = middle }
    }
  }
}
