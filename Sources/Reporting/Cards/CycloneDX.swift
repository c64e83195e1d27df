import Foundation
public import NeuralNetworks

/// A model card as a bill of materials of one component, in the `modelCard` form of CycloneDX 1.6
/// (https://cyclonedx.org/docs/1.6/json/), for registries that read it.
public enum CycloneDX {
  /// The document's text: sorted keys, the same for the same card.
  /// - Parameters:
  ///   - kind: e.g. `loss-rates`.
  ///   - file: names the weights.
  ///   - hash: SHA-256 of the weights.
  public static func encode(_ card: ModelCard, kind: String, file: String, hash: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(Document(card, kind: kind, file: file, hash: hash)) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  private struct Document: Encodable {
    let bomFormat = "CycloneDX"
    let specVersion = "1.6"
    let version = 1
    let components: [Component]

    init(_ card: ModelCard, kind: String, file: String, hash: String) {
      components = [Component(card, kind: kind, file: file, hash: hash)]
    }
  }

  private struct Component: Encodable {
    let type = "machine-learning-model"
    let name: String
    let version: String?
    let description: String
    let hashes: [Hash]
    let modelCard: Card
    let properties: [Property]

    init(_ card: ModelCard, kind: String, file: String, hash: String) {
      name = card.name
      version = card.version
      description = card.purpose
      hashes = [Hash(alg: "SHA-256", content: hash)]
      modelCard = Card(card)
      var properties = [
        Property("schema_version", "1"), Property("kind", kind), Property("file", file),
        Property("window", card.window),
        Property("sample_size", "\(card.sampleSize)"), Property("default", card.defaultModel),
      ]
      for (key, text) in [
        ("owner", card.owner), ("challenger", card.challenger), ("monitoring", card.monitoring),
        ("training", card.training?.settings), ("rebuilt_by", card.training?.command),
        ("seeds", card.training.map { $0.seeds.map(String.init).joined(separator: ",") }),
        ("first_losses", card.training.map { $0.firstLosses.map { "\($0)" }.joined(separator: ",") }),
      ] { if let text { properties.append(Property(key, text)) } }
      self.properties = properties
    }
  }

  private struct Hash: Encodable {
    let alg: String
    let content: String
  }

  private struct Property: Encodable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
      self.name = "kentledge:\(name)"
      self.value = value
    }
  }

  private struct Card: Encodable {
    let modelParameters: Parameters
    let quantitativeAnalysis: Analysis
    let considerations: Considerations

    init(_ card: ModelCard) {
      modelParameters = Parameters(
        modelArchitecture: card.architecture,
        datasets: card.data.map {
          Dataset(name: $0.split(separator: ":").first.map(String.init) ?? $0, description: $0)
        })
      quantitativeAnalysis = Analysis(
        performanceMetrics: card.scores.map { score in
          Metric(
            type: "\(score.metric) (\(score.unit))", value: "\(score.value)",
            slice: "\(score.subject); model \(score.model); window \(score.window)",
            confidenceInterval: score.lower.flatMap { lower in
              score.upper.map { .init(lowerBound: "\(lower)", upperBound: "\($0)") }
            })
        }
          + (card.importance ?? []).map { found in
            Metric(
              type: "\(found.metric) (\(found.unit))", value: "\(found.value)",
              slice: "driver \(found.driver); model \(found.model)",
              confidenceInterval: found.lower.flatMap { lower in
                found.upper.map { .init(lowerBound: "\(lower)", upperBound: "\($0)") }
              })
          })
      considerations = Considerations(useCases: [card.purpose], technicalLimitations: card.limits)
    }
  }

  private struct Parameters: Encodable {
    let modelArchitecture: String
    let datasets: [Dataset]
  }

  private struct Dataset: Encodable {
    let type = "dataset"
    let name: String
    let description: String
  }

  private struct Analysis: Encodable {
    let performanceMetrics: [Metric]
  }

  private struct Metric: Encodable {
    let type: String
    let value: String
    let slice: String
    let confidenceInterval: Interval?
  }

  private struct Interval: Encodable {
    let lowerBound: String
    let upperBound: String
  }

  private struct Considerations: Encodable {
    let useCases: [String]
    let technicalLimitations: [String]
  }
}
