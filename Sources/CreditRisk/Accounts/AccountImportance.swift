import NeuralNetworks

/// What the ranking rests on: by how much the AUC falls when what a model reads of one driver comes from other accounts
/// (permutation importance, Breiman 2001), on accounts that nothing was fitted on.
struct AccountImportance {
  /// Features that tell of one thing; they change places together, in all months at once.
  enum Driver: String, CaseIterable {
    case repayment, utilisation, payments, creditLimit, age

    var id: String {
      switch self {
      case .repayment: "repayment_status"
      case .utilisation: "utilisation"
      case .payments: "payments"
      case .creditLimit: "credit_limit"
      case .age: "age"
      }
    }

    var title: String {
      switch self {
      case .repayment: "Repayment status"
      case .utilisation: "Use of the limit"
      case .payments: "Payments"
      case .creditLimit: "Credit limit"
      case .age: "Age"
      }
    }

    /// Places in `AccountFeatures.names`.
    var features: [Int] {
      let names =
        switch self {
        case .repayment: ["months_behind", "unused", "paid_in_full", "behind", "two_months_behind"]
        case .utilisation: ["utilisation"]
        case .payments: ["payment_to_limit", "payment", "payment_to_balance", "nothing_paid"]
        case .creditLimit: ["credit_limit"]
        case .age: ["age", "age_squared"]
        }
      return names.map { name in AccountFeatures.names.firstIndex(of: name)! }
    }
  }

  let driver: Driver
  let model: String
  /// AUC lost.
  let loss: IntervalEstimate

  var record: ModelCard.Importance {
    .init(
      driver: driver.id, title: driver.title, model: model, metric: "auc_lost", unit: "fraction", value: loss.value,
      lower: loss.lower, upper: loss.upper)
  }

  /// One a driver and model. The account whose values one takes over is half the part further on in the order of content
  /// hashes: no random number, and no account keeps its own.
  static func all(
    _ candidates: [AccountCandidate], _ part: AccountTraining.Part
  ) -> [AccountImportance] {
    let hashes = (0..<part.table.count).map(part.table.contentHash)
    let order = hashes.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    var donors = [Int](repeating: 0, count: order.count)
    for (rank, account) in order.enumerated() { donors[account] = order[(rank + order.count / 2) % order.count] }
    let whole = candidates.map { RankingQuality($0.score(part), part.defaults) }
    return Driver.allCases.flatMap { driver in
      let changed = part.taking(driver.features, from: donors)
      return candidates.indices.map { index in
        let quality = RankingQuality(candidates[index].score(changed), part.defaults)
        return AccountImportance(
          driver: driver, model: candidates[index].name, loss: whole[index].lead(over: quality))
      }
    }
  }
}

extension AccountTraining.Part {
  /// The same accounts with some features, in all months, of others.
  func taking(_ features: [Int], from donors: [Int]) -> AccountTraining.Part {
    let width = AccountFeatures.width
    var values = self.features.values
    for account in 0..<table.count {
      for month in 0..<AccountTable.monthCount {
        for feature in features {
          values[(account * AccountTable.monthCount + month) * width + feature] =
            self.features.values[(donors[account] * AccountTable.monthCount + month) * width + feature]
        }
      }
    }
    return AccountTraining.Part(table, defaults, AccountFeatures(values, count: table.count))
  }
}
