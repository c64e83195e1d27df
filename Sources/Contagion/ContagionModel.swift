public import Banking
import CTile
import TileArithmetic

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

  /// Scratch and answer of a tile of 64 paths; one per worker.
  public struct Workspace: Sendable {
    /// Banks below the threshold by their own losses, and those that fall with them; by path.
    public internal(set) var firstRoundDefaults: [Double]
    public internal(set) var contagiousDefaults: [Double]
    /// What the banks do not receive from each other because of defaults, millions; by path.
    public internal(set) var contagionLosses: [Double]
    /// Share of the system's CET1 at the jump-off that distress takes beyond the paths' own losses; by path.
    public internal(set) var debtRank: [Double]
    /// `[bank][path]`: the share of each bank's CET1 that distress elsewhere takes.
    public internal(set) var distress: [Double]
    /// `[bank][path]`: the share of each bank's CET1 that the path itself takes: what distress starts from.
    var shocks: [Double]
    /// Of single paths.
    var shock: [Double]
    var spreading: DebtRank.Workspace
    var clearing: Clearing.Workspace
    var externalAssets: [Double]
  }

  public func makeWorkspace() -> Workspace {
    let row = [Double](repeating: 0, count: Tile.width), rows = [Double](repeating: 0, count: cet1.count * Tile.width)
    let zeros = [Double](repeating: 0, count: cet1.count)
    return Workspace(
      firstRoundDefaults: row, contagiousDefaults: row, contagionLosses: row, debtRank: row, distress: rows,
      shocks: rows, shock: zeros, spreading: debtRank.makeWorkspace(), clearing: clearing.makeWorkspace(),
      externalAssets: zeros)
  }

  /// Spreads the losses of a tile of paths.
  /// - Parameter lowestCet1: `[bank][path]`, each bank's CET1 at its lowest, millions.
  public func propagate(lowestCet1: Span<Double>, into workspace: inout Workspace) {
    precondition(
      lowestCet1.count >= cet1.count * Tile.width, "\(lowestCet1.count) values, expected \(cet1.count) banks of a tile")
    countDefaults(lowestCet1, into: &workspace.firstRoundDefaults)
    measureShocks(lowestCet1, into: &workspace.shocks)
    var open = spreadAll(&workspace)
    while open != 0 {
      spread(path: open.trailingZeroBitCount, into: &workspace)
      open &= open - 1
    }
    for path in 0..<Tile.width {
      workspace.contagiousDefaults[path] = 0
      workspace.contagionLosses[path] = 0
      if workspace.firstRoundDefaults[path] > 0 { clearDefaults(of: path, lowestCet1, into: &workspace) }
    }
  }

  private func countDefaults(_ lowestCet1: Span<Double>, into defaults: inout [Double]) {
    var defaults = defaults.mutableSpan
    Tile.count(below: clearing.thresholds.span, lowestCet1, into: &defaults)
  }

  /// A gain passes nothing on, and a bank cannot lose more than it has.
  private func measureShocks(_ lowestCet1: Span<Double>, into shocks: inout [Double]) {
    precondition(shocks.count == cet1.count * Tile.width, "\(shocks.count) shocks")
    lowestCet1.withUnsafeBufferPointer { lowest in
      shocks.withUnsafeMutableBufferPointer { shocks in
        Tile.kernels.shortfalls(cet1.count, cet1, lowest.baseAddress, shocks.baseAddress)
      }
    }
  }

  /// The closed form for all paths.
  /// - Returns: a bit for each path on which it does not hold.
  private func spreadAll(_ workspace: inout Workspace) -> UInt64 {
    guard !debtRank.multiplier.isEmpty else { return .max }
    return Self.spread(by: debtRank, workspace.shocks, into: &workspace.distress, &workspace.debtRank)
  }

  private static func spread(
    by debtRank: DebtRank, _ shocks: [Double], into losses: inout [Double], _ system: inout [Double]
  ) -> UInt64 {
    let count = debtRank.bankCount, places = count * Tile.width
    precondition(losses.count == places && shocks.count == places && system.count == Tile.width, "\(count) banks")
    var span = losses.mutableSpan
    Tile.multiply(debtRank.multiplier.span, stride: count, rows: count, depth: count, shocks.span, into: &span)
    return losses.withUnsafeMutableBufferPointer { losses in
      system.withUnsafeMutableBufferPointer { system in
        Tile.kernels.distress(count, debtRank.weights, shocks, losses.baseAddress, system.baseAddress)
      }
    }
  }

  /// On a path on which a bank is wiped out.
  private func spread(path: Int, into workspace: inout Workspace) {
    for i in 0..<cet1.count {
      workspace.shock[i] = workspace.shocks[i * Tile.width + path]
      workspace.spreading.losses[i] = workspace.shock[i] + workspace.distress[i * Tile.width + path]
    }
    workspace.debtRank[path] = debtRank.settle(workspace.shock, into: &workspace.spreading)
    for i in 0..<cet1.count {
      workspace.distress[i * Tile.width + path] = workspace.spreading.losses[i] - workspace.shock[i]
    }
  }

  private func clearDefaults(of path: Int, _ lowestCet1: Span<Double>, into workspace: inout Workspace) {
    for i in 0..<cet1.count {
      // Losses beyond all that a bank owns outside the network fall on its creditors, not on assets below nothing.
      workspace.externalAssets[i] = max(0, externalAssets[i] + lowestCet1[i * Tile.width + path] - cet1[i])
    }
    clearing.clear(externalAssets: workspace.externalAssets, into: &workspace.clearing)
    for i in 0..<cet1.count {
      if workspace.clearing.roundOfDefault[i] > 1 { workspace.contagiousDefaults[path] += 1 }
      workspace.contagionLosses[path] += clearing.fullInterbankAssets[i] - workspace.clearing.interbankAssets[i]
    }
  }
}
