import Foundation
public import MacroScenarios

/// Shards that are to be one run.
public struct ShardMerge: Sendable {
  public struct Part: Sendable {
    public let directory: String
    public let record: ShardRecord
    /// By file name.
    fileprivate let digests: [String: String]

    fileprivate init(_ directory: String) throws(InvalidInput) {
      self.directory = directory
      record = try ShardRecord(in: directory)
      digests = Dictionary(record.files.map { ($0.file, $0.digest) }) { first, _ in first }
    }
  }

  public let parts: [Part]

  /// - Parameter directories: shards, or directories that hold shards.
  /// - Throws: R001 where there is no shard (66), R002 for a record that cannot be read, R003 for shards of different
  ///   runs.
  public init(_ directories: [String]) throws(InvalidInput) {
    var parts: [Part] = []
    for directory in directories {
      for place in try Self.shards(in: directory) {
        parts.append(try Part(place))
      }
    }
    if let first = parts.first, let other = parts.first(where: { $0.record.runIdentity != first.record.runIdentity }) {
      let differences = other.record.provenance.differences(from: first.record.provenance)
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "R003", "this shard is of another run than \(first.directory)", at: .init(file: other.directory),
            notes: differences.isEmpty ? ["the settings differ: scenario, paths or seed"] : differences)
        ])
    }
    self.parts = parts
  }

  /// The directory itself, or those within it, by name.
  private static func shards(in directory: String) throws(InvalidInput) -> [String] {
    func isShard(_ path: String) -> Bool { access(path + "/" + ShardRecord.fileName, F_OK) == 0 }
    if isShard(directory) { return [directory] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let found = names.sorted()
      .map { directory + "/" + $0 }.filter(isShard)
    guard !found.isEmpty else {
      throw InvalidInput(
        .missing,
        [
          Diagnostic(
            "R001", "there is no shard here", at: .init(file: directory),
            notes: ["fix: kentledge run SCENARIO --shard k/N -o \(directory)"])
        ])
    }
    return found
  }

  /// Refuses a test that is another run than the shards are of.
  public func check(_ test: StressTest) throws(InvalidInput) {
    guard let first = parts.first, first.record.runIdentity != test.runIdentity else { return }
    let differences = test.provenance.differences(from: first.record.provenance)
    throw InvalidInput(
      .invalid,
      [
        Diagnostic(
          "R004", "\(first.record.scenario) is no longer the run that this shard was drawn from",
          at: .init(file: first.directory),
          notes: differences.isEmpty ? ["its settings have changed"] : differences)
      ])
  }

  /// Brings every file of the run's paths into `directory`, by a link where that is possible.
  /// - Throws: R005 for files that are damaged, R006 for duplicates that differ (65); R007 for shards that are missing,
  ///   with the command that draws them (66).
  public func bringTogether(
    in directory: RunDirectory, for test: StressTest, threadCount: Int, cancellation: Cancellation
  ) throws {
    let run = try test.pathRun(in: directory.blocks, threadCount: threadCount, cancellation: cancellation)
    let tasks = run.tasks
    let sources = try concurrentMap(tasks.count, threadCount: threadCount) { index in
      try cancellation.check()
      return try source(of: tasks[index], run)
    }
    try refuse(zip(tasks, sources).map { ($0, $1) }, run)
    try run.makeDirectories()
    for (task, source) in zip(tasks, sources) {
      try cancellation.check()
      if case .whole(let path) = source { try Self.link(path, to: run.location(of: task)) }
    }
  }

  private enum Source: Sendable {
    case whole(path: String)
    case missing
    case damaged(path: String)
    case different(path: String, from: String)
  }

  /// Where the task's paths are to be had.
  private func source(of task: PathTask, _ run: PathRun) throws(OutputFailure) -> Source {
    let name = run.name(of: task), header = run.header(of: task)
    var found: (path: String, digest: [UInt8])?
    var damaged: String?
    for part in parts {
      guard let recorded = part.digests[name] else { continue }
      let path = part.directory + "/" + RunDirectory.blocksName + "/" + name
      switch try PathFile.condition(at: path, expecting: header) {
      case .whole(let digest) where recorded == Digest.hexadecimal(digest):
        if let found, found.digest != digest { return .different(path: path, from: found.path) }
        found = found ?? (path, digest)
      case .missing, .whole, .damaged, .foreign: damaged = path
      }
    }
    if let found { return .whole(path: found.path) }
    return damaged.map { .damaged(path: $0) } ?? .missing
  }

  private func refuse(_ sources: [(task: PathTask, source: Source)], _ run: PathRun) throws(InvalidInput) {
    var problems: [Diagnostic] = []
    var gaps: Set<Int> = []
    for (index, (_, source)) in sources.enumerated() {
      switch source {
      case .whole: break
      case .missing: gaps.insert(index)
      case .damaged(let path):
        problems.append(
          Diagnostic(
            "R005", "this file of paths is damaged, gone or of another run", at: .init(file: path),
            notes: ["fix: \(command(for: shard(of: index, sources.count)))"]))
      case .different(let path, let other):
        problems.append(
          Diagnostic(
            "R006", "this file holds the same paths as \(other), but with other figures", at: .init(file: path),
            notes: ["fix: find out which of the two machines is wrong, and leave its shards out"]))
      }
    }
    let kind: InvalidInput.Kind = problems.isEmpty ? .missing : .invalid
    let numbers = Set(gaps.map { shard(of: $0, sources.count).number }).sorted()
    for gap in numbers.compactMap({ Shard($0, of: shardCount) }) {
      let count = gap.range(of: sources.count).count(where: gaps.contains)
      problems.append(
        Diagnostic(
          "R007", "shard \(gap) is missing: \(count) files of paths", at: .init(file: place),
          notes: ["fix: \(command(for: gap))"]))
    }
    guard problems.isEmpty else {
      throw InvalidInput(kind, Array(problems.prefix(20)), omittedCount: max(0, problems.count - 20))
    }
  }

  private var shardCount: Int { parts.first?.record.shards ?? 1 }

  /// The shard that draws a task.
  private func shard(of task: Int, _ taskCount: Int) -> Shard {
    (1...shardCount).lazy.compactMap { Shard($0, of: shardCount) }.first { $0.range(of: taskCount).contains(task) }
      ?? .whole
  }

  /// The directory that the shards lie in.
  private var place: String {
    let first = parts.first?.directory ?? "."
    return first.contains("/") ? URL(fileURLWithPath: first).deletingLastPathComponent().relativePath : "."
  }

  private func command(for shard: Shard) -> String {
    guard let record = parts.first?.record else { return "" }
    let overrides =
      (record.paths.map { " --paths \($0)" } ?? "") + (record.seed.map { " --seed \($0)" } ?? "")
    return "kentledge run \(ShellWord.quoted(record.scenario))\(overrides) --shard \(shard) --resume "
      + "-o \(ShellWord.quoted(place))"
  }

  private static func link(_ source: String, to target: String) throws(OutputFailure) {
    guard Foundation.link(source, target) != 0 else { return }
    do {
      try FileManager.default.copyItem(atPath: source, toPath: target)
    } catch {
      throw .system(.inputOutput, target, doing: "cannot copy the paths of \(source) to this file")
    }
  }
}
