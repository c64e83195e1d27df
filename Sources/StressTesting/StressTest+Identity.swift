import Banking
import Foundation
import MacroScenarios
import NeuralNetworks
import SatelliteModels

/// What makes a run the run it is, and what it says of itself.
extension StressTest {
  struct Identity {
    let runIdentity: String
    let inputs: [StressTestResult.Input]
    let models: [StressTestResult.Model]
  }

  /// The files of a scenario with their hashes, taken before they are read for computing: an edit during a long run
  /// must not lend its hash to figures that it did not make.
  static func hashedInputs(of scenario: Scenario) throws(InvalidInput) -> [StressTestResult.Input] {
    var inputs: [StressTestResult.Input] = []
    for file in scenario.inputs {
      guard let hash = Digest.sha256(ofFile: file.path) else {
        throw InvalidInput(.missing, [Diagnostic("T001", "cannot read this file", at: .init(file: file.path))])
      }
      inputs.append(.init(file: file.name, hash: hash, asOf: file.asOf))
    }
    return inputs
  }

  /// SHA-256 of everything that decides the bits of the result: resolved settings, data, models, engine, instruction set
  /// of the networks' library and version of the C library. Scenario files themselves may change their comments.
  static func identity(
    of scenario: Scenario, inputs: [StressTestResult.Input], cards: [(card: ModelCard, file: InputFile)]
  )
    -> Identity
  {
    let lines =
      ["engine=\(Self.engineVersion)", "isa=\(NetworkLibrary.instructionSet)", "libc=\(Self.cLibraryVersion)"]
      + scenario.settings.map { "\($0.key)=\($0.value)" }
      + inputs.filter { !$0.file.hasSuffix(".yaml") && !$0.file.hasSuffix(".yml") }.map { "\($0.file)=\($0.hash)" }
    return Identity(
      runIdentity: Digest.sha256(of: Array(lines.joined(separator: "\n").utf8)), inputs: inputs,
      models: cards.map { card, file in
        .init(card: card, hash: inputs.first { $0.file == file.name }?.hash ?? "", file: file.name)
      })
  }

  /// Such as `glibc 2.36`: its elementary functions decide last bits.
  static let cLibraryVersion: String = {
    var text = [CChar](repeating: 0, count: 64)
    let length = confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
    return String(decoding: text.prefix(max(0, length - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  var entities: [StressTestResult.Entity] {
    [.init(id: PathPipeline.systemEntity, kind: .system, name: "All \(pipeline.walk.banks.count) banks")]
      + (cards?.entities ?? [])
      + pipeline.walk.banks.map { .init(id: $0.id, kind: .bank, name: $0.name) }
      + LoanType.allCases.map { .init(id: $0.id, kind: .loanType, name: $0.title) }
      + scenario.factors.map {
        .init(id: $0.id, kind: .factor, name: $0.title, unit: $0.unit == .percent ? "fraction" : "index")
      }
  }

  var summary: StressTestResult.ScenarioSummary {
    .init(
      id: scenario.id, title: scenario.title, description: scenario.description, source: scenario.source,
      currency: scenario.currency, severity: scenario.severity.rawValue, jumpOff: "\(scenario.jumpOff)",
      horizon: scenario.horizon, capitalHorizon: scenario.capitalHorizon,
      audience: scenario.report.audience.rawValue, paths: pathCount, seed: scenario.simulation.seed,
      resolved: scenario.settings.map { .init(key: $0.key, value: $0.value, origin: $0.origin) })
  }
}
