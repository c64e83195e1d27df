public import MacroScenarios
public import NeuralNetworks

/// Everything that turns a path of the economy into paths of annualised net charge-off rates, fitted on nothing after
/// its jump-off: an ensemble of networks, a linear model with one lag, the law of their errors and the law of bank effects.
///
/// A path's transformed rate is (1 − w) · linear + w · network, w the loan type's share in `choice`, the network being the
/// ensemble member of the path.
public struct LossRateModel: Sendable, Equatable {
  /// The last quarter it was fitted on.
  public let jumpOff: Quarter
  public let card: ModelCard
  /// `[quarter][series]`, annualised fractions of the four quarters that end with the jump-off.
  public let ratesAtJumpOff: [Double]
  public let bankEffects: BankEffectLaw

  let normalisation: FeatureNormalisation
  /// Smallest and largest standardised value in the sample, `[feature]`.
  let featureMinima: [Double]
  let featureMaxima: [Double]
  let linear: LinearChallenger
  let members: [LossRateNetwork]
  /// Which linear model and which network these are, and the network's share by loan type.
  let choice: NestedSelection.Choice
  let residuals: ResidualLaw

  /// Paths beside one another that share an ensemble member.
  public static let pathsPerMember = 64
  /// Paths after which the members come round again: one block.
  public static let pathsPerRound = 512

  public var memberCount: Int { members.count }

  /// The ensemble member of a path: paths 0–63 of each block of 512 have the first, 64–127 the second, and so on. Every
  /// block sees all members, and a path keeps its member whatever the number of paths or workers.
  public func memberOfPath(_ path: Int) -> Int {
    path % Self.pathsPerRound / Self.pathsPerMember % memberCount
  }
}
