import Glibc

/// A scorecard without any fitting but counting: the sum of weights of evidence (Good 1950) of a few characteristics.
///
///     score = Σ_c ln(P(bin of c | default) / P(bin of c | no default))
///
/// Half an account is added to each count, so that an empty bin has a finite weight. The bounds of the bins are fixed by
/// hand, before any account was seen.
struct AccountScorecard: Sendable, Equatable {
  /// One of a card's characteristics, and where its bins end: a value belongs to the first bin whose bound it does not
  /// exceed.
  enum Characteristic: String, CaseIterable, Sendable {
    case lastStatus, worstStatus, utilisation, paymentToLimit, creditLimit

    var bounds: [Double] {
      switch self {
      case .lastStatus: [-2, -1, 0, 1, 2]
      case .worstStatus: [-2, -1, 0, 1, 2, 3]
      case .utilisation: [0, 0.1, 0.3, 0.6, 0.9]
      case .paymentToLimit: [0, 0.01, 0.03, 0.1, 0.3]
      case .creditLimit: [30_000, 60_000, 120_000, 200_000, 300_000]
      }
    }

    func value(_ table: AccountTable, _ account: Int) -> Double {
      let months = table.cell(account, 0)..<table.cell(account + 1, 0)
      let limit = table.limits[account]
      return switch self {
      case .lastStatus: Double(table.statuses[months.upperBound - 1])
      case .worstStatus: Double(table.statuses[months].max() ?? 0)
      case .utilisation: table.bills[months.upperBound - 1] / limit
      case .paymentToLimit:
        table.payments[months].reduce(0, +) / Double(AccountTable.monthCount) / limit
      case .creditLimit: limit
      }
    }

    func bin(_ value: Double) -> Int { bounds.firstIndex { value <= $0 } ?? bounds.count }
  }

  let characteristics: [Characteristic]
  /// `[characteristic][bin]`
  let weights: [[Double]]

  /// - Parameter characteristics: all; or the last status alone, which is the simplest ranking there is.
  init(_ table: AccountTable, characteristics: [Characteristic] = Characteristic.allCases) {
    guard let defaults = table.defaults else { preconditionFailure("\(table.file) does not say who defaulted") }
    self.characteristics = characteristics
    weights = characteristics.map { characteristic in
      let bins = characteristic.bounds.count + 1
      var counts = [[Double]](repeating: [Double](repeating: 0.5, count: bins), count: 2)
      for account in 0..<table.count {
        counts[defaults[account] ? 1 : 0][characteristic.bin(characteristic.value(table, account))] += 1
      }
      let totals = counts.map { $0.reduce(0, +) }
      return (0..<bins).map { log(counts[1][$0] / totals[1]) - log(counts[0][$0] / totals[0]) }
    }
  }

  /// `[account]`
  func scores(_ table: AccountTable) -> [Double] {
    (0..<table.count).map { account in
      zip(characteristics, weights).reduce(0) { $0 + $1.1[$1.0.bin($1.0.value(table, account))] }
    }
  }
}
