import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import SatelliteModels

@Suite struct LossRateFileTests {
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let scratch = try ScratchDirectory()
    try withExtendedLifetime(scratch) { try body("\(scratch.path)/model.safetensors") }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    try withDirectory { path in
      let model = try Fixture.model()
      try model.write(to: path)
      let read = try LossRateModel(contentsOf: path)
      #expect(read == model)
    }
  }

  @Test func aTruncatedFileIsRefused() throws {
    try withDirectory { path in
      try Fixture.model().write(to: path)
      let bytes = try Data(contentsOf: URL(filePath: path))
      for length in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
        try bytes.prefix(length).write(to: URL(filePath: path))
        let error = #expect(throws: InvalidInput.self) { try LossRateModel(contentsOf: path) }
        #expect(error?.kind == .invalid, "\(length) bytes")
        #expect(error?.diagnostics.first?.place.file == path)
      }
    }
  }

  @Test func anAbsentFileIsMissing() {
    let error = #expect(throws: InvalidInput.self) { try LossRateModel(contentsOf: "/nonexistent/model.safetensors") }
    #expect(error?.kind == .missing)
  }

  /// A copy of the toy's file with some tensors replaced and some metadata changed.
  private func refusal(
    replacing name: String? = nil, by shape: [Int] = [], values: [Double]? = nil, single: Bool = false,
    metadata: [String: String?] = [:]
  ) throws -> String {
    let source = try Fixture.model().weights()
    var copy = WeightFile(metadata: source.metadata)
    for (key, value) in metadata { copy.metadata[key] = value }
    for entry in source.entries where entry.name != name {
      copy.insert(entry.name, shape: entry.shape, entry.values)
    }
    if let name, !shape.isEmpty {
      let count = shape.reduce(1, *)
      let numbers = values ?? [Double](repeating: 0.5, count: count)
      copy.insert(name, shape: shape, single ? .float32(numbers.map { Float($0) }) : .float64(numbers))
    }
    var text = ""
    try withDirectory { path in
      try copy.write(to: path)
      let error = #expect(throws: InvalidInput.self) { try LossRateModel(contentsOf: path) }
      text = error?.diagnostics.first?.message ?? ""
    }
    return text
  }

  @Test(arguments: [
    ("linear.coefficients", [5, 17]), ("features.mean", [17]), ("residuals.factor", [25]),
    ("rates_at_jump_off", [5, 4]), ("bank_effects.levels", [3, 7]), ("targets.mean", [6]),
    ("combination.network_share", [1]),
  ])
  func aTensorOfAnotherShapeIsNamed(_ name: String, _ shape: [Int]) throws {
    let message = try refusal(replacing: name, by: shape)
    #expect(message.contains("'\(name)'") && message.contains("\(shape)"))
  }

  @Test func anAbsentTensorIsNamed() throws {
    #expect(try refusal(replacing: "residuals.autocorrelation").contains("'residuals.autocorrelation'"))
    #expect(try refusal(replacing: "member3.lstm0.input_weights").contains("'member3.lstm0.input_weights'"))
  }

  @Test func aNetworkOfAnotherSizeIsNamed() throws {
    #expect(
      try refusal(replacing: "member0.lstm0.input_weights", by: [17, 28], single: true)
        .contains("'member0.lstm0.input_weights'"))
    #expect(
      try refusal(replacing: "member2.dense1.weights", by: [7, 4], single: true).contains("member2.dense1"))
  }

  @Test func valuesOutsideTheirDomainAreRefused() throws {
    #expect(
      try refusal(replacing: "features.standard_deviation", by: [18], values: [Double](repeating: 0, count: 18))
        .contains("'features.standard_deviation'"))
    #expect(
      try refusal(replacing: "residuals.autocorrelation", by: [5], values: [0, 0, 1, 0, 0])
        .contains("'residuals.autocorrelation'"))
    #expect(
      try refusal(replacing: "combination.network_share", by: [5], values: [0, 1, 1.5, 0, 0])
        .contains("'combination.network_share'"))
  }

  @Test func everyPieceOfMetadataIsNeeded() throws {
    for key in [
      "card", "jump_off", "features", "series", "format", "members", "bank_effects", "linear_part", "network_part",
    ] {
      #expect(try refusal(metadata: [key: nil]).contains("'\(key)'"), "\(key) left out")
    }
    #expect(try refusal(metadata: ["card": "{}"]).contains("model card"))
    #expect(try refusal(metadata: ["features": "vix"]).contains("'features'"))
    #expect(try refusal(metadata: ["jump_off": "2025-12-31"]).contains("2025-12-31"))
    #expect(try refusal(metadata: ["members": "3"]).contains("'3' members"))
  }
}
