import Glibc

/// What a model reads of an account: ten values a month, oldest month first, and three that do not change.
///
/// With u = balance / limit, p = payment / limit and d the months behind (0 when not behind):
///
///     asinh(3u)   ln(1 + 20p)   √d   [unused]   [paid in full]   [d ≥ 1]
///     ln(1 + payment)/4   min(1, payment / balance of the month before)   [nothing paid]   [d ≥ 2]
///     ln limit    age/10    (age/10)²/4
///
/// Roots and logarithms let an extreme amount say that it is large, not how large. The balance before the first month is
/// not known; that of the first stands in. Age is years.
struct AccountFeatures: Sendable, Equatable {
  static let monthly = [
    "utilisation", "payment_to_limit", "months_behind", "unused", "paid_in_full", "behind", "payment",
    "payment_to_balance", "nothing_paid", "two_months_behind",
  ]
  static let constant = ["credit_limit", "age", "age_squared"]
  /// Values per month; the constant ones are repeated in each.
  static let width = monthly.count + constant.count
  static let names = monthly + constant
  /// Values a model without memory reads: all months side by side, then the constant ones.
  static let flatWidth = monthly.count * AccountTable.monthCount + constant.count

  /// `[account][month][feature]`
  let values: [Double]
  let count: Int

  /// - Parameter values: `[account][month][feature]`
  init(_ values: [Double], count: Int) {
    precondition(
      values.count == count * AccountTable.monthCount * Self.width, "\(values.count) values for \(count) accounts")
    self.values = values
    self.count = count
  }

  init(_ table: AccountTable) {
    count = table.count
    var values: [Double] = []
    values.reserveCapacity(count * AccountTable.monthCount * Self.width)
    for account in 0..<count {
      let limit = table.limits[account]
      let age = table.ages[account] / 10
      for month in 0..<AccountTable.monthCount {
        let place = table.cell(account, month)
        let (status, payment) = (table.statuses[place], table.payments[place])
        let owed = table.bills[month == 0 ? place : place - 1]
        values += [
          asinh(3 * table.bills[place] / limit), log1p(20 * payment / limit), Double(max(status, 0)).squareRoot(),
          status == -2 ? 1 : 0, status == -1 ? 1 : 0, status >= 1 ? 1 : 0, log1p(payment) / 4,
          owed > 0 ? min(1, payment / owed) : 0, payment == 0 ? 1 : 0, status >= 2 ? 1 : 0,
          log(limit), age, age * age / 4,
        ]
      }
    }
    self.values = values
  }

  /// All months of one account, standardised, side by side: what logistic regression reads.
  /// - Returns: `[account][flat feature]`
  func flat(_ scale: AccountScale) -> [Double] {
    let months = AccountTable.monthCount
    var rows: [Double] = []
    rows.reserveCapacity(count * Self.flatWidth)
    for account in 0..<count {
      for month in 0..<months {
        let start = (account * months + month) * Self.width
        for feature in Self.monthly.indices { rows.append(scale.standardise(values[start + feature], feature)) }
      }
      let last = ((account + 1) * months - 1) * Self.width
      for feature in Self.monthly.count..<Self.width {
        rows.append(scale.standardise(values[last + feature], feature))
      }
    }
    return rows
  }

  /// What the network reads, `[month][account][feature]`, standardised.
  func sequences(_ scale: AccountScale) -> [Float] {
    let months = AccountTable.monthCount
    var rows = [Float](repeating: 0, count: values.count)
    for account in 0..<count {
      for month in 0..<months {
        for feature in 0..<Self.width {
          let value = values[(account * months + month) * Self.width + feature]
          rows[(month * count + account) * Self.width + feature] = Float(scale.standardise(value, feature))
        }
      }
    }
    return rows
  }
}

/// Mean and standard deviation of each feature over all months of the training accounts.
struct AccountScale: Sendable, Equatable {
  let means: [Double]
  /// Above 0; 1 for a feature that never changed.
  let standardDeviations: [Double]

  init(means: [Double], standardDeviations: [Double]) {
    self.means = means
    self.standardDeviations = standardDeviations
  }

  init(_ features: AccountFeatures) {
    let width = AccountFeatures.width
    let n = Double(features.values.count / width)
    var sums = [Double](repeating: 0, count: width)
    for (place, value) in features.values.enumerated() { sums[place % width] += value }
    let means = sums.map { $0 / n }
    var squares = [Double](repeating: 0, count: width)
    for (place, value) in features.values.enumerated() {
      let distance = value - means[place % width]
      squares[place % width] += distance * distance
    }
    self.means = means
    standardDeviations = squares.map { $0 / n > 1e-12 ? ($0 / n).squareRoot() : 1 }
  }

  func standardise(_ value: Double, _ feature: Int) -> Double { (value - means[feature]) / standardDeviations[feature] }
}
