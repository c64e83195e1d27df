import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import EarlyWarning

/// The shipped history and weights, and tables made from them with something wrong.
enum PlausibilityFixture {
  static let jumpOff = Quarter(year: 2025, number: 4)

  static func text(_ name: String = "us-macro-history.csv") throws -> String {
    try String(contentsOfFile: repositoryFile("scenarios/data/\(name)"), encoding: .utf8)
  }

  static func history() throws -> QuarterlyTable {
    try QuarterlyTable(contentsOf: repositoryFile("scenarios/data/us-macro-history.csv"))
  }

  static let shipped = Result {
    try PlausibilityModel(contentsOf: repositoryFile("scenarios/models/plausibility-2025Q4.safetensors"))
  }

  static func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/table.csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try withExtendedLifetime(scratch) { try body(path) }
  }

  /// The shipped table with its cells changed: called with quarter and column for each cell of a quarter.
  static func edited(
    _ text: String, asOf: String? = nil, _ change: (_ quarter: String, _ column: String, _ cell: String) -> String
  ) -> String {
    var header: [String] = []
    let lines = text.split(separator: "\n").map { line -> String in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      switch cells[0] {
      case _ where line.hasPrefix("#"), "unit": return String(line)
      case "quarter":
        header = cells
        return String(line)
      case "as_of":
        if let asOf { for index in cells.indices.dropFirst() { cells[index] = asOf } }
      default: for index in cells.indices.dropFirst() { cells[index] = change(cells[0], header[index], cells[index]) }
      }
      return cells.joined(separator: ",")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The least that can be trained.
  static let tiny = WindowAutoencoder.Settings(copies: 1, epochs: 1)
}

@Suite struct HistorySampleTests {
  private let jumpOff = Quarter(year: 2015, number: 4)

  private func sample(_ text: String) throws -> HistorySample {
    try PlausibilityFixture.withFile(text) { path in
      try HistorySample(history: QuarterlyTable(contentsOf: path), jumpOff: jumpOff)
    }
  }

  /// Whatever stands after the jump-off, the sample is the same to the last bit, and the models know nothing but the sample.
  @Test func nothingAfterTheJumpOffIsSeen() throws {
    let text = try PlausibilityFixture.text()
    let honest = PlausibilityFixture.edited(text, asOf: "2015Q4") { $2 }
    let spoilt = PlausibilityFixture.edited(text, asOf: "2015Q4") { quarter, _, cell in
      quarter > "2015Q4" && !cell.isEmpty ? "77.7" : cell
    }
    #expect(honest != spoilt)
    let one = try sample(honest), other = try sample(spoilt)
    #expect(one.scale == other.scale)
    #expect(one.windows == other.windows)
    #expect(one.grid.quarterCount == 112 && one.windows.count == 100)
  }

  @Test func aLaterVintageIsRefused() throws {
    let error = #expect(throws: InvalidInput.self) {
      try HistorySample(history: PlausibilityFixture.history(), jumpOff: jumpOff)
    }
    #expect(error?.diagnostics.count == 16)
    #expect(error?.diagnostics.first?.code == "M016")
  }

  @Test func whatWasNotPublishedStaysMasked() throws {
    let sample = try HistorySample(history: PlausibilityFixture.history(), jumpOff: PlausibilityFixture.jumpOff)
    #expect(sample.windows.count == 140)
    let vix = 15, bbb = 9
    for (quarter, factor, isKnown) in [
      (0, vix, false), (7, vix, false), (8, vix, true), (2, bbb, false), (3, bbb, true),
    ] {
      #expect(sample.grid.isKnown[quarter * 16 + factor] == isKnown, "quarter \(quarter), factor \(factor)")
    }
    #expect(sample.grid.isKnown.count { !$0 } == 11)
  }

  @Test func tooShortAHistoryIsRefused() throws {
    let text = PlausibilityFixture.edited(try PlausibilityFixture.text(), asOf: "2005Q4") { $2 }
    let error = #expect(throws: InvalidInput.self) {
      try PlausibilityFixture.withFile(text) { path in
        try HistorySample(history: QuarterlyTable(contentsOf: path), jumpOff: Quarter(year: 2005, number: 4))
      }
    }
    #expect(error?.diagnostics.map(\.code) == ["M051"])
  }

  @Test func aFactorThatNeverChangesIsRefused() throws {
    let text = PlausibilityFixture.edited(try PlausibilityFixture.text(), asOf: "2015Q4") { _, column, cell in
      column == "vix" && !cell.isEmpty ? "20.0" : cell
    }
    let error = #expect(throws: InvalidInput.self) { try sample(text) }
    #expect(error?.diagnostics.map(\.code) == ["M052"])
    #expect(error?.diagnostics.first?.message.contains("'vix'") == true)
  }
}

@Suite struct StationaryScaleTests {
  /// Through the scale and back, for every factor and quarter of history where it is known.
  @Test func coordinatesLeadBackToTheValues() throws {
    let sample = try HistorySample(history: PlausibilityFixture.history(), jumpOff: PlausibilityFixture.jumpOff)
    for quarter in 0..<sample.grid.quarterCount {
      let row = sample.rows[quarter + 1], previous = sample.rows[quarter]
      for k in 0..<16 where sample.grid.isKnown[quarter * 16 + k] {
        let back = sample.scale.value(of: k, coordinate: sample.grid.values[quarter * 16 + k], in: row, after: previous)
        // Rates below 0.025 % are read as 0.025 %, which a published 0.0 % may stand for.
        expectClose(back, row[k], absolute: 0.00051, relative: 1e-9, "\(sample.scale.factors[k].id) in \(quarter)")
      }
    }
  }
}

@Suite struct WindowAutoencoderTests {
  private static let windows = LowRank.windows(count: 24, noise: 0.1)

  @Test func equalSeedsGiveEqualBits() throws {
    let first = try WindowAutoencoder(fittedTo: Self.windows, settings: PlausibilityFixture.tiny, seed: 3)
    let second = try WindowAutoencoder(fittedTo: Self.windows, settings: PlausibilityFixture.tiny, seed: 3)
    let other = try WindowAutoencoder(fittedTo: Self.windows, settings: PlausibilityFixture.tiny, seed: 4)
    #expect(first == second)
    #expect(first != other)
    #expect(first.read(Self.windows) == second.read(Self.windows))
  }

  /// Encoder and decoder put together are the network that was trained.
  @Test func theHalvesMakeTheWhole() throws {
    let model = try WindowAutoencoder(fittedTo: Self.windows, settings: PlausibilityFixture.tiny, seed: 3)
    let window = Self.windows[7]
    var input: [Float] = []
    for quarter in 0..<13 {
      input += window.values[quarter * 16..<(quarter + 1) * 16].map { Float($0) } + [Float](repeating: 1, count: 16)
    }
    let whole = model.networks.map { $0(Tensor([1, 13, 32], input)).storage }
    let mean = (0..<208).map { cell in whole.reduce(0) { $0 + Double($1[cell]) } / 3 }
    // The same sums in another batch, in 32 bits.
    expectClose(model.read([window])[0].reconstruction, mean, absolute: 1e-5)
  }

  /// What is not known does not enter: any number may stand behind the mask.
  @Test func hiddenValuesAreNotRead() throws {
    let model = try WindowAutoencoder(fittedTo: Self.windows, settings: PlausibilityFixture.tiny, seed: 3)
    let hidden = LowRank.hide(Self.windows[0], cell: 50)
    #expect(hidden.values[50] == 0 && !hidden.isKnown[50])
    #expect(model.read([hidden]) != model.read([Self.windows[0]]))
  }

  /// On windows that two numbers decide, training finds most of them: the mean alone leaves all of the variance.
  @Test func trainingFindsLowRank() throws {
    let windows = LowRank.windows(count: 120, noise: 0.1)
    let settings = WindowAutoencoder.Settings(copies: 4, epochs: 60, noise: 0.2)
    let model = try WindowAutoencoder(fittedTo: Array(windows.prefix(100)), settings: settings, seed: 1)
    let fresh = Array(windows.suffix(20))
    func meanSquare(_ errors: [Double]) -> Double { errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count) }
    let error = meanSquare(zip(fresh, model.read(fresh)).map { $0.distance(to: $1.reconstruction)! })
    let variance = meanSquare(fresh.map { $0.distance(to: [Double](repeating: 0, count: 208))! })
    #expect(error < 0.3 * variance, "error \(error), variance \(variance)")
  }
}
