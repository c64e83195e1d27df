import Foundation
import NeuralNetworks
import TestSupport
import Testing

@testable import CreditRisk

/// The table and the weights that are shipped.
@Suite("The shipped accounts")
struct ShippedAccountsTests {
  private static let table = Result {
    try AccountTable(contentsOf: repositoryFile("scenarios/data/card-accounts-2005.csv"))
  }
  private static let path = repositoryFile("scenarios/models/accounts.safetensors")

  @Test("the table is the published one, and its oddities are those counted here")
  func published() throws {
    let table = try Self.table.get()
    #expect(table.count == 30_000 && table.defaults?.count { $0 } == 6_636)
    #expect(
      table.limits.reduce(0, +) == 5_024_529_680 && table.bills.reduce(0, +) == 8_095_850_136
        && table.payments.reduce(0, +) == 949_541_777)
    let counts = Dictionary(uniqueKeysWithValues: table.findings.map { ($0.title, $0.count) })
    #expect(counts["Negative balance"] == 3_932)
    #expect(counts["No balance and no payment in six months"] == 795)
    #expect(counts["Balance of more than twice the limit"] == 133)
    #expect(counts["Payment above the limit"] == 299)
    #expect(counts["Equal to another account in everything but its number and perhaps its default"] == 231)
    let split = AccountSplit(table)
    let defaults = try #require(table.defaults)
    for part in [split.training, split.validation, split.test] {
      // 22.12 % in all; equal accounts that move together leave a hundredth of a percent.
      expectClose(Double(part.count { defaults[$0] }) / Double(part.count), 0.2212, absolute: 2e-4)
    }
  }

  @Test("the shipped weights rank the test part as their card says, and no better than accounts can be ranked")
  func card() throws {
    let table = try Self.table.get()
    let model = try AccountModel(contentsOf: Self.path)
    let test = model.unseen(in: table)
    let quality = RankingQuality(model.probabilitiesOfDefault(test), try #require(test.defaults)).areaUnderCurve
    let name = AccountCandidate.name(ofShare: model.networkShare)
    let recorded = try #require(
      model.card.scores.first { $0.metric == "auc" && $0.model == name && $0.window == "test accounts" })
    // Another instruction set moves the last bits of the logits, and with them a few near ties.
    expectClose(quality.value, recorded.value, absolute: 1e-4)
    #expect((0.76...0.8).contains(quality.value), "more would be a leak, less a defect: \(quality.value)")
  }

  @Test("no account of the table is in the weights")
  func privacy() throws {
    let table = try Self.table.get()
    let file = try WeightFile(contentsOf: Self.path)
    var values: Set<Double> = []
    for entry in file.entries {
      #expect(entry.shape.allSatisfy { $0 <= 128 }, "'\(entry.name)' is as long as a list of accounts: \(entry.shape)")
      switch entry.values {
      case .float32(let all): for value in all { values.insert(Double(value)) }
      case .float64(let all): for value in all { values.insert(value) }
      }
    }
    for account in 0..<table.count {
      let months = table.cell(account, 0)..<table.cell(account + 1, 0)
      let amounts = (table.bills[months] + table.payments[months] + [table.limits[account]]).filter { abs($0) > 10 }
      #expect(!amounts.contains { values.contains($0) || values.contains(Double(Float($0))) })
    }
    // The text of the card holds counts and scores: never several amounts of one account.
    let text = file.metadata.values.joined(separator: " ")
    let words = Set(text.split { !$0.isNumber }.compactMap { Double($0) })
    for account in 0..<table.count {
      let months = table.cell(account, 0)..<table.cell(account + 1, 0)
      let amounts = Set((table.bills[months] + table.payments[months]).filter { abs($0) >= 1_000 })
      #expect(amounts.count { words.contains(abs($0)) } < 3)
    }
  }
}
