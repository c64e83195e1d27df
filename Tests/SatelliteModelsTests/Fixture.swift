import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport

@testable import SatelliteModels

/// The shipped tables, and a small untrained model whose figures are made up but plausible.
enum Fixture {
  static func path(_ name: String) -> String { repositoryFile("scenarios/\(name)") }

  static func history() throws -> QuarterlyTable { try QuarterlyTable(contentsOf: path("data/us-macro-history.csv")) }
  static func chargeOffs() throws -> QuarterlyTable {
    try QuarterlyTable(contentsOf: path("data/us-charge-off-rates.csv"))
  }

  /// Writes `text` to a file of its own and hands over its path; the file is gone afterwards.
  static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/table.csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try withExtendedLifetime(scratch) { try body(path) }
  }

  static func table(_ text: String) throws -> QuarterlyTable {
    try withFile(text) { try QuarterlyTable(contentsOf: $0) }
  }

  /// The shipped table with every number after `quarter` replaced by one that is as wrong as the format allows.
  static func spoilt(_ name: String, after quarter: Quarter) throws -> QuarterlyTable {
    let lines = try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n")
    let rows = lines.map { line -> String in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard let first = cells.first, let date = Quarter(first), date > quarter else { return String(line) }
      for index in cells.indices.dropFirst() where !cells[index].isEmpty { cells[index] = "77.7" }
      return cells.joined(separator: ",")
    }
    return try table(rows.joined(separator: "\n") + "\n")
  }

  /// Eight members of random weights, a stable linear part, correlated residuals.
  static func model(memberCount: Int = 8, networkShares: [Double] = [0.5, 0.25, 0.8, 0, 1]) throws -> LossRateModel {
    let jumpOff = Quarter(year: 2025, number: 4)
    let sample = try LossRateSample(history: history(), chargeOffs: chargeOffs(), cutAfter: jumpOff)
    let width = MacroFeature.all.count
    let series = LoanSeries.count
    let members = (0..<memberCount).map { member in
      LossRateNetwork(
        network: .stackedLSTM(inputs: width, hidden: [7], outputs: series, seed: UInt64(40 + member)),
        targetMeans: [0.2, 0.08, 0.09, 0.07, 0.1], targetScales: [0.04, 0.03, 0.05, 0.04, 0.03])
    }
    let coefficients = (0..<series * width).map { 0.004 * Double($0 * 37 % 11 - 5) }
    let factor = (0..<series * series).map { cell -> Double in
      let row = cell / series
      let column = cell % series
      return column > row ? 0 : column == row ? 0.01 : 0.002 * Double(row - column)
    }
    return LossRateModel(
      jumpOff: jumpOff,
      card: ModelCard(
        name: "toy", purpose: "tests", architecture: "none", data: [], window: "none", sampleSize: 0, defaultModel: "",
        scores: [], limits: []),
      ratesAtJumpOff: [Double](repeating: 0.02, count: 3 * series) + [0.04, 0.006, 0.002, 0, 0.012],
      bankEffects: BankEffectLaw(
        betweenBanks: [0.4, 0.3, 0.3, 0.2, 0.2, 0.6, 0.4], withinBank: [0.3, 0.2, 0.2, 0.2, 0.1, 0.2, 0.2],
        banks: [11, 22], levels: [0.5, 0.1, -0.3, 0, 0.1, 0.8, 0, -0.2, 0, 0.3, 0.1, 0, -0.5, 0.1],
        resultCounts: [3, 1, 4, 2, 2, 5, 0, 1, 0, 2, 2, 2, 2, 2]),
      normalisation: sample.normalisation, featureMinima: [Double](repeating: -3, count: width),
      featureMaxima: [Double](repeating: 3, count: width),
      linear: LinearChallenger(
        intercepts: [0.01, 0.004, 0.003, 0.002, 0.006], persistence: [0.93, 0.9, 0.95, 0.97, 0.9],
        coefficients: coefficients),
      members: members, choice: .init(linear: "linear", network: "lstm_32", networkShares: networkShares),
      residuals: ResidualLaw(autocorrelation: [0.9, 0.8, 0.7, 0.6, 0.5], factor: factor))
  }

  /// `[path][quarter][factor]`: the last quarter of history, disturbed by a small fixed pattern that differs by path.
  static func paths(_ count: Int, horizon: Int = 13) throws -> [Double] {
    let history = try history()
    let factors = RiskFactor.catalogue
    let last = factors.map { history.value($0.id, in: Quarter(year: 2025, number: 4))! }
    return (0..<count).flatMap { path in
      (0..<horizon).flatMap { quarter in
        factors.indices.map { k in
          let wave = Double((path * 31 + quarter * 7 + k * 13) % 17 - 8) / 8
          return factors[k].unit == .index ? last[k] * (1 + 0.1 * wave) : last[k] + 0.01 * wave
        }
      }
    }
  }
}
