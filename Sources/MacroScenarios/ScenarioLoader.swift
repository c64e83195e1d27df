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
    let reading = ScenarioReading()
    reading.add(tree.findings)
    guard let root = tree.root, let file = tree.files.first else { throw invalid(reading) }
    for file in tree.files {
      reading.inputs.append(InputFile(name: file.name, path: file.path, asOf: ""))
    }
    let parts = ScenarioSections(root, own: SourceTree(file).root ?? root, overrides: overrides, reading: reading)
    guard !reading.hasErrors, let scenario = parts.scenario(files: tree.files) else { throw invalid(reading) }
    return scenario
  }

  static let mostDiagnostics = 20

  /// Findings that only say that a file is not there.
  private static let missingFileCodes: Set = ["S001", "S045", "T001"]

  private static func invalid(_ reading: ScenarioReading) -> InvalidInput {
    let sorted = ScenarioLoader.sorted(reading.findings)
    let errors = sorted.filter { $0.severity == .error }
    let isMissing = !errors.isEmpty && errors.allSatisfy { missingFileCodes.contains($0.code) }
    return InvalidInput(
      isMissing ? .missing : .invalid, Array(sorted.prefix(mostDiagnostics)),
      omittedCount: max(0, sorted.count - mostDiagnostics))
  }

  /// In the order of files, lines and columns; what stands at one place keeps the order in which it was found.
  static func sorted(_ findings: [Finding]) -> [Diagnostic] {
    findings.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      let (leftPlace, rightPlace) = (a.diagnostic.place, b.diagnostic.place)
      return (a.rank, leftPlace.line ?? 0, leftPlace.column ?? 0, left.offset)
        < (b.rank, rightPlace.line ?? 0, rightPlace.column ?? 0, right.offset)
    }.map(\.element.diagnostic)
  }
}
