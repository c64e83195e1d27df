import Foundation
import MacroScenarios
import TestSupport

@testable import StressTesting

/// The shipped 2026 scenario with another sampling, in a folder of its own.
struct ScenarioCopy {
  private let scratch: ScratchDirectory
  private let file: String

  /// - Parameter tailPaths: of those samplings that have any.
  init(sampling: String, tailPaths: Int = 1_024) throws {
    scratch = try ScratchDirectory()
    file = scratch.path + "/scenario.yaml"
    // A scenario names its files relative to itself.
    let upwards = String(repeating: "../", count: scratch.path.split(separator: "/").count)
    let base = upwards + repositoryFile("scenarios/us-severely-adverse-2026.yaml").dropFirst()
    let tail = ["importance", "two-phase", "auto"].contains(sampling) ? ", tail_paths: \(tailPaths)" : ""
    try "extends: \(base)\nid: copy\ntitle: Copy\nsimulation: {sampling: \(sampling)\(tail)}\n"
      .write(toFile: file, atomically: true, encoding: .utf8)
  }

  func test(paths: Int, seed: UInt64? = nil) throws -> StressTest {
    try StressTest(ScenarioLoader.load(path: file, overrides: .init(paths: paths, seed: seed)))
  }
}
