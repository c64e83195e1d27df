import Foundation
import NeuralNetworks

/// `manifest.json`: which run this is, the hashes of all it read and wrote, and, here alone, times and facts of the machine.
public struct Manifest: Codable, Sendable {
  public typealias File = Provenance.File

  /// A shard that the run was put together from.
  public struct Part: Codable, Sendable, Equatable {
    public let shard: Int
    public let shards: Int
    public let files: Int

    public init(_ record: ShardRecord) {
      shard = record.shard
      shards = record.shards
      files = record.files.count
    }
  }

  public struct Timing: Codable, Sendable {
    public let stage: String
    public let seconds: Double
  }

  /// What every version's schema begins with.
  static let schemaFamily = "kentledge-manifest/"

  public let schema: String
  public let runIdentity: String
  public let engine: String
  public let scenario: String
  public let seed: UInt64
  public let paths: Int
  public let inputs: [File]
  public let outputs: [File]
  public let instructionSet: String
  public let cLibrary: String
  public let threads: Int
  public let processors: Int
  public let peakMemoryMegabytes: Double
  public let timings: [Timing]
  /// Of the program that wrote it, and of the processor it ran on.
  public let build: Build?
  public let processor: Processor?
  /// Empty for a run in one piece.
  public let shards: [Part]?

  public var provenance: Provenance {
    Provenance(engine: engine, instructionSet: instructionSet, cLibrary: cLibrary, inputs: inputs)
  }

  /// - Parameter outputs: every file of the run but this one.
  public init(
    of result: StressTestResult, outputs: [File], threads: Int,
    timings: [(stage: String, seconds: Double)], shards: [Part] = []
  ) {
    schema = Self.schemaFamily + "1"
    runIdentity = result.runIdentity
    engine = result.engine
    scenario = result.scenario.id
    seed = result.scenario.seed
    paths = result.scenario.paths
    inputs = result.inputs.map { File(file: $0.file, sha256: $0.hash) }
    self.outputs = outputs
    instructionSet = NetworkLibrary.instructionSet
    cLibrary = StressTest.cLibraryVersion
    self.threads = threads
    processors = ProcessInfo.processInfo.activeProcessorCount
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    peakMemoryMegabytes = Double(usage.ru_maxrss) / 1_024
    self.timings = timings.map { Timing(stage: $0.stage, seconds: $0.seconds) }
    build = .current
    processor = .current
    self.shards = shards
  }

  public func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
