public import NeuralNetworks

extension AccountModel {
  /// Why the riskiest accounts are held to be so: what each feature in each month adds to the log odds of default, from the
  /// mean account of the table to the mean account of its riskiest part.
  ///
  /// Integrated gradients of each network, averaged as the networks are; a logistic regression's share is exact. The line
  /// that makes the logit a probability multiplies all of them.
  /// - Parameter parts: into how many the accounts are cut.
  /// - Throws: when the attributions of a network do not add up.
  public func explanation(of table: AccountTable, parts: Int) throws(IncompleteAttribution) -> AttributionTable {
    let probabilities = probabilitiesOfDefault(table)
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let features = AccountFeatures(table)
    let all = meanAccount(features, order)
    let riskiest = meanAccount(features, Array(order.suffix(max(1, order.count / max(parts, 1)))))
    let attribution = try attribution(of: riskiest, from: all)
    return AttributionTable(
      subject: "riskiest_accounts", title: "Mean account of the riskiest of \(parts) segments, log odds of default",
      unit: "log odds", baseline: "the mean account of the portfolio",
      columns: (0..<AccountTable.monthCount).map {
        table.lastMonth.advanced(by: $0 + 1 - AccountTable.monthCount).description
      },
      names: AccountFeatures.names.map { ($0, AccountFeatures.title(of: $0)) }, attribution)
  }

  /// Standardised features, `[month][feature]`.
  private func meanAccount(_ features: AccountFeatures, _ accounts: [Int]) -> [Double] {
    let length = AccountTable.monthCount * AccountFeatures.width
    var sums = [Double](repeating: 0, count: length)
    for account in accounts {
      for place in 0..<length { sums[place] += features.values[account * length + place] }
    }
    return sums.indices.map { place in
      scale.standardise(sums[place] / Double(accounts.count), place % AccountFeatures.width)
    }
  }

  private func attribution(
    of account: [Double], from baseline: [Double]
  ) throws(IncompleteAttribution) -> Attribution {
    let shape = [AccountTable.monthCount, 1, AccountFeatures.width]
    var lastMonth = Tensor([AccountTable.monthCount, 1, 1])
    lastMonth.storage[AccountTable.monthCount - 1] = 1
    var values = [Double](repeating: 0, count: account.count)
    var (start, end, points) = (0.0, 0.0, 0)
    for member in members {
      let found = try member.network.attributions(
        at: Tensor(shape, account.map { Float($0) }), from: Tensor(shape, baseline.map { Float($0) }),
        outputWeights: [lastMonth])[0]
      let weight = networkShare / Double(members.count)
      for place in values.indices { values[place] += weight * found.values[place] }
      start += weight * found.baselineValue
      end += weight * found.value
      points = max(points, found.nodeCount)
    }
    start += (1 - networkShare) * linearLogit(baseline)
    end += (1 - networkShare) * linearLogit(account)
    for (place, coefficient) in linearCoefficients.enumerated() {
      values[place] += (1 - networkShare) * coefficient * (account[place] - baseline[place])
    }
    return Attribution(
      values: values.map { calibration.slope * $0 },
      baselineValue: calibration.intercept + calibration.slope * start,
      value: calibration.intercept + calibration.slope * end, nodeCount: points)
  }

  /// `[month][feature]`; what does not change from month to month counts in the last.
  private var linearCoefficients: [Double] {
    let monthly = AccountFeatures.monthly.count
    return (0..<AccountTable.monthCount * AccountFeatures.width).map { place in
      let (month, feature) = place.quotientAndRemainder(dividingBy: AccountFeatures.width)
      if feature < monthly { return logistic.coefficients[month * monthly + feature] }
      let isLast = month == AccountTable.monthCount - 1
      return isLast ? logistic.coefficients[AccountTable.monthCount * monthly + feature - monthly] : 0
    }
  }

  private func linearLogit(_ account: [Double]) -> Double {
    zip(linearCoefficients, account).reduce(logistic.intercept) { $0 + $1.0 * $1.1 }
  }
}

extension AccountFeatures {
  /// What a reader sees.
  static func title(of name: String) -> String {
    switch name {
    case "utilisation": "Balance to limit"
    case "payment_to_limit": "Payment to limit"
    case "months_behind": "Months behind"
    case "unused": "Card not used"
    case "paid_in_full": "Paid in full"
    case "behind": "Behind"
    case "payment": "Amount paid"
    case "payment_to_balance": "Payment to balance before"
    case "nothing_paid": "Nothing paid"
    case "two_months_behind": "Two months behind or more"
    case "credit_limit": "Credit limit"
    case "age": "Age"
    default: "Age squared"
    }
  }
}
