import Foundation
import MacroScenarios
import NeuralNetworks
import StressTesting

/// One weights file of a folder, as `model list` shows it.
struct ModelFile: Encodable {
  let schemaVersion = 1
  let file: String
  let hash: String
  var kind: String?
  var jumpOff: String?
  var defaultModel: String?
  /// The headline figure of the model that is used, and of its challenger.
  var score: String?
  var challenger: String?
  var metric: String?
  /// Why it cannot be used.
  var refusal: String?

  /// All files of the folder whose names end in `.safetensors`, in order of their names.
  /// - Throws: when the folder cannot be read.
  static func all(in folder: String) throws(InvalidInput) -> [ModelFile] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw InvalidInput(.missing, [Diagnostic("T001", "cannot read this folder", at: .init(file: folder))])
    }
    return names.filter { $0.hasSuffix(".safetensors") }.sorted().map { ModelFile(name: $0, in: folder) }
  }

  private init(name: String, in folder: String) {
    let path = "\(folder)/\(name)"
    file = name
    hash = Digest.sha256(ofFile: path) ?? ""
    do {
      let kind = try ModelKinds.kind(ofFileAt: path)
      let card = try kind.card(ofFileAt: path)
      self.kind = kind.name
      jumpOff = try? WeightFile(contentsOf: path).metadata["jump_off"]
      defaultModel = card.headline.map(\.model) ?? String(card.defaultModel.prefix { !":,.".contains($0) })
      if let headline = card.headline, let scores = card.headlineScores {
        score = Self.text(scores.used)
        challenger = headline.model == headline.challenger ? "is the default" : Self.text(scores.challenger)
        metric = headline.title
      }
    } catch {
      refusal = Failure(error).messages.joined(separator: "\n")
    }
  }

  private static func text(_ score: ModelCard.Score) -> String {
    let value = String(format: "%.2f", score.value)
    guard let lower = score.lower, let upper = score.upper else { return value }
    return value + String(format: " (%.2f to %.2f)", lower, upper)
  }
}
