import Foundation

/// Where a card lies in a weights file: JSON under the metadata key `card`. A model without one is refused.
extension WeightFile {
  /// - Throws: when there is none, when a field of it is missing, unknown, twice there or of another kind, or when it
  ///   contradicts itself.
  public func card() throws(WeightFileError) -> ModelCard {
    let text = try text("card")
    guard let card = try? JSONDecoder().decode(ModelCard.self, from: Data(text.utf8)) else {
      throw WeightFileError(
        .absent, file: source, found: "a model card that cannot be read", expected: "JSON with every field of a card")
    }
    guard Self.json(card) == text else {
      throw WeightFileError(
        .malformedHeader, file: source, found: "a model card with a field that is unknown or stands twice",
        expected: "the one form in which a card is written")
    }
    if let contradiction = card.contradictions.first {
      throw WeightFileError(
        .malformedHeader, file: source, found: "a model card with \(contradiction)",
        expected: "a card that holds together")
    }
    return card
  }

  /// - Throws: when a figure of the card is not finite.
  public mutating func attach(_ card: ModelCard) throws(WeightFileError) {
    guard let json = Self.json(card) else {
      throw WeightFileError(
        .notFinite, file: source, found: "a figure of the card that is not finite", expected: "finite figures")
    }
    metadata["card"] = json
  }

  /// Equal cards give equal text; `nil` when a figure is not finite.
  private static func json(_ card: ModelCard) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return (try? encoder.encode(card)).map { String(decoding: $0, as: UTF8.self) }
  }
}
