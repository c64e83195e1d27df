import Foundation
import MacroScenarios
import TestSupport

@testable import CreditRisk

/// Invented accounts whose default depends on what they did: late payers default more often.
struct AccountExamples {
  static let months = ["2005_04", "2005_05", "2005_06", "2005_07", "2005_08", "2005_09"]

  static let header =
    (["account", "credit_limit", "age"] + ["status", "bill", "paid"].flatMap { name in months.map { "\(name)_\($0)" } }
      + ["default_2005_10"])

  /// `[row][column]`
  var rows: [[Int]]

  init(count: Int, seed: UInt64 = 3) {
    var random = PlainRandom(seed: seed)
    rows = (1...count).map { id in
      let limit = 10_000 * Int(random.uniform(1, 50))
      let risk = random.uniform()
      let statuses = AccountExamples.months.map { _ in
        random.uniform() < risk * 0.6 ? 1 + Int(random.uniform(0, 3)) : Int(random.uniform(-2, 1).rounded(.down))
      }
      let bills = AccountExamples.months.map { _ in Int(Double(limit) * random.uniform(-0.02, 1.05)) }
      let payments = AccountExamples.months.map { _ in Int(Double(limit) * random.uniform(0, 0.2) * (1 - risk)) }
      let isDefault = random.uniform() < 0.05 + 0.6 * risk * risk
      return [id, limit, 21 + Int(random.uniform(0, 50))] + statuses + bills + payments + [isDefault ? 1 : 0]
    }
  }

  var text: String {
    Self.header.joined(separator: ",") + "\n"
      + rows.map { $0.map(String.init).joined(separator: ",") + "\n" }.joined()
  }

  func table() throws -> AccountTable { try Self.table(text) }

  static func table(_ text: String) throws -> AccountTable {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/accounts.csv"
    try Data(text.utf8).write(to: URL(filePath: path))
    return try AccountTable(contentsOf: path)
  }

  /// What is wrong with the table; empty when nothing is.
  static func problems(_ text: String) -> [Diagnostic] {
    do {
      _ = try table(text)
      return []
    } catch let error as InvalidInput {
      return error.diagnostics
    } catch {
      return [Diagnostic("?", "\(error)", at: .init(file: ""))]
    }
  }
}
