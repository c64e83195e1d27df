import Foundation

/// Where a card lies in a weights file: JSON under the metadata key `card`. A model without one is refused.
extension WeightFile {
  /// - Throws: when there is none, or a field of it is missing or of another kind.
  public func card() throws(WeightFileError) -> ModelCard {
    let text = try text("card")
    guard let card = try? JSONDecoder().decode(ModelCard.self, from: Data(text.utf8)) else {
      throw WeightFileError(
        .absent, file: source, found: "a model card that cannot be read", expected: "JSON with every field of a card")
    }
    return card
  }

  /// - Throws: when a figure of the card is not finite.
  public mutating func attach(_ card: ModelCard) throws(WeightFileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let json = try? encoder.encode(card) else {
      throw WeightFileError(
        .notFinite, file: source, found: "a figure of the card that is not finite", expected: "finite figures")
    }
    metadata["card"] = String(decoding: json, as: UTF8.self)
  }
}
