/// Which linear model, which network and how much of each: chosen at every origin on what was known there, so that the
/// score of the chosen is not flattered by the choice.
///
/// 1. The linear part and the network part are those with the least error relative to a random walk over the outcomes
///    known so far. Before `fewestOrigins` earlier origins are known, they are the challenger and the LSTM 32.
/// 2. Each loan type's network share is the least-squares weight over the known outcomes,
///
///        w = (Σᵢ mᵢ[(n − l)(s − l)] + κ D/2) / (Σᵢ mᵢ[(n − l)²] + κ D),     D = mean over i of mᵢ[(n − l)²],
///
///    held in 0 … 1, with mᵢ the mean over the known quarters of origin i, l and n the two forecasts, s the outcome,
///    transformed. The prior is one half (equal weights are hard to beat: Bates & Granger 1969, Timmermann 2006) and weighs
///    as much as κ = 4 origins.
/// 3. Where the linear part alone had no larger error than that combination, the share is 0: a network that does not beat
///    its challenger is not used.
struct NestedSelection: Sendable {
  struct Choice: Sendable, Equatable {
    var linear = WalkForwardVariant.challenger
    var network = WalkForwardVariant.network
    /// `[series]`
    var networkShares = [Double](repeating: 0.5, count: LoanSeries.count)
  }

  /// Fewer earlier origins than this do not choose between models.
  static let fewestOrigins = LossRateTraining.fewestOrigins
  /// κ.
  static let priorOrigins = 4.0
  static let model = "nested_choice"

  /// At each origin.
  let choices: [Choice]
  /// With everything known at the jump-off: what is shipped.
  let final: Choice
  /// Each origin's choice, from that origin.
  let forecast: WalkForwardForecast

  /// - Parameter choosesParts: without it the parts are always the challenger and the LSTM 32, and only their shares are
  ///   chosen.
  init(
    _ cases: [WalkForward.Case], _ forecasts: WalkForwardForecasts, _ variants: [WalkForwardVariant],
    choosesParts: Bool = true
  ) {
    let candidates = choosesParts ? variants : []
    choices = cases.indices.map { Self.choice(KnownOutcomes(cases, at: $0), forecasts, candidates) }
    final = Self.choice(KnownOutcomes(cases, at: cases.count), forecasts, candidates)
    let values = choices.enumerated().map { origin, choice in
      zip(forecasts[choice.linear].values[origin], forecasts[choice.network].values[origin]).map {
        Self.combine($0, $1, shares: choice.networkShares)
      }
    }
    forecast = WalkForwardForecast(model: choosesParts ? Self.model : "nested_shares_alone", values: values)
  }

  /// Two parts' transformed rates and the network's shares, each `[series]`.
  static func combine(_ linear: [Double], _ network: [Double], shares: [Double]) -> [Double] {
    shares.indices.map { (1 - shares[$0]) * linear[$0] + shares[$0] * network[$0] }
  }

  /// The one variant with the least error so far, anew at each origin: what picking a winner from the whole table would
  /// have given. A comparison, never used.
  static func winner(
    _ cases: [WalkForward.Case], _ forecasts: WalkForwardForecasts
  ) -> WalkForwardForecast {
    let values = cases.indices.map { origin in
      let known = KnownOutcomes(cases, at: origin)
      let isEarly = known.originCount < fewestOrigins
      let id = isEarly ? WalkForwardVariant.challenger : best(forecasts.all.map(\.model), known, forecasts)
      return forecasts[id ?? WalkForwardVariant.challenger].values[origin]
    }
    return WalkForwardForecast(model: "nested_winner", values: values)
  }

  private static func best(_ ids: [String], _ known: KnownOutcomes, _ forecasts: WalkForwardForecasts) -> String? {
    let scored = ids.compactMap { id in
      known.relativeError(of: forecasts[id], to: forecasts[WalkForwardVariant.randomWalk]).map { (id: id, error: $0) }
    }
    return scored.min { $0.error < $1.error }?.id
  }

  static func choice(
    _ known: KnownOutcomes, _ forecasts: WalkForwardForecasts, _ variants: [WalkForwardVariant]
  ) -> Choice {
    var choice = Choice()
    if known.originCount >= fewestOrigins {
      choice.linear = best(variants.filter(\.isLinearPart).map(\.id), known, forecasts) ?? choice.linear
      choice.network = best(variants.filter(\.isNetworkPart).map(\.id), known, forecasts) ?? choice.network
    }
    let linear = known.errors(of: forecasts[choice.linear])
    let network = known.errors(of: forecasts[choice.network])
    choice.networkShares = (0..<LoanSeries.count).map { share(linear, network, $0) }
    return choice
  }

  /// - Parameters: errors of both parts, `[origin][quarter][series]`, transformed.
  static func share(_ linear: [[[Double?]]], _ network: [[[Double?]]], _ series: Int) -> Double {
    var cross = 0.0
    var square = 0.0
    var origins = 0.0
    for (linear, network) in zip(linear, network) {
      // With errors e = s − l and f = s − n: n − l = e − f.
      let pairs = zip(linear, network).compactMap { linear, network -> (error: Double, difference: Double)? in
        guard let e = linear[series], let f = network[series] else { return nil }
        return (e, e - f)
      }
      guard !pairs.isEmpty else { continue }
      cross += pairs.reduce(0) { $0 + $1.error * $1.difference } / Double(pairs.count)
      square += pairs.reduce(0) { $0 + $1.difference * $1.difference } / Double(pairs.count)
      origins += 1
    }
    guard square > 0 else { return 0.5 }
    let prior = priorOrigins * square / origins
    let share = min(max((cross + prior / 2) / (square + prior), 0), 1)
    // The combination's error less the linear part's is w² Σ(n − l)² − 2w Σ(n − l)e.
    return share * square < 2 * cross ? share : 0
  }
}
