import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport

@testable import EarlyWarning

/// The shipped tables, a model whose network is untrained, and tables of observations to spoil.
enum CrisisFixture {
  static let jumpOff = Quarter(year: 2025, number: 4)

  static func path(_ name: String) -> String { repositoryFile("scenarios/\(name)") }

  static func history() throws -> QuarterlyTable { try QuarterlyTable(contentsOf: path("data/us-macro-history.csv")) }
  static func chargeOffs() throws -> QuarterlyTable {
    try QuarterlyTable(contentsOf: path("data/us-charge-off-rates.csv"))
  }
  static func recessions() throws -> RecessionTable {
    try RecessionTable(contentsOf: path("data/us-recessions.csv"))
  }
  static func sample(_ jumpOff: Quarter = jumpOff) throws -> CrisisSample {
    try CrisisSample(
      history: history(), chargeOffs: chargeOffs(), recessions: recessions(), jumpOff: jumpOff)
  }

  static let tiny = EarlyWarningTraining.Settings(
    network: CrisisNetwork.Settings(members: 2, epochs: 3), weightDecays: [1], penalties: [0.3])

  /// The logistic part is fitted, the network is not.
  static let model = Result { () throws -> EarlyWarningModel in
    let sample = try Self.sample()
    let all = Array(sample.quarters.indices)
    let material = CrisisMaterial(sample, training: all)
    return EarlyWarningModel(
      jumpOff: jumpOff,
      card: ModelCard(
        name: "toy", purpose: "tests", architecture: "none", data: [], window: "none", sampleSize: 0, defaultModel: "",
        scores: [], limits: []),
      leaning: .logistic, scale: material.scale, logistic: material.logistic(penalty: 0.3),
      network: CrisisNetwork(members: (1...2).map { CrisisNetwork.untrained(.standard, seed: $0) }),
      range: ObservedRange(sample.trainingRows, factors: try history()), weightDecay: 1)
  }

  /// Lines of the shipped history from `first` to `last` with header and units, as an author would keep them.
  static func lines(from first: Quarter, to last: Quarter) throws -> [String] {
    let all = try String(contentsOfFile: path("data/us-macro-history.csv"), encoding: .utf8)
      .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    return all.filter { line in
      guard let quarter = Quarter(line.prefix { $0 != "," }) else { return true }
      return quarter >= first && quarter <= last
    }
  }

  /// One cell of every line from `place` on changed.
  static func changing(
    _ column: String, in lines: [String], from place: Int = 3, to change: (String) -> String
  ) -> [String] {
    let columns = lines[0].split(separator: ",").map(String.init)
    let index = columns.firstIndex(of: column)!
    return lines.enumerated().map { number, line in
      guard number >= place else { return line }
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      cells[index] = change(cells[index])
      return cells.joined(separator: ",")
    }
  }

  static func numbered(_ lines: [String]) -> [GrowingFile.Line] {
    lines.enumerated().map { GrowingFile.Line(number: $0 + 1, text: $1) }
  }
}
