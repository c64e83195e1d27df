import Foundation

@testable import MacroScenarios

/// A folder of its own for one test: the shipped tables, a small bank table, a file in place of the weights, and
/// whatever scenario files the test writes.
final class ScenarioFolder {
  let path: String

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("scenario-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/data", withDestinationPath: "\(Self.repository)/scenarios/data")
    try write("id_rssd,bank,cet1_ratio\nunit,,percent\nas_of,,2025Q4\n1073757,One,11.5\n", to: "banks.csv")
    try write("not read here", to: "weights.safetensors")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ bytes: Data, to name: String) throws {
    guard FileManager.default.createFile(atPath: "\(path)/\(name)", contents: bytes) else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  func load(_ name: String = "scenario.yaml", overrides: ScenarioLoader.Overrides = .init()) throws(InvalidInput)
    -> Scenario
  {
    try ScenarioLoader.load(path: "\(path)/\(name)", overrides: overrides)
  }

  /// What loading finds wrong; empty when it loads.
  func problems(_ name: String = "scenario.yaml") -> InvalidInput {
    do {
      _ = try load(name)
      return InvalidInput(.invalid, [])
    } catch {
      return error
    }
  }

  /// A sound scenario that uses every section.
  static let sound = """
    schema: kentledge/1
    id: test-scenario
    title: A test
    description: >
      What it is about.
    source: a test
    currency: USD
    severity: adverse
    jump_off: 2025 Q4
    horizon: 13q
    capital_horizon: 9q
    history: data/us-macro-history.csv
    central:
      import: {csv: data/us-scenarios-domestic.csv, vintage: 2026_final, scenario: baseline}
      set:
        vix: {shape: peak, at: 2q, to: 45, revert_over: 6q}
        treasury_3m: {values: [3.5%, 3.4%, 3.3%, 3.2%, 3.1%, 3.0%, 2.9%, 2.8%, 2.7%, 2.6%, 2.5%, 2.4%, 2.3%]}
    shocks:
      - id: spread
        factor: bbb_yield
        size: +50bp
        at: 1q
        duration: 4q
        decay: 2q
        why: Investors reprice
    uncertainty:
      calibrate: {from: 1991 Q1, to: 2025 Q4, pandemic: downweight}
      dynamics: var1
      copula: {family: student-t, degrees_of_freedom: estimate}
      correlation: estimate
      margins: {default: student-t, vix: {family: log-normal}}
      scale: 1.0
    simulation:
      paths: 100k
      seed: 20260630
      sampling: plain
    banks: {csv: banks.csv}
    network:
      reconstruct: maximum-entropy
      inside_share: [10%, 40%]
      recovery: 60%
      default_below: 4.5%
    models:
      set: historical
      loss_rates: weights.safetensors
      error: {residuals: on, bank_effects: off}
    capital:
      tax_rate: 21%
      distributions: {payout: 35%}
      balance_sheet: constant
    checks:
      - {id: system-cet1, assert: p05(min(system.cet1_ratio)) >= 7.0%, severity: error}
    report: {audience: internal, formats: [html, md, json]}

    """

  /// `sound` with one passage replaced; the passage must be there exactly once.
  static func sound(replacing old: String, with new: String) -> String {
    let parts = sound.components(separatedBy: old)
    precondition(parts.count == 2, "'\(old)' stands \(parts.count - 1) times in the sound scenario, expected once")
    return parts.joined(separator: new)
  }
}
