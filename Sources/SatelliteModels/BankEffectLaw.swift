import Foundation
import MacroScenarios

/// How a bank's loss rates stand to the rates of all banks, estimated from the published exercises.
///
/// For bank b, loan type k and exercise x the log of the bank's published nine-quarter loss rate over the aggregate's is
///
///     y = mᵦₖ + ε,   mᵦₖ ~ N(0, τₖ²) lasting,   ε ~ N(0, σₖ²) of one exercise
///
/// (one-way random effects; moments of the analysis of variance, Searle, Casella & McCulloch 1992). A bank seen in n
/// exercises has its mean shrunk by w = τ² / (τ² + σ²/n) towards none, and keeps the variance τ²(1 − w) + σ²; one never
/// seen keeps τ² + σ². Within a bank the effects of different loan types are hardly related (correlation 0.09 of what
/// changes between exercises), so they are drawn apart.
public struct BankEffectLaw: Sendable, Equatable {
  /// The balance types of the published exercises, in the order of `[loanType]` here.
  public static let loanTypes = [
    "first_mortgage", "junior_lien", "commercial_and_industrial", "commercial_real_estate", "credit_card",
    "other_consumer", "other_loans",
  ]
  /// Losses below this (billions) are published as so few digits that the bank may hardly have such loans.
  static let smallestLoss = 0.15

  /// τ, `[loanType]`: between banks, lasting.
  public let betweenBanks: [Double]
  /// σ, `[loanType]`: of one bank between exercises.
  public let withinBank: [Double]
  /// RSSD ids of the banks with results, ascending.
  public let banks: [Int]
  /// Shrunken mean of y, `[bank][loanType]`.
  public let levels: [Double]
  /// How many results, `[bank][loanType]`.
  public let resultCounts: [Int]

  init(betweenBanks: [Double], withinBank: [Double], banks: [Int], levels: [Double], resultCounts: [Int]) {
    self.betweenBanks = betweenBanks
    self.withinBank = withinBank
    self.banks = banks
    self.levels = levels
    self.resultCounts = resultCounts
  }

  /// Standard deviation of the log of the effect for a bank without results, `[loanType]`: √(τ² + σ²).
  public var bankEffectStandardDeviations: [Double] {
    zip(betweenBanks, withinBank).map { ($0 * $0 + $1 * $1).squareRoot() }
  }

  /// Shrunken mean of the log effect, and standard deviation around it.
  public func effect(ofBank bank: Int, loanType: Int) -> (mean: Double, standardDeviation: Double) {
    let between = betweenBanks[loanType] * betweenBanks[loanType]
    let within = withinBank[loanType] * withinBank[loanType]
    guard let row = banks.firstIndex(of: bank), within > 0 else { return (0, (between + within).squareRoot()) }
    let cell = row * Self.loanTypes.count + loanType
    guard resultCounts[cell] > 0 else { return (0, (between + within).squareRoot()) }
    let weight = between / (between + within / Double(resultCounts[cell]))
    return (levels[cell], (between * (1 - weight) + within).squareRoot())
  }

  /// - Parameters:
  ///   - results: the table of published exercises, one row a bank and exercise; rows without an id are totals.
  ///   - jumpOff: results published later are not read.
  init(results: CommaSeparatedValues, publishedBy jumpOff: Quarter) throws(InvalidInput) {
    let observations = try Self.observations(in: results, publishedBy: jumpOff)
    let count = Self.loanTypes.count
    let banks = Set(observations.map(\.bank)).sorted()
    var between: [Double] = []
    var within: [Double] = []
    var levels = [Double](repeating: 0, count: banks.count * count)
    var counts = [Int](repeating: 0, count: levels.count)
    for type in 0..<count {
      let groups = banks.map { bank in
        observations.filter { $0.bank == bank && $0.loanType == type }.map(\.logRatio)
      }
      let (tau2, sigma2) = Self.variances(groups.filter { !$0.isEmpty })
      between.append(tau2.squareRoot())
      within.append(sigma2.squareRoot())
      for (row, group) in groups.enumerated() where !group.isEmpty {
        let n = Double(group.count)
        levels[row * count + type] = group.reduce(0, +) / n * (tau2 > 0 ? tau2 / (tau2 + sigma2 / n) : 0)
        counts[row * count + type] = group.count
      }
    }
    self.init(betweenBanks: between, withinBank: within, banks: banks, levels: levels, resultCounts: counts)
  }

  /// τ² and σ² by equating the mean squares between and within groups of unequal size to their expectations; a
  /// negative estimate of τ² is taken for 0, as is usual: the groups then differ no more than chance has them differ.
  private static func variances(_ groups: [[Double]]) -> (between: Double, within: Double) {
    let total = Double(groups.reduce(0) { $0 + $1.count })
    let groupCount = Double(groups.count)
    guard groupCount > 1, total > groupCount else { return (0, 0) }
    let grandMean = groups.joined().reduce(0, +) / total
    var within = 0.0
    var between = 0.0
    var squares = 0.0
    for group in groups {
      let n = Double(group.count)
      let mean = group.reduce(0, +) / n
      within += group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      between += n * (mean - grandMean) * (mean - grandMean)
      squares += n * n
    }
    within /= total - groupCount
    between /= groupCount - 1
    return (max(0, (between - within) / ((total - squares / total) / (groupCount - 1))), within)
  }

  private struct Observation { let bank: Int, loanType: Int, logRatio: Double }

  private static func observations(
    in results: CommaSeparatedValues, publishedBy jumpOff: Quarter
  ) throws(InvalidInput) -> [Observation] {
    let header = results.header.cells
    let needed =
      ["exercise", "scenario", "published", "id_rssd"] + loanTypes.map { "\($0)_losses" }
      + loanTypes.map { "\($0)_loss_rate" }
    let absent = needed.filter { !header.contains($0) }
    guard absent.isEmpty else {
      throw InvalidInput(
        .invalid, absent.map { Diagnostic("M020", "no column '\($0)' in the header", at: .init(file: results.file)) })
    }
    func column(_ name: String) -> Int { header.firstIndex(of: name)! }
    let known = results.rows.filter { row in
      guard let published = Quarter(row.cells[column("published")]) else { return false }
      return published <= jumpOff && row.cells[column("scenario")] == "severely_adverse"
    }
    var found: [Observation] = []
    for total in known where total.cells[column("id_rssd")].isEmpty {
      for row in known where row.cells[column("exercise")] == total.cells[column("exercise")] {
        guard let bank = Int(row.cells[column("id_rssd")]) else { continue }
        for (type, name) in loanTypes.enumerated() {
          guard let loss = Double(row.cells[column("\(name)_losses")]), loss >= smallestLoss,
            let rate = Double(row.cells[column("\(name)_loss_rate")]), rate > 0,
            let all = Double(total.cells[column("\(name)_loss_rate")]), all > 0
          else { continue }
          found.append(Observation(bank: bank, loanType: type, logRatio: log(rate / all)))
        }
      }
    }
    return found
  }
}
