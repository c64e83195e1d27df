import MacroScenarios
import TestSupport
import Testing

@testable import CreditRisk

@Suite("Tables of accounts")
struct AccountTableTests {
  private static let sound = AccountExamples(count: 120)

  @Test("a sound table is read in the order of its numbers, whatever the order of its rows")
  func order() throws {
    var shuffled = Self.sound
    shuffled.rows.reverse()
    let (one, other) = (try Self.sound.table(), try shuffled.table())
    #expect(one.ids == Array(1...120) && other.ids == one.ids)
    #expect(one.bills == other.bills && one.statuses == other.statuses && one.defaults == other.defaults)
    #expect(one.fingerprint == other.fingerprint)
    #expect(one.lines[0] == 2 && other.lines[0] == 121)
    #expect(one.lastMonth.description == "2005-09" && one.lastMonth.quarter == Quarter(year: 2005, number: 3))
    let row = Self.sound.rows[4]
    #expect(one.limits[4] == Double(row[1]))
    #expect(one.statuses[24..<30].elementsEqual(row[3..<9]), "oldest month first")
  }

  @Test("columns may stand in any order")
  func columnOrder() throws {
    let order = AccountExamples.header.indices.reversed()
    let text =
      order.map { AccountExamples.header[$0] }.joined(separator: ",") + "\n"
      + Self.sound.rows.map { row in order.map { "\(row[$0])" }.joined(separator: ",") + "\n" }.joined()
    #expect(try AccountExamples.table(text).bills == Self.sound.table().bills)
  }

  /// A change to one cell, row 7 of the file's accounts (line 9 of the file).
  static let badCells: [(column: String, text: String, code: String, says: String)] = [
    ("bill_2005_06", "NaN", "A003", "'bill_2005_06' is 'NaN'"),
    ("bill_2005_06", "", "A003", "expected a whole number"),
    ("paid_2005_04", "12.5", "A003", "12.5"),
    ("paid_2005_04", "inf", "A003", "inf"),
    ("paid_2005_04", "-3", "A005", "expected 0 to"),
    ("status_2005_09", "10", "A005", "expected -2 to 9"),
    ("status_2005_09", "-3", "A005", "expected -2 to 9"),
    ("default_2005_10", "2", "A005", "expected 0 to 1"),
    ("credit_limit", "0", "A005", "'credit_limit' is 0"),
    ("age", "7", "A005", "expected 18 to 110"),
    ("bill_2005_04", "99999999999999999999", "A003", "'bill_2005_04'"),
    ("bill_2005_04", "999999999", "A006", "more than 100 times the credit limit"),
    ("account", "3", "A004", "account 3 stands twice (first in line 4)"),
  ]

  @Test("a bad cell is refused with its line", arguments: badCells.indices)
  func badCell(_ index: Int) {
    let change = Self.badCells[index]
    let column = AccountExamples.header.firstIndex(of: change.column)!
    var lines = Self.sound.text.split(separator: "\n").map(String.init)
    var cells = lines[8].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    cells[column] = change.text
    lines[8] = cells.joined(separator: ",")
    let problems = AccountExamples.problems(lines.joined(separator: "\n"))
    #expect(problems.first?.code == change.code, "\(problems)")
    #expect(problems.first?.place.line == 9)
    #expect(problems.first?.message.contains(change.says) == true, "\(problems.first?.message ?? "")")
  }

  @Test("missing, unknown and doubled columns are named")
  func columns() {
    let text = Self.sound.text
    let missing = AccountExamples.problems(text.replacing("paid_2005_07", with: "payed_2005_07"))
    #expect(missing.map(\.code) == ["A001", "A002"])
    #expect(missing[0].message.contains("'paid_2005_07'") && missing[1].message.contains("'payed_2005_07'"))
    let doubled = AccountExamples.problems(text.replacing("paid_2005_07", with: "paid_2005_06"))
    #expect(doubled.map(\.code) == ["A001", "A002"] && doubled[1].message.contains("twice"))
    #expect(AccountExamples.problems("a,b\n1,2\n").map(\.code) == ["A001"])
    #expect(AccountExamples.problems("").map(\.code) == ["T004"])
  }

  @Test("too few rows, a constant column, and amounts in another unit are refused")
  func whole() {
    #expect(AccountExamples.problems(AccountExamples(count: 99).text).map(\.code) == ["A008"])
    func changed(_ change: (inout [Int]) -> Void) -> [Diagnostic] {
      var examples = Self.sound
      for index in examples.rows.indices { change(&examples.rows[index]) }
      return AccountExamples.problems(examples.text)
    }
    let constant = changed { $0[2] = 30 }
    #expect(constant.map(\.code) == ["A007"] && constant[0].message.contains("'age'"))
    let thousands = changed { row in for column in 9..<21 { row[column] /= 1_000 } }
    #expect(thousands.contains { $0.code == "A006" && $0.message.contains("balance") }, "\(thousands)")
    #expect(changed { $0[1] = max(1, $0[1] / 1_000) }.contains { $0.code == "A006" && $0.message.contains("limit") })
  }

  @Test("more problems than are listed are counted")
  func many() {
    let text = Self.sound.text.replacing("\n1,", with: "\nx,").replacing(",0\n", with: ",zero\n")
    #expect(throws: InvalidInput.self) { try AccountExamples.table(text) }
    do {
      _ = try AccountExamples.table(text)
    } catch let error as InvalidInput {
      #expect(error.diagnostics.count == 20 && error.omittedCount > 20)
    } catch {}
  }

  @Test("what is odd but possible is counted and located")
  func findings() throws {
    var examples = AccountExamples(count: 120)
    for index in examples.rows.indices {
      for month in 0..<6 {
        examples.rows[index][3 + month] = -1
        examples.rows[index][9 + month] = examples.rows[index][1] / 5 + index
        examples.rows[index][15 + month] = examples.rows[index][1] / 50 + index
      }
    }
    // Late all along, so that no column is the same for all.
    examples.rows[20].replaceSubrange(3..<9, with: [2, 2, 2, 2, 2, 1])
    examples.rows[3][8] = 2  // behind after paid in full: a jump of two months
    examples.rows[5][10] = -40
    examples.rows[6][4] = 1
    examples.rows[6][9] = 0
    examples.rows[7][12] = examples.rows[7][1] * 3
    examples.rows[8][16] = examples.rows[8][1] * 2
    examples.rows[9].replaceSubrange(9..<21, with: [Int](repeating: 0, count: 12))
    examples.rows[12].replaceSubrange(1..<21, with: examples.rows[11][1..<21])
    let findings = try examples.table().findings
    // Not documented, 1 before the last month, jump, behind without debt, negative, twice the limit, payment, unused, equal.
    #expect(findings.map(\.count) == [0, 1, 1, 1, 1, 1, 1, 1, 1])
    #expect(findings.map { $0.lines.first } == [nil, 8, 5, 8, 7, 9, 10, 11, 14])
    #expect(findings[4].text.contains("1 statement (line 7)"))
    #expect(findings[0].text.hasSuffix("none."))
  }

  @Test("the split is stratified, whole, and keeps equal accounts together")
  func split() throws {
    var examples = AccountExamples(count: 400)
    for index in stride(from: 0, to: 100, by: 2) {
      examples.rows[index + 1].replaceSubrange(1..<21, with: examples.rows[index][1..<21])
    }
    let table = try examples.table()
    let split = AccountSplit(table)
    #expect((split.training + split.validation + split.test).sorted() == Array(0..<400))
    for index in stride(from: 0, to: 100, by: 2) {
      for part in [split.training, split.validation, split.test] {
        #expect(part.contains(index) == part.contains(index + 1))
      }
    }
    let defaults = try #require(table.defaults)
    let shares = [split.training, split.validation, split.test].map { part in
      Double(part.count { defaults[$0] }) / Double(part.count)
    }
    // Twins move whole pairs across the cuts: a few accounts of 80.
    for share in shares { expectClose(share, shares[0], absolute: 0.08, "share of defaults") }
    var reversed = examples
    reversed.rows.reverse()
    #expect(AccountSplit(try reversed.table()) == split)
  }
}
