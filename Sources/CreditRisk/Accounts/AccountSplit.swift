/// Which accounts a model learns from, is chosen and calibrated on, and is judged on: 60, 20 and 20 percent, with the
/// same share of defaults in each.
///
/// Within defaults and within the rest, accounts stand in the order of their content hash and are cut at 60 and 80 percent.
/// Equal accounts have equal hashes and go where the first of them goes, so that no twin of a test account is learned
/// from. Neither row order nor a random number has a part in it.
public struct AccountSplit: Sendable, Equatable {
  /// Places in the table, ascending.
  public let training, validation, test: [Int]

  static let shares = (training: 0.6, validation: 0.2)

  /// - Precondition: the table says who defaulted.
  init(_ table: AccountTable) {
    guard let defaults = table.defaults else { preconditionFailure("\(table.file) does not say who defaulted") }
    let hashes = (0..<table.count).map(table.contentHash)
    var part = [Int](repeating: 2, count: table.count)
    for stratum in [false, true] {
      let order = (0..<table.count).filter { defaults[$0] == stratum }.sorted {
        (hashes[$0], table.ids[$0]) < (hashes[$1], table.ids[$1])
      }
      for (rank, account) in order.enumerated() {
        let share = (Double(rank) + 0.5) / Double(order.count)
        part[account] = share < Self.shares.training ? 0 : share < Self.shares.training + Self.shares.validation ? 1 : 2
      }
    }
    var partOfHash: [UInt64: Int] = [:]
    for account in 0..<table.count {
      if let first = partOfHash[hashes[account]] {
        part[account] = first
      } else {
        partOfHash[hashes[account]] = part[account]
      }
    }
    func places(_ wanted: Int) -> [Int] { part.indices.filter { part[$0] == wanted } }
    (training, validation, test) = (places(0), places(1), places(2))
  }
}
