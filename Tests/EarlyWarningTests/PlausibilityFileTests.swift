import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct PlausibilityFileTests {
  private func withDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
    let scratch = try ScratchDirectory()
    return try withExtendedLifetime(scratch) { try body("\(scratch.path)/model.safetensors") }
  }

  @Test func whatIsWrittenIsReadBackByteForByte() throws {
    let shipped = repositoryFile("scenarios/models/plausibility-2025Q4.safetensors")
    try withDirectory { path in
      let model = try PlausibilityModel(contentsOf: shipped)
      try model.write(to: path)
      #expect(try PlausibilityModel(contentsOf: path) == model)
      #expect(FileManager.default.contentsEqual(atPath: path, andPath: shipped))
    }
  }

  @Test func aTruncatedFileIsRefused() throws {
    let bytes = try Data(
      contentsOf: URL(filePath: repositoryFile("scenarios/models/plausibility-2025Q4.safetensors")))
    try withDirectory { path in
      for length in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
        try bytes.prefix(length).write(to: URL(filePath: path))
        let error = #expect(throws: InvalidInput.self) { try PlausibilityModel(contentsOf: path) }
        #expect(error?.kind == .invalid, "\(length) bytes")
      }
    }
  }

  @Test func anAbsentFileIsMissing() {
    let error = #expect(throws: InvalidInput.self) { try PlausibilityModel(contentsOf: "/nonexistent.safetensors") }
    #expect(error?.kind == .missing)
  }

  /// A copy of the shipped file with one tensor or metadata entry changed; what its refusal says.
  private func refusal(
    replacing name: String? = nil, by shape: [Int] = [], values: [Double]? = nil, metadata: [String: String?] = [:]
  ) throws -> String {
    let source = try PlausibilityFixture.shipped.get().weights()
    var copy = WeightFile(metadata: source.metadata)
    for (key, value) in metadata { copy.metadata[key] = value }
    for entry in source.entries where entry.name != name { copy.insert(entry.name, shape: entry.shape, entry.values) }
    if let name, !shape.isEmpty {
      let count = shape.reduce(1, *)
      copy.insert(name, shape: shape, .float64(values ?? [Double](repeating: 0.5, count: count)))
    }
    return try withDirectory { path in
      try copy.write(to: path)
      let error = #expect(throws: InvalidInput.self) { try PlausibilityModel(contentsOf: path) }
      return error?.diagnostics.first?.message ?? ""
    }
  }

  @Test(arguments: [
    "scale.mean", "map.points", "imputation.errors", "pca.fold3.axes", "pca.whole.mean", "pca.history",
    "autoencoder.fold9.codes.mean", "autoencoder.whole.net2.dense2.bias",
  ])
  func anAbsentOrMisshapenTensorIsNamed(_ name: String) throws {
    #expect(try refusal(replacing: name).contains("'\(name)'"))
    #expect(try refusal(replacing: name, by: [3, 1, 4]).contains("'\(name)'"))
  }

  @Test func valuesThatCannotBeAreNamed() throws {
    let codes = [Double](repeating: 0.5, count: 16)
    for (name, shape, values) in [
      ("scale.standard_deviation", [16], [Double](repeating: 0, count: 16)),
      ("pca.fold0.noise_variance", [1], [-1]), ("pca.fold0.codes.covariance", [4, 4], codes),
      ("imputation.autocorrelation", [16], [Double](repeating: 1.5, count: 16)),
      ("pca.history", [140, 2], [Double](repeating: -1, count: 280)),
    ] {
      #expect(try refusal(replacing: name, by: shape, values: values).contains("'\(name)'"), "\(name)")
    }
  }

  @Test func metadataMustFit() throws {
    #expect(try refusal(metadata: ["format": "kentledge-plausibility/9"]).contains("kentledge-plausibility/1"))
    #expect(try refusal(metadata: ["factors": "vix"]).contains("factors"))
    #expect(try refusal(metadata: ["jump_off": "never"]).contains("never"))
    #expect(try refusal(metadata: ["jump_off": "1990Q1"]).contains("1990Q1"))
    #expect(try refusal(metadata: ["jump_off": "2020Q4"]).contains("map.points"))
    #expect(try refusal(metadata: ["default": "oracle"]).contains("pca"))
    #expect(try refusal(metadata: ["imputation": "guess"]).contains("interpolation"))
    #expect(try refusal(metadata: ["card": nil]).contains("card"))
  }
}

@Suite struct PlausibilityAssessmentTests {
  private static let model = PlausibilityFixture.shipped

  /// `[quarter][factor]`, natural values of a stretch of history.
  private func path(from first: Quarter, quarters: Int = 13) throws -> [Double] {
    let history = try PlausibilityFixture.history()
    return (0..<quarters).flatMap { quarter in
      RiskFactor.catalogue.map { history.value($0.id, in: first.advanced(by: quarter)) ?? .nan }
    }
  }

  private func assess(_ path: [Double], futures: [Double] = [], after jumpOff: Quarter) throws -> PlausibilityAssessment
  {
    try Self.model.get().assess(
      path: path, futures: futures, history: PlausibilityFixture.history().cut(after: jumpOff))
  }

  /// A path that is a stretch of history lies on the map where that stretch lies.
  @Test func aStretchOfHistoryLiesOnItsOwnPlace() throws {
    let found = try assess(path(from: Quarter(year: 2008, number: 1)), after: Quarter(year: 2007, number: 4))
    let crisis = try #require(found.crises.first { $0.name == "2008" })
    expectClose(found.path.x, crisis.point.x, absolute: 1e-9)
    expectClose(found.path.y, crisis.point.y, absolute: 1e-9)
    #expect(found.history.count == 140 && found.crises.map(\.name) == ["1990", "2001", "2008", "2020"])
    // Turned so that it lies to the right.
    #expect(crisis.point.x > 0)
  }

  @Test func futuresThatAreThePathRankInTheMiddle() throws {
    let path = try path(from: Quarter(year: 2001, number: 2))
    let found = try assess(path, futures: path + path, after: Quarter(year: 2001, number: 1))
    for verdict in found.verdicts {
      #expect(verdict.shareOfFuturesBelow == 0.5)
      #expect(verdict.futures?.p50 == verdict.history.value)
    }
  }

  /// What has never been: everything twice as far from the last quarter known as it went.
  @Test func theFarIsBeyondHistory() throws {
    let model = try Self.model.get(), history = try PlausibilityFixture.history()
    let jumpOff = PlausibilityFixture.jumpOff
    let path = (1...13).flatMap { quarter in
      RiskFactor.catalogue.map { factor -> Double in
        let last = history.value(factor.id, in: jumpOff)!
        return factor.id == "unemployment_rate"
          ? 0.35 : factor.unit == .index ? (factor.id == "vix" ? 95 : last * 1 / (1 + 0.25 * Double(quarter))) : last
      }
    }
    let found = try model.assess(path: path, futures: [], history: history)
    // The network's code is bounded, so its distance may level off; its error does not.
    let unbounded = found.verdicts.filter { $0.kind == .pca || $0.measure == .reconstructionError }
    #expect(unbounded.count == 3)
    #expect(unbounded.allSatisfy { $0.history.isBeyondHistory && $0.history.shareBelow == 1 })
    #expect(found.verdicts.allSatisfy { $0.futures == nil && $0.shareOfFuturesBelow == nil })
  }

  /// Longer paths are judged by their first thirteen quarters, shorter ones behind what came before them.
  @Test func pathsOfAnyLengthAreJudged() throws {
    let jumpOff = Quarter(year: 2007, number: 4)
    let exact = try assess(path(from: Quarter(year: 2008, number: 1)), after: jumpOff)
    let longer = try assess(path(from: Quarter(year: 2008, number: 1), quarters: 20), after: jumpOff)
    #expect(longer.path == exact.path)
    let shorter = try assess(
      path(from: Quarter(year: 2009, number: 1), quarters: 9), after: Quarter(year: 2008, number: 4))
    expectClose(shorter.path.x, exact.path.x, absolute: 1e-9)
    #expect(shorter.verdicts.count == 4)
  }
  /// What each cell adds to the squared distance adds up to it; where codes are linear, exactly, and to x·Ax by hand.
  @Test func explanationsAddUpToTheDistance() throws {
    let model = try Self.model.get(), jumpOff = Quarter(year: 2007, number: 4)
    let path = try path(from: Quarter(year: 2008, number: 1))
    let history = try PlausibilityFixture.history().cut(after: jumpOff)
    let tables = try model.explain(path: path, history: history)
    #expect(Set(tables.map(\.subject)) == ["plausibility_pca", "plausibility_autoencoder"])
    let window = model.window(of: path, after: history)
    func meanSquare<Model>(_ family: ModelFamily<Model>, _ window: MaskedGrid) -> Double {
      let scores = family.crossFit.scores(of: [window])[0]
      return scores.reduce(0) { $0 + $1.distance * $1.distance } / Double(scores.count)
    }
    for table in tables {
      #expect(table.columns.first == "2008Q1" && table.columns.count == 13 && table.rows.count == 16)
      let sum = table.rows.reduce(0) { $0 + $1.total }
      let isLinear = table.subject == "plausibility_pca"
      expectClose(
        sum, table.value - table.baselineValue, relative: isLinear ? 1e-9 : IntegratedGradients.tolerance,
        table.subject)
      let distance = isLinear ? meanSquare(model.pca, window) : meanSquare(model.autoencoder, window)
      // A network's codes are of 32 bits.
      expectClose(table.value, distance, relative: isLinear ? 1e-12 : 1e-5, table.subject)
    }
  }
}
