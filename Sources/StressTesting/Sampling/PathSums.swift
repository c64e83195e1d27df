import RiskMeasures

/// Sums over the paths, read as means with their errors: of paths, of pairs of paths, or of replicates of a net.
struct PathSums {
  let pathCount: Int
  private let layout: SumLayout
  private let dependence: Dependence
  /// Over all paths; behind each the sum of squares, of paths or of pairs.
  private let all: [Double]
  /// `[replicate][cell]`; empty where there are none.
  private let replicates: [[Double]]
  /// The system's loan losses: mean, and variance of the sum over one group.
  private let loanLosses: (mean: Double, variance: Double)
  /// Their sum over each replicate.
  private let loanLossTotals: [Double]
  /// A plain path is a group of its own.
  private let groupCount: Double

  /// - Parameter loanLosses: column of the system's loan losses.
  init(_ store: ColumnStore, _ layout: SumLayout, loanLosses column: Int) throws {
    let losses = try store.sample(column), mean = losses.mean()
    pathCount = store.pathCount
    dependence = store.dependence
    self.layout = layout
    if case .replicates(let count, _) = dependence {
      let sums = try store.sums(ofReplicates: count, cellCount: layout.count)
      replicates = sums
      all = (0..<layout.count).map { cell in sums.reduce(0) { $0 + $1[cell] } }
      loanLossTotals = dependence.totals(of: try store.column(column))
    } else {
      replicates = []
      all = try store.sums()
      loanLossTotals = []
    }
    groupCount =
      switch dependence {
      case .none: Double(pathCount)
      case .pairs: Double((pathCount + 1) / 2)
      case .replicates(let count, _): Double(count)
      }
    let error = (mean.standardError ?? 0) * Double(pathCount), spread = losses.standardDeviation().value
    loanLosses = (mean.value, dependence == .none ? spread * spread : error * error / groupCount)
  }

  /// Mean over the paths, and variance of the sum over one group.
  private func moments(_ cell: Int) -> (mean: Double, variance: Double) {
    let n = groupCount, mean = all[cell] / n
    let variance =
      (replicates.isEmpty
        ? all[cell + 1] - n * mean * mean
        : replicates.reduce(0) { $0 + ($1[cell] - mean) * ($1[cell] - mean) }) / max(1, n - 1)
    // What is constant over the paths differs from itself by rounding only.
    let leastSpread = replicates.isEmpty ? 1e-10 : 1e-20
    return (all[cell] / Double(pathCount), variance > leastSpread * mean * mean ? variance : 0)
  }

  /// The mean of a quantity whose sum stands there.
  func mean(_ cell: Int) -> Estimate {
    let (mean, variance) = moments(cell)
    return pathCount < 2 ? Estimate(value: mean) : estimate(mean, (variance / groupCount).squareRoot() / groupSize)
  }

  private var groupSize: Double { Double(pathCount) / groupCount }

  private func estimate(_ value: Double, _ error: Double) -> Estimate {
    dependence == .none
      ? Estimate(value: value, standardError: error)
      : Estimate(value: value, standardError: error, groupCount: Int(groupCount))
  }

  /// The same with an error that belongs to another cell's mean.
  func estimate(_ value: Double, errorOf cell: Int) -> Estimate {
    mean(cell).standardError.map { estimate(value, $0) } ?? Estimate(value: value)
  }

  /// A ratio of means, with the error of the delta method; there is none where nothing is lost.
  /// - Parameter cell: of the provisions, which lower capital, so that their sum is negative.
  func provisionsToLosses(_ cell: Int) -> Estimate? {
    guard loanLosses.mean != 0 else { return nil }
    let provisions = moments(cell), n = groupCount
    let ratio = -provisions.mean / loanLosses.mean
    guard pathCount >= 2 else { return Estimate(value: ratio) }
    let meanProvisions = provisions.mean * groupSize, meanLosses = loanLosses.mean * groupSize
    let product =
      replicates.isEmpty
      ? all[layout.provisionsTimesLosses] : zip(replicates, loanLossTotals).reduce(0) { $0 + $1.0[cell] * $1.1 }
    let covariance = (-product + n * meanProvisions * meanLosses) / (n - 1)
    let variance = provisions.variance - 2 * ratio * covariance + ratio * ratio * loanLosses.variance
    return estimate(ratio, (max(0, variance) / n).squareRoot() / abs(meanLosses))
  }
}
