import NeuralNetworks

/// What decides the bits of a run beside its settings: program, libraries, processor and the files that were read.
public struct Provenance: Codable, Sendable, Equatable {
  public struct File: Codable, Sendable, Equatable {
    public let file: String
    public let sha256: String

    public init(file: String, sha256: String) {
      self.file = file
      self.sha256 = sha256
    }
  }

  public let engine: String
  /// Of the networks' library on this processor.
  public let instructionSet: String
  public let cLibrary: String
  public let inputs: [File]

  /// What differs, one line each; scenario files are left out, because their comments do not count.
  public func differences(from other: Provenance) -> [String] {
    var lines: [String] = []
    func compare(_ name: String, _ mine: String, _ others: String) {
      if mine != others { lines.append("\(name): \(mine), not \(others)") }
    }
    compare("engine", engine, other.engine)
    compare("instruction set", instructionSet, other.instructionSet)
    compare("C library", cLibrary, other.cLibrary)
    for input in inputs where !Self.isScenario(input.file) {
      let match = other.inputs.first { $0.file == input.file }
      if match == nil { lines.append("\(input.file) was not read") }
      if let match, match.sha256 != input.sha256 { lines.append("\(input.file) has another content") }
    }
    return lines
  }

  /// Whether the figures can only differ in their last bits: another processor or C library, and nothing else.
  public func isOtherMachineOnly(than other: Provenance) -> Bool {
    engine == other.engine
      && !inputs.contains { input in
        !Self.isScenario(input.file) && !other.inputs.contains(input)
      }
  }

  static func isScenario(_ file: String) -> Bool { file.hasSuffix(".yaml") || file.hasSuffix(".yml") }
}

extension StressTest {
  /// SHA-256 of everything that decides the bits of the result, as 64 hexadecimal digits.
  public var runIdentity: String { identity.runIdentity }

  public var provenance: Provenance {
    Provenance(
      engine: "kentledge " + Self.engineVersion, instructionSet: NetworkLibrary.instructionSet,
      cLibrary: Self.cLibraryVersion, inputs: identity.inputs.map { .init(file: $0.file, sha256: $0.hash) })
  }
}
