public import Banking

/// What the network adds to a path's losses, beside CET1 and not inside it: part of the exposures already stands in other
/// loans and in counterparty losses.
///
/// Two things are computed from each bank's CET1 at its lowest. Defaults: a bank below `defaultBelow` fails, its
/// creditors receive `recovery` of its assets, and clearing decides who falls with it. Distress: DebtRank passes on the
/// loss of equity of every bank, with `1 − recovery` lost of a claim on a bank that has lost all.
///
/// A bank's obligations are its assets less CET1 at the jump-off; its losses take from its assets outside the network.
public struct ContagionModel: Sendable {
  public let network: InterbankNetwork
  public let debtRank: DebtRank

  private let clearing: Clearing
  private let cet1: [Double]
  /// External assets while CET1 is as at the jump-off.
  private let externalAssets: [Double]

  /// - Parameters:
  ///   - network: of the same banks in the same order.
  ///   - recovery: share of a failed bank's assets that reaches its creditors.
  ///   - defaultBelow: the CET1 ratio below which a bank fails.
  /// - Precondition: every bank has positive CET1, and assets beyond its inside claims.
  public init(banks: [Bank], network: InterbankNetwork, recovery: Double, defaultBelow: Double = 0.045) {
    precondition(network.bankCount == banks.count, "\(network.bankCount) banks in the network, \(banks.count) given")
    self.network = network
    cet1 = banks.map(\.cet1)
    let obligations = banks.map { $0.averageAssets - $0.cet1 }
    let inside = network.insideLiabilities
    externalAssets = zip(banks, network.insideAssets).map { $0.averageAssets - $1 }
    precondition(
      zip(obligations, inside).allSatisfy { $0 >= $1 }, "a bank owes more inside the network than it owes at all")
    clearing = Clearing(
      liabilities: network.liabilities, externalLiabilities: zip(obligations, inside).map { $0 - $1 },
      thresholds: banks.map { defaultBelow * $0.riskWeightedAssets }, externalRecovery: recovery,
      interbankRecovery: recovery)
    debtRank = DebtRank(
      liabilities: network.liabilities, equities: banks.map(\.cet1), lossGivenDefault: 1 - recovery)
  }

  /// Scratch and answer of one path; one per worker.
  public struct Workspace: Sendable {
    /// Banks below the threshold by their own losses, and those that fall with them.
    public internal(set) var firstRoundDefaults = 0
    public internal(set) var contagiousDefaults = 0
    /// What the banks do not receive from each other because of defaults, millions.
    public internal(set) var contagionLosses = 0.0
    /// Share of the system's CET1 at the jump-off that distress takes beyond the path's own losses.
    public internal(set) var debtRank = 0.0
    /// How the distress of this path spread, bank by bank.
    public internal(set) var distress: DebtRank.Workspace
    /// Of the last path with a default.
    var clearing: Clearing.Workspace
    var externalAssets: [Double]
    /// Share of each bank's CET1 that the path itself takes: what distress starts from.
    public internal(set) var shock: [Double]
  }

  public func makeWorkspace() -> Workspace {
    let zeros = [Double](repeating: 0, count: cet1.count)
    return Workspace(
      distress: debtRank.makeWorkspace(), clearing: clearing.makeWorkspace(), externalAssets: zeros, shock: zeros)
  }

  /// Spreads one path's losses.
  /// - Parameter lowestCet1: each bank's CET1 at its lowest, millions.
  public func propagate(lowestCet1: Span<Double>, into workspace: inout Workspace) {
    precondition(lowestCet1.count == cet1.count, "\(lowestCet1.count) banks, expected \(cet1.count)")
    var failed = 0
    for i in 0..<cet1.count {
      if lowestCet1[i] < clearing.thresholds[i] { failed += 1 }
      // A gain passes nothing on, and a bank cannot lose more than it has.
      workspace.shock[i] = min(1, max(0, (cet1[i] - lowestCet1[i]) / cet1[i]))
    }
    workspace.debtRank = debtRank.spread(workspace.shock, into: &workspace.distress)
    workspace.firstRoundDefaults = failed
    workspace.contagiousDefaults = 0
    workspace.contagionLosses = 0
    if failed > 0 { clearDefaults(lowestCet1, into: &workspace) }
  }

  private func clearDefaults(_ lowestCet1: Span<Double>, into workspace: inout Workspace) {
    for i in 0..<cet1.count {
      // Losses beyond all that a bank owns outside the network fall on its creditors, not on assets below nothing.
      workspace.externalAssets[i] = max(0, externalAssets[i] + lowestCet1[i] - cet1[i])
    }
    clearing.clear(externalAssets: workspace.externalAssets, into: &workspace.clearing)
    for i in 0..<cet1.count {
      if workspace.clearing.roundOfDefault[i] > 1 { workspace.contagiousDefaults += 1 }
      workspace.contagionLosses += clearing.fullInterbankAssets[i] - workspace.clearing.interbankAssets[i]
    }
  }
}
