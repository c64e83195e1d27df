import MacroScenarios
import Testing

@testable import Banking

/// What the published exercises say of a bank as it is at the jump-off, with the participants that it absorbed.
struct PublishedRecords {
  /// One exercise's lines: the bank's own, and those of banks that it absorbed after the exercise began.
  struct Exercise {
    let name: String
    let lines: [SupervisoryResults.Row]

    /// An amount that was not published is none.
    func sum(_ column: String) -> Double { lines.map { $0.value(column) ?? 0 }.reduce(0, +) }

    /// Average assets are not published: they are the amount of revenue over its rate.
    var revenueRate: Double {
      let rates = lines.map { $0.value("pre_provision_net_revenue_rate")! }
      if rates.count == 1 { return rates[0] }
      let assets = zip(lines, rates).map { $0.value("pre_provision_net_revenue")! / $1 }.reduce(0, +)
      return sum("pre_provision_net_revenue") / assets
    }
  }

  private struct Merger {
    let survivor: String
    let absorbed: String
    let completed: Quarter
  }

  private let lines: [SupervisoryResults.Row]
  private let mergers: [Merger]

  init(knownAt jumpOff: Quarter) throws {
    lines = try SupervisoryResults(knownAt: jumpOff).rows
      .filter { $0.scenario == "severely_adverse" }.sorted { $0.published < $1.published }
    let table = try CommaSeparatedValues(contentsOf: dataFolder + "us-bank-mergers.csv")
    #expect(table.header.cells == ["survivor_id", "survivor", "absorbed_id", "absorbed", "completed", "source"])
    mergers = try table.rows.map { row in
      Merger(survivor: row.cells[0], absorbed: row.cells[2], completed: try #require(Quarter(row.cells[4])))
    }.filter { $0.completed <= jumpOff }
  }

  /// In the order of publication; an exercise that lacks a part is left out.
  func exercises(of bankId: String) -> [Exercise] {
    lines.filter { $0.bankId == bankId }.compactMap { own in
      let parts = mergers.filter { $0.survivor == bankId && own.jumpOff < $0.completed }
      let absorbed = parts.compactMap { part in
        lines.first { $0.exercise == own.exercise && $0.bankId == part.absorbed }
      }
      return absorbed.count == parts.count ? Exercise(name: own.exercise, lines: [own] + absorbed) : nil
    }
  }
}
