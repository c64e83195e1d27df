import Foundation
import NeuralNetworks
import StressTesting

/// The fitted models of a result as rows.
struct ModelRows {
  let run: String
  let models: [StressTestResult.Model]

  var all: [(table: Table, rows: [[Cell]])] {
    [
      (Schema.fits, models.indices.map(fit)), (Schema.scores, models.indices.flatMap(scores)),
      (Schema.explanations, models.indices.flatMap(explanations)),
      (Schema.attributions, models.indices.flatMap(attributions)),
    ]
  }

  private func key(_ model: Int) -> [Cell] { [.text(run), .integer(model)] }

  private func fit(_ index: Int) -> [Cell] {
    let model = models[index], card = model.card
    return key(index) + [
      .text(model.file), .text(model.hash), .text(card.name), .text(card.purpose), .text(card.architecture),
      .text(card.window), .integer(card.sampleSize), .text(card.defaultModel), Cell(card.challenger),
      Cell(card.version), Cell(card.owner), .text(Self.json(card)),
    ]
  }

  private static func json(_ card: ModelCard) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    // A card that was read from JSON has no figure that JSON lacks.
    return (try? encoder.encode(card)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func scores(_ index: Int) -> [[Cell]] {
    models[index].card.scores.enumerated().map { position, score in
      key(index) + [
        .integer(position), .text(score.subject), .text(score.model), .text(score.metric), .text(score.unit),
        .real(score.value), Cell(score.lower), Cell(score.upper), .text(score.window),
      ]
    }
  }

  private func explanations(_ index: Int) -> [[Cell]] {
    (models[index].explanations ?? []).enumerated().map { position, table in
      key(index) + [
        .integer(position), .text(table.subject), .text(table.title), .text(table.unit), .text(table.baseline),
        .real(table.baselineValue), .real(table.value), .real(table.completenessGap), .integer(table.pointCount),
      ]
    }
  }

  private func attributions(_ index: Int) -> [[Cell]] {
    (models[index].explanations ?? []).enumerated().flatMap { explanation, table in
      let cells = table.rows.flatMap { row in zip(table.columns, row.values).map { (row, $0, $1) } }
      return cells.enumerated().map { position, cell in
        key(index) + [
          .integer(explanation), .integer(position), .text(cell.0.id), .text(cell.0.name), .text(cell.1), .real(cell.2),
        ]
      }
    }
  }
}
