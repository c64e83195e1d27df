/// Which figure of a path stands in which column.
///
/// Official columns are kept for every path; their quantiles are exact. Fans by quarter of the factors, the loss rates and
/// each single bank's capital are illustrations and kept for the first `fanPathCount` paths only: they would be four
/// fifths of all that a run writes and sorts. Of so many paths a 5th percentile lies between the 4.5th and the 5.5th with
/// 95 % confidence, narrower than a fan's line; every row says its own interval.
struct ColumnLayout: Sendable {
  enum SystemItem: Int, CaseIterable {
    case loanLoss, loanLossWithoutProxies, capitalDepletion, minimumRatio, banksBreaching
  }

  enum BankItem: Int, CaseIterable {
    case loanLoss, capitalDepletion, minimumRatio, endRatio
  }

  enum NetworkItem: Int, CaseIterable {
    case defaults, contagionDefaults, clearingShortfall, debtRank
  }

  static let fanPathCount = 8_192
  /// Paths that are also told without model error, and with other opening allowances.
  static let withoutModelErrorPathCount = UncertaintyRows.pathCount
  static let allowancePathCount = 4_096

  let capitalQuarterCount: Int
  let bankCount: Int
  let loanTypeCount: Int
  /// One for each end of the interval of shares that stay inside the network.
  let networkCount: Int
  let factorCount: Int
  /// Quarters of the economy.
  let horizon: Int
  /// Whether paths have weights, because they were not drawn from the scenario's own law.
  var hasWeights = false
  /// Whether there are fans, and the first paths under other assumptions: in the run's own paths.
  var hasIllustrations = true

  func system(_ item: SystemItem) -> Int { item.rawValue }

  func systemRatio(quarter: Int) -> Int { SystemItem.allCases.count + quarter }

  func loanTypeLoss(_ type: Int) -> Int { systemRatio(quarter: capitalQuarterCount) + type }

  func network(_ network: Int, _ item: NetworkItem) -> Int {
    loanTypeLoss(loanTypeCount) + network * NetworkItem.allCases.count + item.rawValue
  }

  func bank(_ bank: Int, _ item: BankItem) -> Int {
    network(networkCount, .defaults) + bank * BankItem.allCases.count + item.rawValue
  }

  /// Columns that every path has.
  var officialCount: Int { weight + (hasWeights ? 1 : 0) }

  /// The likelihood ratio; there where `hasWeights` says so.
  var weight: Int { bank(bankCount, .loanLoss) }

  /// The system's loan loss and depletion of the same economies and members without model error.
  func withoutModelError(_ item: SystemItem) -> Int { officialCount + (item == .loanLoss ? 0 : 1) }

  func factor(_ factor: Int, quarter: Int) -> Int { officialCount + 2 + quarter * factorCount + factor }

  /// The last quarter's is the official column of the end.
  func bankRatio(_ bank: Int, quarter: Int) -> Int {
    let fanQuarterCount = capitalQuarterCount - 1
    return quarter == fanQuarterCount
      ? self.bank(bank, .endRatio) : factor(0, quarter: horizon) + bank * fanQuarterCount + quarter
  }

  func annualisedRate(_ type: Int, quarter: Int) -> Int {
    factor(0, quarter: horizon) + bankCount * (capitalQuarterCount - 1) + quarter * loanTypeCount + type
  }

  /// The system's lowest ratio with each of `allowanceScales`.
  func minimumRatio(allowance: Int) -> Int { annualisedRate(0, quarter: capitalQuarterCount) + allowance }

  /// What the opening allowances are multiplied with.
  static let allowanceScales = [0.75, 1.25]

  /// All columns; the first paths have them.
  var count: Int { hasIllustrations ? minimumRatio(allowance: Self.allowanceScales.count) : officialCount }

  /// How many of the columns the file that starts with that path keeps.
  func keptCount(firstPath: Int) -> Int {
    guard hasIllustrations else { return officialCount }
    return switch firstPath {
    case ..<Self.allowancePathCount: count
    case ..<Self.fanPathCount: minimumRatio(allowance: 0)
    case ..<Self.withoutModelErrorPathCount: factor(0, quarter: 0)
    default: officialCount
    }
  }
}
