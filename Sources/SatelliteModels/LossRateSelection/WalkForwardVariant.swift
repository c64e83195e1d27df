/// One model of the walk-forward test: the finite list of everything that was tried.
///
/// Nothing that was scored was taken off it; `half_signed_half_lstm_32` was put on it when its parts had been scored, which
/// is one more reason to trust the nested choice and not the best row.
struct WalkForwardVariant: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// The last known rates, unchanged.
    case randomWalk
    case linear(LinearSpecification)
    /// The mean of an ensemble.
    case network(LossRateNetwork.Settings)
    /// A network moved by what it misses at the origin, of which `decay` remains after each quarter.
    case anchored(network: String, decay: Double)
    /// The mean of others, on the transformed scale.
    case mean([String])
  }

  let id: String
  let kind: Kind

  static let randomWalk = "random_walk"
  static let challenger = "linear"
  static let network = "lstm_32"

  /// Whether it can be the linear part of a combination: what is fitted on the transformed scale.
  var isLinearPart: Bool {
    if case .linear(let specification) = kind { specification.scale == .squareRoot } else { false }
  }

  /// Whether it can be the network part.
  var isNetworkPart: Bool { if case .network = kind { true } else { false } }

  var specification: LinearSpecification? { if case .linear(let specification) = kind { specification } else { nil } }
  var settings: LossRateNetwork.Settings? { if case .network(let settings) = kind { settings } else { nil } }

  static let all: [WalkForwardVariant] = linear + networks + combinations

  private static let linear: [WalkForwardVariant] = [
    .init(id: randomWalk, kind: .randomWalk),
    .init(id: challenger, kind: .linear(.init())),
    .init(id: "linear_light_penalty", kind: .linear(.init(penalty: 0.1))),
    .init(id: "linear_heavy_penalty", kind: .linear(.init(penalty: 2))),
    .init(
      id: "linear_six_features",
      kind: .linear(.init(penalty: 0.1, features: LinearSpecification.sixFeatures))),
    .init(id: "linear_signed", kind: .linear(.init(keepsExpectedSigns: true))),
    .init(id: "linear_shared", kind: .linear(.init(sharesCoefficients: true))),
    .init(id: "linear_on_logarithm", kind: .linear(.init(scale: .logarithm))),
    .init(id: "linear_on_rate", kind: .linear(.init(scale: .level))),
  ]

  private static let networks: [WalkForwardVariant] = [
    .init(id: network, kind: .network(.small)),
    .init(id: "lstm_16", kind: .network(.init(hidden: [16]))),
    .init(id: "lstm_32_light_penalty", kind: .network(.init(hidden: [32], weightDecay: 0.1, dropout: 0.2))),
    .init(id: "lstm_32_heavy_penalty", kind: .network(.init(hidden: [32], weightDecay: 3, dropout: 0.5))),
    .init(
      id: "lstm_32_six_features",
      kind: .network(.init(hidden: [32], features: LinearSpecification.sixFeatures))),
    .init(id: "lstm_32_stopped_early", kind: .network(.init(hidden: [32], epochs: 120))),
    .init(id: "lstm_50-50-50", kind: .network(.reference)),
    .init(id: "lstm_32_anchored", kind: .anchored(network: network, decay: 0.8)),
  ]

  private static let combinations: [WalkForwardVariant] = [
    .init(id: "half_linear_half_lstm_32", kind: .mean([challenger, network])),
    .init(id: "half_signed_half_lstm_32", kind: .mean(["linear_signed", network])),
    .init(id: "half_linear_half_lstm_50-50-50", kind: .mean([challenger, "lstm_50-50-50"])),
    .init(
      id: "mean_of_linear", kind: .mean([challenger, "linear_six_features", "linear_signed", "linear_shared"])),
    .init(
      id: "mean_of_networks",
      kind: .mean([
        network, "lstm_16", "lstm_32_light_penalty", "lstm_32_heavy_penalty", "lstm_32_six_features",
        "lstm_32_stopped_early",
      ])),
  ]
}
