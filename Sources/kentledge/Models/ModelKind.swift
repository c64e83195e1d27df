import Foundation
import MacroScenarios
import NeuralNetworks

/// One kind of fitted model, as `train` and `model` know it. A new kind is one conformance and one line in `ModelKinds`.
protocol ModelKind: Sendable {
  /// As authors write it, e.g. `loss-rates`.
  static var name: String { get }
  /// What the metadata of its weights say under `format`.
  static var format: String { get }
  /// One sentence for `kentledge train --help`.
  static var abstract: String { get }
  /// What `--table` takes the place of.
  static var tableHelp: String { get }
  /// The jump-offs of the files that ship; one `nil` for a kind that has none.
  static var shippedJumpOffs: [Quarter?] { get }

  /// Reads the whole file and checks everything about it.
  static func card(ofFileAt path: String) throws -> ModelCard
  /// Fits and tests a model on nothing after the jump-off.
  static func fit(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> FittedModel
  /// The losses of the first epochs, as `fit` has them.
  static func firstLosses(_ job: TrainingJob) throws -> [Double]
  /// The out-of-sample test alone.
  static func backtest(_ job: TrainingJob, say: @escaping @Sendable (String) -> Void) throws -> [ModelCard.Score]
  /// What the answers of the model in that file to a scenario are made up of.
  static func explain(fileAt path: String, _ scenario: Scenario) throws -> [AttributionTable]
}

extension ModelKind {
  /// Whether its files are named by a jump-off, after which nothing was seen.
  static var isDated: Bool { shippedJumpOffs.contains { $0 != nil } }
}

/// A model that has not been written yet.
struct FittedModel {
  let card: ModelCard
  let write: (_ path: String) throws -> Void
}

/// Which model of a kind is made, and from what.
struct TrainingJob: Sendable {
  /// The folder of scenarios, with `data` and `models`.
  let folder: String
  /// The last quarter that may be seen; `nil` for a kind without.
  let jumpOff: Quarter?
  /// In place of the kind's main table.
  var table: String?

  func data(_ name: String) -> String { "\(folder)/data/\(name)" }

  func weights(_ kind: any ModelKind.Type) -> String {
    "\(folder)/models/\(kind.name)\(jumpOff.map { "-\($0)" } ?? "").safetensors"
  }

  /// The command that does it.
  func command(_ kind: any ModelKind.Type) -> String {
    "kentledge train \(kind.name)\(jumpOff.map { " --jump-off \($0)" } ?? "")"
  }

  /// - Precondition: of a kind with a jump-off; the command line sees to it.
  var quarter: Quarter {
    guard let jumpOff else { preconditionFailure("no jump-off for a kind of model that has one") }
    return jumpOff
  }

  /// The macro history of the vintage of the jump-off: shipped ones are named by it, the newest has no suffix.
  var history: String {
    let dated = data("us-macro-history-\(quarter.description.lowercased()).csv")
    return table ?? (FileManager.default.fileExists(atPath: dated) ? dated : data("us-macro-history.csv"))
  }

  /// One job for each file that ships.
  static func shipped(in folder: String) -> [(kind: any ModelKind.Type, job: TrainingJob)] {
    ModelKinds.all.flatMap { kind in
      kind.shippedJumpOffs.map { (kind: kind, job: TrainingJob(folder: folder, jumpOff: $0)) }
    }
  }
}

/// All kinds, in the order in which they are listed and trained.
enum ModelKinds {
  static let all: [any ModelKind.Type] = [
    LossRateKind.self, PlausibilityKind.self, AccountKind.self, EarlyWarningKind.self,
  ]

  static func named(_ name: String) -> (any ModelKind.Type)? { all.first { $0.name == name } }

  /// The kind of a weights file by what its metadata say.
  /// - Throws: when it cannot be read, or is of no kind that is known.
  static func kind(ofFileAt path: String) throws(InvalidInput) -> any ModelKind.Type {
    let file: WeightFile
    do {
      file = try WeightFile(contentsOf: path)
    } catch {
      throw .weights(
        at: path, isMissing: error.cause == .unreadable, tensor: error.tensor, found: error.found,
        expected: error.expected, rebuiltBy: nil)
    }
    guard let kind = all.first(where: { $0.format == file.metadata["format"] }) else {
      let found = file.metadata["format"].map { "the format '\($0.prefix(60))'" } ?? "no format in the metadata"
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "M002", "found \(found), expected \(all.map { "'\($0.format)'" }.joined(separator: " or "))",
            at: .init(file: path))
        ])
    }
    return kind
  }
}
