import CTile
import TileArithmetic

/// Distress short of default: how far falls in equity travel along claims, before anyone fails to pay.
///
/// h(i) is the share of bank i's equity that is lost, Λ(i,j) the share of i's equity that is lost when j loses all of
/// its own: claim of i on j × loss given default / equity of i.
///
/// The linear dynamics (Bardoscia, Battiston, Caccioli & Caldarelli 2015) pass on every fall in equity:
///
///     h(i, t+1) = min(1, h(i, t) + Σ_j Λ(i,j) (h(j, t) − h(j, t−1)))
///
/// and while no bank has lost all, they end at (I − Λ)⁻¹ h(0): one product with a matrix made beforehand. The original
/// DebtRank (Battiston, Puliga, Kaushik, Tasca & Caldarelli 2012) lets each bank pass on its distress only once.
public struct DebtRank: Sendable {
  public let bankCount: Int
  /// Equity at the jump-off, millions; the weights of the system's loss.
  let equities: [Double]
  /// Λ by columns.
  private let impact: [Double]
  /// (I − Λ)⁻¹ by rows, or empty where the linear dynamics grow without end.
  let multiplier: [Double]
  let systemEquity: Double
  /// Shares of the banks in it.
  let weights: [Double]

  /// - Parameters:
  ///   - liabilities: `[i][j]`, what i owes j.
  ///   - equities: by bank; positive.
  ///   - lossGivenDefault: share of a claim that is lost when the debtor loses all its equity.
  public init(liabilities: [[Double]], equities: [Double], lossGivenDefault: Double = 1) {
    let count = liabilities.count
    precondition(equities.count == count, "\(equities.count) equities, \(count) banks")
    precondition(equities.allSatisfy { $0 > 0 }, "an equity is not positive: \(equities.min() ?? 0)")
    precondition((0...1).contains(lossGivenDefault), "loss given default is \(lossGivenDefault), expected 0 to 1")
    bankCount = count
    self.equities = equities
    let systemEquity = equities.reduce(0, +)
    self.systemEquity = systemEquity
    weights = equities.map { $0 / systemEquity }
    let impact = (0..<count).flatMap { i in
      (0..<count).map { j in lossGivenDefault * liabilities[j][i] / equities[i] }
    }
    self.impact = Self.transposed(impact, count)
    multiplier = Self.inverse(of: impact, count: count)
  }

  private static func transposed(_ matrix: [Double], _ count: Int) -> [Double] {
    matrix.indices.map { matrix[$0 % count * count + $0 / count] }
  }

  /// (I − Λ)⁻¹ by rows. It exists without negative entries exactly when the dynamics converge (Λ ≥ 0).
  private static func inverse(of impact: [Double], count: Int) -> [Double] {
    var matrix = impact.indices.map { ($0 / count == $0 % count ? 1 : 0) - impact[$0] }
    let inverse = LinearSystem.inverse(&matrix, count: count)
    return inverse.allSatisfy { $0.isFinite && $0 >= 0 } ? inverse : []
  }

  /// Scratch and answer; one per worker.
  public struct Workspace: Sendable {
    /// Share of each bank's equity lost in the end, the first shock included.
    public internal(set) var losses: [Double]
    /// Largest change in the last round; 0 where the closed form holds.
    public internal(set) var residual = 0.0
    public internal(set) var rounds = 0
    var change: [Double]
    var next: [Double]
    /// Positions of the banks wiped out, and the linear system of what they would lose beyond all they have.
    var wipedOut: [Int] = []
    var matrix: [Double]
    var excess: [Double]
  }

  public func makeWorkspace() -> Workspace {
    let zeros = [Double](repeating: 0, count: bankCount)
    return Workspace(
      losses: zeros, change: zeros, next: zeros, matrix: [Double](repeating: 0, count: bankCount * bankCount),
      excess: zeros)
  }

  /// The linear dynamics from a first shock.
  /// - Parameter shock: share of each bank's equity lost at first, 0 to 1.
  /// - Returns: DebtRank, the share of the system's equity that is lost beyond the first shock.
  public func spread(_ shock: [Double], into workspace: inout Workspace) -> Double {
    precondition(shock.count == bankCount, "\(shock.count) shocks, \(bankCount) banks")
    for size in shock { precondition(size >= 0 && size <= 1, "a bank loses \(size) of its equity, expected 0 to 1") }
    if !multiplier.isEmpty {
      for i in 0..<bankCount {
        workspace.losses[i] = (0..<bankCount).reduce(0) { $0 + multiplier[i * bankCount + $1] * shock[$1] }
      }
    }
    return settle(shock, into: &workspace)
  }

  /// Ends what the closed form has begun: `losses` hold (I − Λ)⁻¹ h(0), where it exists.
  func settle(_ shock: [Double], into workspace: inout Workspace) -> Double {
    guard !multiplier.isEmpty, takeOffExcess(&workspace) else { return iterate(shock, into: &workspace) }
    workspace.rounds = 0
    workspace.residual = 0
    return systemLoss(shock, workspace)
  }

  /// Where banks are wiped out: what `losses` (I − Λ)⁻¹ h(0) has them lose beyond all they have does not travel on.
  ///
  /// With S those banks and M = (I − Λ)⁻¹, the losses are M h(0) − M_S λ, the excess λ > 0 such that each of S loses just
  /// all. A bank of S that needs no excess, because the others' is taken off, leaves it.
  /// - Returns: the losses with the excess taken off, in `workspace`; `false` when no such S was found.
  func takeOffExcess(_ workspace: inout Workspace) -> Bool {
    workspace.wipedOut.removeAll(keepingCapacity: true)
    for i in 0..<bankCount where workspace.losses[i] > 1 { workspace.wipedOut.append(i) }
    while true {
      let count = workspace.wipedOut.count
      for row in 0..<count {
        let i = workspace.wipedOut[row]
        workspace.excess[row] = workspace.losses[i] - 1
        for column in 0..<count {
          workspace.matrix[row * count + column] = multiplier[i * bankCount + workspace.wipedOut[column]]
        }
      }
      LinearSystem.solve(&workspace.matrix, &workspace.excess, count: count)
      guard let leaving = (0..<count).last(where: { workspace.excess[$0] < 0 }) else { break }
      workspace.wipedOut.remove(at: leaving)
    }
    for i in 0..<bankCount {
      for (row, j) in workspace.wipedOut.enumerated() {
        workspace.losses[i] -= multiplier[i * bankCount + j] * workspace.excess[row]
      }
    }
    for i in workspace.wipedOut { workspace.losses[i] = 1 }
    return workspace.losses.allSatisfy { $0 <= 1 }
  }

  /// The linear dynamics step by step, to changes of 1e-12: where they grow without end, and the test of the closed form.
  func iterate(_ shock: [Double], into workspace: inout Workspace) -> Double {
    for i in 0..<bankCount {
      workspace.losses[i] = shock[i]
      workspace.change[i] = shock[i]
    }
    workspace.rounds = 0
    repeat {
      workspace.rounds += 1
      workspace.residual = 0
      Self.addUp(impact, workspace.change, into: &workspace.next)
      for i in 0..<bankCount { workspace.next[i] = min(1, workspace.losses[i] + workspace.next[i]) }
      for i in 0..<bankCount {
        workspace.change[i] = workspace.next[i] - workspace.losses[i]
        workspace.losses[i] = workspace.next[i]
        workspace.residual = max(workspace.residual, workspace.change[i])
      }
    } while workspace.residual > 1e-12 && workspace.rounds < 100_000
    return systemLoss(shock, workspace)
  }

  /// sums[i] ← Σ_j weights[j][i] · values[j], all i side by side, in the order of j.
  static func addUp(_ weights: [Double], _ values: [Double], into sums: inout [Double]) {
    let count = values.count
    precondition(sums.count == count && weights.count == count * count, "\(weights.count) weights of \(count) values")
    weights.withUnsafeBufferPointer { weights in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let columns = weights.baseAddress else { return }
        sums.update(repeating: 0)
        for j in 0..<count where values[j] != 0 {
          Tile.kernels.addMultiple(count, values[j], columns + j * count, sums.baseAddress)
        }
      }
    }
  }

  private func systemLoss(_ shock: [Double], _ workspace: Workspace) -> Double {
    var sum = 0.0
    for i in 0..<bankCount { sum += (workspace.losses[i] - shock[i]) * equities[i] }
    return sum / systemEquity
  }
}
