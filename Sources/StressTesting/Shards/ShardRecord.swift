import Foundation
public import MacroScenarios

/// `shard.json`: which part of which run a directory holds, and the digest of every file in it.
public struct ShardRecord: Codable, Sendable {
  public static let fileName = "shard.json"
  static let schemaFamily = "kentledge-shard/"

  /// A file of paths and the digest it carries.
  public struct File: Codable, Sendable, Equatable {
    public let file: String
    public let digest: String
  }

  public let schema: String
  public let runIdentity: String
  /// The scenario file as the command line named it.
  public let scenario: String
  /// What the command line said instead of the file; `nil` where it said nothing.
  public let paths: Int?
  public let seed: UInt64?
  /// From 1.
  public let shard: Int
  public let shards: Int
  /// Of the run's list of tasks.
  public let firstTask: Int
  public let files: [File]
  public let provenance: Provenance

  public var part: Shard? { Shard(shard, of: shards) }

  /// Reads a directory's record.
  /// - Throws: `.missing` (R001) where there is none, `.invalid` (R002) where it is none of this version's.
  public init(in directory: String) throws(InvalidInput) {
    let path = directory + "/" + Self.fileName
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InvalidInput(.missing, [Diagnostic("R001", "there is no shard here", at: .init(file: directory))])
    }
    func invalid(_ reason: String) -> InvalidInput {
      InvalidInput(.invalid, [Diagnostic("R002", reason, at: .init(file: path))])
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw invalid("this is not the record of a shard: \("\(error)".prefix(200))")
    }
    guard schema == Self.schemaFamily + "1" else {
      throw invalid("the schema is '\(schema.prefix(80))', expected '\(Self.schemaFamily)1'")
    }
    guard let digest = Digest.bytes(hexadecimal: runIdentity), digest.count == DigestStream.length, part != nil else {
      throw invalid("shard \(shard)/\(shards) of the run '\(runIdentity.prefix(80))' cannot be")
    }
  }

  init(
    of shard: Shard, _ test: StressTest, scenario: String, paths: Int?, seed: UInt64?, run: PathRun, range: Range<Int>
  ) throws(OutputFailure) {
    var files: [File] = []
    for task in run.tasks[range] {
      let digest = try PathFile(reading: run.location(of: task)).readDigest()
      files.append(File(file: run.name(of: task), digest: Digest.hexadecimal(digest)))
    }
    schema = Self.schemaFamily + "1"
    runIdentity = test.runIdentity
    self.scenario = scenario
    self.paths = paths
    self.seed = seed
    self.shard = shard.number
    shards = shard.count
    firstTask = range.lowerBound
    self.files = files
    provenance = test.provenance
  }

  func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

extension StressTest {
  /// Writes the record of a shard whose paths are drawn, when they are safely on the disk.
  /// - Parameters:
  ///   - scenario: the file as the command line named it; `paths` and `seed` what it said instead of the file.
  public func finish(
    _ shard: Shard, in directory: RunDirectory, scenario: String, paths: Int?, seed: UInt64?
  ) throws {
    let run = try pathRun(in: directory.blocks), range = shard.range(of: run.tasks.count)
    try run.synchronise(Array(run.tasks[range]))
    let record = try ShardRecord(
      of: shard, self, scenario: scenario, paths: paths, seed: seed, run: run, range: range)
    try directory.write(record.encoded(), to: ShardRecord.fileName)
  }

  /// Whether a directory holds that shard of this very run, every bit of it.
  public func isFinished(_ shard: Shard, at directory: String, threadCount: Int) throws -> Bool {
    guard let record = try? ShardRecord(in: directory), record.runIdentity == runIdentity, record.part == shard else {
      return false
    }
    let run = try pathRun(in: directory + "/" + RunDirectory.blocksName, threadCount: threadCount)
    return try run.conditions(of: Array(run.tasks[shard.range(of: run.tasks.count)])).allSatisfy { condition in
      if case .whole = condition { true } else { false }
    }
  }
}
