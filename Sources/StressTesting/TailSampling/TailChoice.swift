import RiskMeasures

/// Which sampling of the tail a small sample of each prefers: for as many network evaluations, that with the smaller error
/// of the probability that the system loses more than its own 99.9 % quantile.
struct TailChoice: Sendable {
  static let pathCount = 512
  static let level = 0.999

  /// Standard errors as shares of that probability; infinite for a sample that tells none.
  let importance, twoPhase: Double

  var prefersTwoPhase: Bool { twoPhase < importance }

  init(_ importance: TailSampling, _ twoPhase: TailSampling) {
    self.importance = Self.error(of: importance)
    self.twoPhase = Self.error(of: twoPhase)
  }

  private static func error(of sampling: TailSampling) -> Double {
    let sample = sampling.sample(.loanLoss, count: pathCount)
    guard let error = sample.shareAbove(sample.valueAtRisk(level).value).standardError, error > 0 else {
      return .infinity
    }
    return error / (1 - level)
  }
}
