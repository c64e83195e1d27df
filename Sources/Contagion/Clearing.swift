/// What every bank pays when some cannot pay in full: the greatest clearing vector.
///
/// Debts rank alike. A bank defaults when its equity is below its threshold; what it then has for its creditors is a share
/// of its assets, the rest being the costs of bankruptcy (Rogers & Veraart 2013; without costs Eisenberg & Noe 2001):
///
///     equity(i)   = external assets + Σ_j Π(j,i) p(j) − obligations,  Π(j,i) = L(j,i) / obligations(j)
///     p(i)        = obligations, while i is not in default
///     p(i)        = min(obligations, α · external assets + β · Σ_j Π(j,i) p(j)) in default
///
/// Found as a fictitious default sequence from full payment: each round takes in the banks that the last one brought
/// below their threshold and solves the linear system of those that cannot pay in full. It ends after at most as many
/// rounds as banks can change state, at the greatest solution.
public struct Clearing: Sendable {
  public let bankCount: Int
  /// Share of external and of interbank assets that a defaulted bank's creditors see.
  public let externalRecovery: Double
  public let interbankRecovery: Double
  /// All that bank i owes: to other banks and to everyone else.
  public let obligations: [Double]
  /// Equity below which a bank is in default.
  public let thresholds: [Double]
  /// `[debtor][creditor]`, share of the debtor's payment that goes to the creditor.
  private let shares: [Double]
  let fullInterbankAssets: [Double]

  /// - Parameters:
  ///   - liabilities: `[i][j]`, what i owes j.
  ///   - externalLiabilities: what i owes to anyone else.
  ///   - thresholds: 0 for plain insolvency.
  public init(
    liabilities: [[Double]], externalLiabilities: [Double], thresholds: [Double]? = nil, externalRecovery: Double = 1,
    interbankRecovery: Double = 1
  ) {
    let count = liabilities.count
    precondition(
      externalLiabilities.count == count && liabilities.allSatisfy { $0.count == count },
      "\(count) rows, \(externalLiabilities.count) external liabilities, expected a square matrix")
    precondition(
      (0...1).contains(externalRecovery) && (0...1).contains(interbankRecovery),
      "recoveries are \(externalRecovery) and \(interbankRecovery), expected 0 to 1")
    bankCount = count
    self.externalRecovery = externalRecovery
    self.interbankRecovery = interbankRecovery
    self.thresholds = thresholds ?? [Double](repeating: 0, count: count)
    let obligations = zip(liabilities, externalLiabilities).map { $0.reduce(0, +) + $1 }
    shares = liabilities.indices.flatMap { i in liabilities[i].map { obligations[i] > 0 ? $0 / obligations[i] : 0 } }
    fullInterbankAssets = liabilities.indices.map { j in liabilities.reduce(0) { $0 + $1[j] } }
    self.obligations = obligations
  }

  /// Scratch and answer of one clearing; one per worker.
  public struct Workspace: Sendable {
    /// What each bank pays, over all its debts.
    public internal(set) var payments: [Double]
    /// The round in which a bank defaulted: 1 for those below the threshold from the start, 0 for the others.
    public internal(set) var roundOfDefault: [Int]
    /// What each bank is paid by the others.
    public internal(set) var interbankAssets: [Double]
    /// Rounds in which a bank defaulted or ceased to pay in full.
    public internal(set) var rounds = 0
    /// Positions of the banks that pay less than they owe, and the linear system of their payments.
    var short: [Int] = []
    var isShort: [Bool]
    var matrix: [Double]
    var solution: [Double]
  }

  public func makeWorkspace() -> Workspace {
    let zeros = [Double](repeating: 0, count: bankCount)
    var workspace = Workspace(
      payments: zeros, roundOfDefault: [Int](repeating: 0, count: bankCount), interbankAssets: zeros,
      isShort: [Bool](repeating: false, count: bankCount),
      matrix: [Double](repeating: 0, count: bankCount * bankCount), solution: zeros)
    workspace.short.reserveCapacity(bankCount)
    return workspace
  }

  /// Clears the system; the workspace then holds the payments.
  /// - Parameter externalAssets: by bank, after its own losses; not negative.
  public func clear(externalAssets: [Double], into workspace: inout Workspace) {
    precondition(externalAssets.count == bankCount, "\(externalAssets.count) assets, expected \(bankCount)")
    workspace.rounds = 0
    workspace.short.removeAll(keepingCapacity: true)
    for i in 0..<bankCount {
      workspace.payments[i] = obligations[i]
      workspace.interbankAssets[i] = fullInterbankAssets[i]
      workspace.roundOfDefault[i] = 0
      workspace.isShort[i] = false
    }
    while true {
      var changed = false
      for i in 0..<bankCount {
        let external = externalAssets[i]
        let interbank = workspace.interbankAssets[i]
        if workspace.roundOfDefault[i] == 0, external + interbank - obligations[i] < thresholds[i] {
          workspace.roundOfDefault[i] = workspace.rounds + 1
          changed = true
        }
        if workspace.roundOfDefault[i] > 0, !workspace.isShort[i],
          externalRecovery * external + interbankRecovery * interbank < obligations[i]
        {
          workspace.isShort[i] = true
          workspace.short.append(i)
          changed = true
        }
      }
      guard changed else { return }
      workspace.rounds += 1
      solveShortPayments(externalAssets, &workspace)
      DebtRank.addUp(shares, workspace.payments, into: &workspace.interbankAssets)
    }
  }

  /// p(i) = α external(i) + β Σ_j Π(j,i) p(j) for the banks that are short; the others pay in full.
  private func solveShortPayments(_ externalAssets: [Double], _ workspace: inout Workspace) {
    let count = workspace.short.count
    for row in 0..<count {
      let i = workspace.short[row]
      var known = externalRecovery * externalAssets[i]
      for j in 0..<bankCount where !workspace.isShort[j] {
        known += interbankRecovery * shares[j * bankCount + i] * obligations[j]
      }
      workspace.solution[row] = known
      for column in 0..<count {
        let j = workspace.short[column]
        workspace.matrix[row * count + column] =
          (row == column ? 1 : 0) - interbankRecovery * shares[j * bankCount + i]
      }
    }
    LinearSystem.solve(&workspace.matrix, &workspace.solution, count: count)
    for row in 0..<count {
      let i = workspace.short[row]
      // Only rounding can carry a short payment above the debt or below nothing.
      workspace.payments[i] = min(obligations[i], max(0, workspace.solution[row]))
    }
  }
}

/// Gaussian elimination with partial pivoting, in place and without allocation.
enum LinearSystem {
  /// - Parameters:
  ///   - matrix: `[row][column]`, the first `count`² entries; destroyed.
  ///   - vector: right-hand side; becomes the solution.
  static func solve(_ matrix: inout [Double], _ vector: inout [Double], count: Int) {
    for pivot in 0..<count {
      var best = pivot
      for row in pivot..<count where abs(matrix[row * count + pivot]) > abs(matrix[best * count + pivot]) { best = row }
      if best != pivot {
        for column in 0..<count { matrix.swapAt(pivot * count + column, best * count + column) }
        vector.swapAt(pivot, best)
      }
      for row in (pivot + 1)..<max(count, pivot + 1) {
        let factor = matrix[row * count + pivot] / matrix[pivot * count + pivot]
        if factor == 0 { continue }
        for column in pivot..<count { matrix[row * count + column] -= factor * matrix[pivot * count + column] }
        vector[row] -= factor * vector[pivot]
      }
    }
    for row in stride(from: count - 1, through: 0, by: -1) {
      var sum = vector[row]
      for column in (row + 1)..<max(count, row + 1) { sum -= matrix[row * count + column] * vector[column] }
      vector[row] = sum / matrix[row * count + row]
    }
  }

  /// The inverse, `[row][column]`: every unit vector is solved for as by `solve`, all with one elimination.
  /// - Parameter matrix: `[row][column]`; destroyed.
  static func inverse(_ matrix: inout [Double], count: Int) -> [Double] {
    var inverse = (0..<count * count).map { $0 / count == $0 % count ? 1.0 : 0 }
    for pivot in 0..<count {
      var best = pivot
      for row in pivot..<count where abs(matrix[row * count + pivot]) > abs(matrix[best * count + pivot]) { best = row }
      if best != pivot {
        for column in 0..<count {
          matrix.swapAt(pivot * count + column, best * count + column)
          inverse.swapAt(pivot * count + column, best * count + column)
        }
      }
      for row in (pivot + 1)..<max(count, pivot + 1) {
        let factor = matrix[row * count + pivot] / matrix[pivot * count + pivot]
        if factor == 0 { continue }
        subtract(factor, times: pivot, from: row, of: &matrix, count)
        subtract(factor, times: pivot, from: row, of: &inverse, count)
      }
    }
    for row in (0..<count).reversed() {
      for other in (row + 1)..<max(count, row + 1) {
        subtract(matrix[row * count + other], times: other, from: row, of: &inverse, count)
      }
      for column in 0..<count { inverse[row * count + column] /= matrix[row * count + row] }
    }
    return inverse
  }

  /// matrix[target] ← matrix[target] − factor · matrix[source], a row of `count`.
  private static func subtract(
    _ factor: Double, times source: Int, from target: Int, of matrix: inout [Double], _ count: Int
  ) {
    var matrix = matrix.mutableSpan
    precondition(max(source, target) < count && matrix.count == count * count, "rows \(source), \(target) of \(count)")
    for column in 0..<count {
      matrix[unchecked: target * count + column] -= factor * matrix[unchecked: source * count + column]
    }
  }
}
