public import NeuralNetworks
import StressTesting

/// A model card for reading outside a report.
public enum CardText {
  /// The model's page as Markdown, without charts: their figures stand in tables.
  /// - Parameters:
  ///   - file: names the weights.
  ///   - hash: SHA-256 of the weights.
  ///   - explanations: of one scenario; empty for none.
  public static func markdown(
    _ card: ModelCard, file: String, hash: String, explanations: [AttributionTable] = []
  ) -> String {
    let model = StressTestResult.Model(
      card: card, hash: hash, file: file, explanations: explanations.isEmpty ? nil : explanations)
    let page = ModelPage(model: model, index: 0, names: names, money: .billions(of: "USD"))
    return page.blocks.flatMap(withoutPictures).map(MarkdownReport.text).joined(separator: "\n")
  }

  private static func withoutPictures(_ block: Block) -> [Block] {
    guard case .figure(let figure) = block else { return [block] }
    return [.paragraph([figure.title + "."])] + figure.tables.map { .table($0) }
  }

  private static let names = [
    "credit_cards": "Credit cards", "commercial_and_industrial": "Commercial and industrial",
    "commercial_real_estate": "Commercial real estate", "residential_real_estate": "Residential real estate",
    "other_consumer": "Other consumer",
  ]
}
