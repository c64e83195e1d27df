import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct EarlyWarningFileTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/model.safetensors"
    let model = try CrisisFixture.model.get()
    try model.write(to: path)
    #expect(try EarlyWarningModel(contentsOf: path) == model)
    let first = try Data(contentsOf: URL(filePath: path))
    try model.write(to: path)
    #expect(try Data(contentsOf: URL(filePath: path)) == first)
  }

  @Test func aTruncatedOrAbsentFileIsRefused() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/model.safetensors"
    #expect(throws: InvalidInput.self) { try EarlyWarningModel(contentsOf: path) }
    try CrisisFixture.model.get().write(to: path)
    let bytes = try Data(contentsOf: URL(filePath: path))
    for length in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(length).write(to: URL(filePath: path))
      let error = #expect(throws: InvalidInput.self) { try EarlyWarningModel(contentsOf: path) }
      #expect(error?.kind == .invalid, "\(length) bytes")
    }
  }

  /// A copy of the toy's file with a tensor replaced or left out and some metadata changed.
  private func refusal(
    replacing name: String? = nil, by shape: [Int] = [], value: Double = 0.5, single: Bool = false,
    metadata: [String: String?] = [:]
  ) throws -> String {
    let source = try CrisisFixture.model.get().weights()
    var copy = WeightFile(metadata: source.metadata)
    for (key, value) in metadata { copy.metadata[key] = value }
    for entry in source.entries where entry.name != name { copy.insert(entry.name, shape: entry.shape, entry.values) }
    if let name, !shape.isEmpty {
      let numbers = [Double](repeating: value, count: shape.reduce(1, *))
      copy.insert(name, shape: shape, single ? .float32(numbers.map { Float($0) }) : .float64(numbers))
    }
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/model.safetensors"
    try copy.write(to: path)
    let error = #expect(throws: InvalidInput.self) { try EarlyWarningModel(contentsOf: path) }
    return error?.diagnostics.first?.message ?? ""
  }

  @Test(arguments: [
    ("scale.mean", [11]), ("logistic.coefficients", [3, 96]), ("logistic.intercepts", [2]), ("range.quietest", [12]),
  ])
  func aTensorOfAnotherShapeIsNamed(_ name: String, _ shape: [Int]) throws {
    let message = try refusal(replacing: name, by: shape)
    #expect(message.contains("'\(name)'") && message.contains("\(shape)"))
  }

  @Test func whatIsMissingOrImpossibleIsNamed() throws {
    #expect(try refusal(replacing: "scale.mean").contains("'scale.mean'"))
    #expect(
      try refusal(replacing: "scale.standard_deviation", by: [12], value: 0).contains("'scale.standard_deviation'"))
    let tensor = try #require(
      CrisisFixture.model.get().weights().entries.first { $0.name.hasPrefix("member1.") && $0.shape.count > 1 })
    #expect(try refusal(replacing: tensor.name, by: [1, 2], single: true).contains("'\(tensor.name)'"))
    #expect(try refusal(replacing: tensor.name).contains("'\(tensor.name)'"))
    #expect(try refusal(replacing: tensor.name, by: tensor.shape).contains("'\(tensor.name)'"))
  }

  @Test func everyPieceOfMetadataIsNeeded() throws {
    for key in [
      "card", "jump_off", "indicators", "levels", "factors", "window", "format", "members", "leaning", "weight_decay",
    ] {
      #expect(try refusal(metadata: [key: nil]).contains("'\(key)'"), "\(key) left out")
    }
    #expect(try refusal(metadata: ["indicators": "vix"]).contains("'indicators'"))
    #expect(try refusal(metadata: ["leaning": "oracle"]).contains("oracle"))
    #expect(try refusal(metadata: ["members": "0"]).contains("'0' members"))
    #expect(try refusal(metadata: ["jump_off": "2025-12-31"]).contains("2025-12-31"))
  }

  /// The files that ship are read, see nothing after their jump-off and tell which model they lean on.
  @Test(arguments: ["2023Q4", "2025Q4"]) func shippedModelsAreSound(jumpOff: String) throws {
    let model = try EarlyWarningModel(
      contentsOf: CrisisFixture.path("models/early-warning-\(jumpOff).safetensors"))
    #expect("\(model.jumpOff)" == jumpOff)
    #expect(model.leaning == EarlyWarningTraining.leaning(model.card.scores))
    #expect(model.card.scores.contains { $0.model == CrisisForecasts.baseRate })
    #expect(model.card.limits.contains { $0.contains("4 crises") })
  }
}
