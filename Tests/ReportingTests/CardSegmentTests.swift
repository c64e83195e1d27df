import StressTesting
import Testing

@testable import Reporting

/// The part of § 5 that looks into the card portfolio.
@Suite("Card segments in the report")
struct CardSegmentTests {
  private static let quarters = ["2026Q1", "2026Q2"]

  /// The small invented result with two segments, of which the second is called as given.
  private static func result(name: String = "Segment 2 of 2, riskiest", outside: Double = 0) -> StressTestResult {
    var result = SyntheticResult.small
    result.entities += [
      .init(id: "credit_card.segment_1", kind: .segment, name: "Segment 1 of 2, safest"),
      .init(id: "credit_card.segment_2", kind: .segment, name: name),
    ]
    for (index, share) in [0.7, 0.3].enumerated() {
      let entity = "credit_card.segment_\(index + 1)"
      func add(_ item: String, _ statistic: String, _ value: Double, _ unit: String, _ quarter: String? = nil) {
        result.rows.append(
          .init(
            entity: entity, quarter: quarter, item: item, statistic: statistic, value: value, unit: unit,
            standardError: 0.0001, lower: value - 0.0002, upper: value + 0.0002))
      }
      let rate = index == 0 ? 0.031 : 0.427
      add("accounts", "level", 3_000, "count")
      add("exposure_share", "level", share, "fraction")
      add("odds_to_safest", "level", index == 0 ? 1 : 17.25, "ratio")
      for (statistic, factor) in [("mean", 1.0), ("p05", 0.8), ("p50", 0.97), ("p95", 1.3), ("es_99", 1.5)] {
        add("segment_loss_rate", statistic, rate * factor, "fraction")
        add("segment_loss", statistic, rate * factor * share * 1_000_000, "millions")
        add("loss_share", statistic, index == 0 ? 0.145 : 0.855, "fraction")
        for quarter in quarters where statistic.hasPrefix("p") {
          add("probability_of_default", statistic, rate / 8 * factor, "fraction", quarter)
          add("segment_loss", statistic, rate / 9 * factor * share * 1_000_000, "millions", quarter)
        }
      }
    }
    result.rows.append(
      .init(entity: "credit_cards", item: "default_level_outside", statistic: "level", value: outside, unit: "count"))
    return result
  }

  @Test("figures are those of the rows, and what does not transfer is said")
  func figures() {
    let page = HTMLReport.render(Self.result())
    #expect(page.contains("Credit cards by risk of their accounts"))
    #expect(page.contains("holds 30.0\u{A0}% of the balance and bears 85.5\u{A0}% of the losses"))
    #expect(page.contains(">17.2<") || page.contains(">17.3<"), "odds")
    #expect(page.contains("levels of another country and year do not transfer"))
    #expect(page.contains("id=\"figure-card-segments\"") && page.contains("id=\"figure-card-default-heat-map\""))
    #expect(!page.contains("net recovery"))
    #expect(MarkdownReport.render(Self.result()).markdown.contains("|Segment 2 of 2, riskiest|3,000|30.0|"))
  }

  @Test("quarters that ask for less than no default are told")
  func outside() { #expect(HTMLReport.render(Self.result(outside: 12)).contains("In 12 quarters of futures")) }

  @Test("names are text, and without segments there is nothing of them")
  func text() {
    #expect(HTMLReport.render(Self.result(name: "<b>x</b>")).contains("&lt;b&gt;x&lt;/b&gt;"))
    #expect(!HTMLReport.render(SyntheticResult.small).contains("by risk of their accounts"))
  }
}
