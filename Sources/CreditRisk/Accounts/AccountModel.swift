public import NeuralNetworks

/// Ranks card accounts by their probability of default in the month after six statements.
///
/// The logit is (1 − w) · logistic regression + w · mean of the LSTM members, w = `networkShare`; a line fitted on accounts
/// that neither was fitted on makes it a probability. It holds no account, only what was computed from all of them.
public struct AccountModel: Sendable, Equatable {
  public let card: ModelCard
  /// 0: logistic regression alone; ½: both; 1: the network alone.
  public let networkShare: Double

  let scale: AccountScale
  let logistic: LogisticRegression
  let members: [AccountNetwork]
  let calibration: LogitCalibration
  /// While it was fitted; the weights do not show it.
  let dropout: Double
  /// Of the table that it learned from.
  let learnedFrom: UInt64

  /// Probability of default in the month after the last statement, `[account]`.
  ///
  /// The level is that of the bank and the year it was learned from; elsewhere only the order and the odds between
  /// accounts mean something.
  public func probabilitiesOfDefault(_ table: AccountTable) -> [Double] {
    let features = AccountFeatures(table)
    let linear = logistic.logits(features.flat(scale))
    let network = Self.mean(members, features, scale)
    return linear.indices.map { account in
      calibration.probability((1 - networkShare) * linear[account] + networkShare * network[account])
    }
  }

  static func mean(_ members: [AccountNetwork], _ features: AccountFeatures, _ scale: AccountScale) -> [Double] {
    var sums = [Double](repeating: 0, count: features.count)
    for member in members {
      for (account, logit) in member.logits(features, scale).enumerated() { sums[account] += logit }
    }
    return sums.map { $0 / Double(members.count) }
  }

  /// The accounts that it may be applied to: of the table it learned from only the test part, of another all.
  public func unseen(in table: AccountTable) -> AccountTable {
    guard table.defaults != nil, table.fingerprint == learnedFrom else { return table }
    return table.accounts(AccountSplit(table).test)
  }

  /// Whether it learned from this table.
  public func hasSeen(_ table: AccountTable) -> Bool { table.fingerprint == learnedFrom }
}
