import Foundation

/// Reads a scenario file, all that it extends and the tables it names; everything wrong is found in one pass.
public enum ScenarioLoader {
  /// What the command line says instead of the file.
  public struct Overrides: Sendable {
    public var paths: Int?
    public var seed: UInt64?

    public init(paths: Int? = nil, seed: UInt64? = nil) {
      self.paths = paths
      self.seed = seed
    }
  }

  /// - Throws: `InvalidInput` with every finding in the order of its place, at most 20; `.missing` when nothing is wrong
  ///   but files that are not there.
  public static func load(path: String, overrides: Overrides = .init()) throws(InvalidInput) -> Scenario {
    let tree = ExtendedTree(path: path)
    let reading = ScenarioReading(isIncomplete: tree.isIncomplete)
    reading.add(tree.findings)
    guard let root = tree.root, let own = tree.own, let file = tree.files.first else { throw invalid(reading) }
    for file in tree.files {
      reading.inputs.append(InputFile(name: file.name, path: file.path, asOf: ""))
    }
    if let paths = overrides.paths, !ScenarioReading.possiblePaths.contains(paths) {
      let message = "the flag asks for \(paths) paths, expected \(ScenarioReading.possiblePaths.lowerBound) to 100M"
      reading.add([Finding(rank: 0, Diagnostic("S024", message, at: .init(file: file.path)))])
    }
    let parts = ScenarioSections(root, own: own, overrides: overrides, reading: reading)
    guard !reading.hasErrors, let scenario = parts.scenario(files: tree.files) else { throw invalid(reading) }
    return scenario
  }

  static let mostDiagnostics = 20

  /// Findings that only say that a file is not there.
  private static let missingFileCodes: Set = ["S001", "S045", "T001"]

  private static func invalid(_ reading: ScenarioReading) -> InvalidInput {
    let errors = reading.findings.filter { $0.severity == .error }
    let isMissing = !errors.isEmpty && errors.allSatisfy { missingFileCodes.contains($0.code) }
    let sorted = sorted(reading.findings)
    return InvalidInput(
      isMissing ? .missing : .invalid, sorted.prefix(mostDiagnostics).map(\.diagnostic),
      omittedCount: max(0, sorted.count - mostDiagnostics))
  }

  /// In the order of files, lines and columns; what stands at one place keeps the order in which it was found.
  static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.enumerated().sorted { left, right in
      let (a, b) = (left.element.place, right.element.place)
      return (left.element.rank, a.line ?? 0, a.column ?? 0, left.offset)
        < (right.element.rank, b.line ?? 0, b.column ?? 0, right.offset)
    }.map(\.element)
  }
}
