/// Which figure of a path stands in which column.
///
/// Official columns are kept for every path; their quantiles are exact. The fans of factors and loss rates by quarter are
/// illustrations and kept for the first `fanPathCount` paths only.
struct ColumnLayout: Sendable {
  enum SystemItem: Int, CaseIterable {
    case loanLoss, loanLossWithoutProxies, capitalDepletion, minimumRatio, banksBreaching
  }

  enum BankItem: Int, CaseIterable {
    case loanLoss, capitalDepletion, minimumRatio
  }

  enum NetworkItem: Int, CaseIterable {
    case defaults, contagionDefaults, clearingShortfall, debtRank
  }

  static let fanPathCount = 65_536

  let capitalQuarterCount: Int
  let bankCount: Int
  let loanTypeCount: Int
  /// One for each end of the interval of shares that stay inside the network.
  let networkCount: Int
  let factorCount: Int
  /// Quarters of the economy.
  let horizon: Int

  func system(_ item: SystemItem) -> Int { item.rawValue }

  func systemRatio(quarter: Int) -> Int { SystemItem.allCases.count + quarter }

  func loanTypeLoss(_ type: Int) -> Int { systemRatio(quarter: capitalQuarterCount) + type }

  func network(_ network: Int, _ item: NetworkItem) -> Int {
    loanTypeLoss(loanTypeCount) + network * NetworkItem.allCases.count + item.rawValue
  }

  func bank(_ bank: Int, _ item: BankItem) -> Int {
    network(networkCount, .defaults) + bank * (BankItem.allCases.count + capitalQuarterCount) + item.rawValue
  }

  func bankRatio(_ bank: Int, quarter: Int) -> Int { self.bank(bank, .loanLoss) + BankItem.allCases.count + quarter }

  /// Columns that every path has.
  var officialCount: Int { bank(bankCount, .loanLoss) }

  func factor(_ factor: Int, quarter: Int) -> Int { officialCount + quarter * factorCount + factor }

  func annualisedRate(_ type: Int, quarter: Int) -> Int {
    factor(0, quarter: horizon) + quarter * loanTypeCount + type
  }

  /// Columns that the first `fanPathCount` paths have.
  var count: Int { annualisedRate(0, quarter: capitalQuarterCount) }

  /// How many columns the chunk that starts with that path keeps.
  func keptCount(firstPath: Int) -> Int { firstPath < Self.fanPathCount ? count : officialCount }
}
