import Foundation
public import MacroScenarios

extension Manifest {
  /// What became of a file since the manifest was written.
  public struct FileCheck: Encodable, Sendable, Equatable {
    public enum State: String, Encodable, Sendable { case unchanged, changed, missing }
    public let file: String
    public let state: State

    init(_ recorded: File, at path: String) {
      file = recorded.file
      let found = Digest.sha256(ofFile: path)
      state = found == nil ? .missing : found == recorded.sha256 ? .unchanged : .changed
    }
  }

  /// Reads a run's manifest.
  /// - Throws: `.missing` (R001) where there is none, `.invalid` (R002) where it is none of this program's.
  public init(in directory: String) throws(InvalidInput) {
    let path = directory + "/" + RunDirectory.manifestName
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InvalidInput(.missing, [Diagnostic("R001", "there is no run here", at: .init(file: directory))])
    }
    func invalid(_ reason: String) -> InvalidInput {
      InvalidInput(.invalid, [Diagnostic("R002", reason, at: .init(file: path))])
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw invalid("this is not the manifest of a run: \("\(error)".prefix(200))")
    }
    guard schema == Self.schemaFamily + "1" else {
      throw invalid("the schema is '\(schema.prefix(80))', expected '\(Self.schemaFamily)1'")
    }
    let outside = (outputs + inputs).first { $0.file.hasPrefix("/") }
    if let outside { throw invalid("'\(outside.file.prefix(80))' is not relative") }
  }

  public func checkOutputs(in directory: String) -> [FileCheck] {
    outputs.map { FileCheck($0, at: directory + "/" + $0.file) }
  }

  /// - Parameter directory: where the scenario file lies; inputs are named relative to it.
  public func checkInputs(in directory: String) -> [FileCheck] {
    inputs.map { FileCheck($0, at: directory + "/" + $0.file) }
  }

  /// The scenario file as the run named it: relative to its own directory.
  public var scenarioFile: String? { inputs.first { Provenance.isScenario($0.file) }?.file }
}
