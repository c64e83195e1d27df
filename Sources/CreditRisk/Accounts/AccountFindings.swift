/// What is odd in a table of accounts, but possible: counted, located, and kept by a stated rule.
public struct AccountFinding: Sendable, Equatable {
  public let title: String
  /// How many accounts, or statements of accounts.
  public let count: Int
  public let isOfAccounts: Bool
  /// Lines of the first three.
  public let lines: [Int]
  public let rule: String

  /// One sentence, e.g. for a card or a report.
  public var text: String {
    guard count > 0 else { return "\(title): none." }
    let unit = isOfAccounts ? (count == 1 ? "account" : "accounts") : (count == 1 ? "statement" : "statements")
    let place = lines.map(String.init).joined(separator: ", ")
    return
      "\(title): \(count) \(unit) (line\(lines.count == 1 ? "" : "s") \(place)\(count > lines.count ? ", …" : "")). \(rule)."
  }
}

extension AccountTable {
  /// Everything odd, whether found or not, in a fixed order.
  public var findings: [AccountFinding] {
    [
      statements("Status −2 or 0, which the source does not document", "Read as: card not used; balance revolved") {
        $0.status == -2 || $0.status == 0
      },
      statements(
        "Status 1 (one month behind) before the last month",
        "Next to none, although the last month has many: earlier months seem to start at 2. Late by one and by two months "
          + "or more are features of their own"
      ) { $0.status == 1 && $0.month < Self.monthCount - 1 },
      statements(
        "Status higher by more than one than a month before, among those behind",
        "Impossible if months were counted alike; kept as published"
      ) { row in row.status > 1 && (row.before.map { row.status - max($0.status, 0) > 1 } ?? false) },
      statements("Behind, though nothing was owed a month before", "Kept as published") { row in
        row.status > 0 && (row.before.map { $0.bill <= 0 } ?? false)
      },
      statements("Negative balance", "More was paid than was owed: kept, a negative use of the limit") { $0.bill < 0 },
      statements("Balance of more than twice the limit", "Kept; features grow with its logarithm") {
        $0.bill > 2 * $0.limit
      },
      statements("Payment above the limit", "Kept; features grow with its logarithm") { $0.payment > $0.limit },
      accounts("No balance and no payment in six months", "Kept: unused cards are part of a portfolio") { account in
        (0..<Self.monthCount).allSatisfy { bills[cell(account, $0)] == 0 && payments[cell(account, $0)] == 0 }
      },
      duplicates,
    ]
  }

  private struct Statement {
    let month: Int
    let status: Int
    let bill, payment, limit: Double
    var before: (status: Int, bill: Double)?
  }

  private func statements(
    _ title: String, _ rule: String, _ isOdd: (Statement) -> Bool
  ) -> AccountFinding {
    var count = 0
    var found: [Int] = []
    for account in 0..<self.count {
      for month in 0..<Self.monthCount {
        let place = cell(account, month)
        let row = Statement(
          month: month, status: statuses[place], bill: bills[place], payment: payments[place], limit: limits[account],
          before: month == 0 ? nil : (statuses[place - 1], bills[place - 1]))
        guard isOdd(row) else { continue }
        count += 1
        if found.count < 3, found.last != lines[account] { found.append(lines[account]) }
      }
    }
    return AccountFinding(title: title, count: count, isOfAccounts: false, lines: found, rule: rule)
  }

  private func accounts(_ title: String, _ rule: String, _ isOdd: (Int) -> Bool) -> AccountFinding {
    let odd = (0..<count).filter(isOdd)
    return AccountFinding(
      title: title, count: odd.count, isOfAccounts: true, lines: odd.prefix(3).map { lines[$0] }, rule: rule)
  }

  /// Accounts that say the same as one with a smaller number.
  private var duplicates: AccountFinding {
    var seen: Set<UInt64> = []
    return accounts(
      "Equal to another account in everything but its number and perhaps its default",
      "Kept, since unused cards look alike, and always in the same part of the split as the other"
    ) { !seen.insert(contentHash($0)).inserted }
  }
}
