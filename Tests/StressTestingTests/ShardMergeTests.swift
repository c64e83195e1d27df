import Foundation
import MacroScenarios
import Synchronization
import TestSupport
import Testing

@testable import StressTesting

/// Runs in parts, with interruptions, are one run.
@Suite struct ShardMergeTests {
  private static let name = repositoryFile("scenarios/us-severely-adverse-2026.yaml")

  private static func test(paths: Int, seed: UInt64? = nil) throws -> StressTest {
    try StressTest(ScenarioLoader.load(path: name, overrides: .init(paths: paths, seed: seed)))
  }

  /// Four files of paths: more than one with every kind of column.
  private static let pathCount = 12_289
  private static let four = Result { try test(paths: pathCount) }
  /// In one piece.
  private static let whole = Result {
    let scratch = try ScratchDirectory()
    return try four.get().run(
      threadCount: 2, in: scratch.path, cancellation: Cancellation(), progress: { _, _ in })
  }

  /// Draws one shard; with `fileCount` it is stopped after so many files, and drawn on by another.
  private func draw(
    _ text: String, of test: StressTest, in place: String, threads: Int = 1, stoppedAfter fileCount: Int? = nil
  ) throws {
    let shard = try #require(Shard(text)), path = place + "/" + shard.directoryName
    if let fileCount {
      let directory = try RunDirectory(at: path, force: false)
      let cancellation = Cancellation(), files = Atomic<Int>(0)
      let isStopped: Bool
      do {
        try test.draw(shard, threadCount: threads, in: directory.blocks, cancellation: cancellation) { _, count in
          // The call with 0 paths comes when the stage begins.
          let done = files.wrappingAdd(count > 0 ? 1 : 0, ordering: .relaxed).newValue
          if done >= fileCount { cancellation.request() }
        }
        isStopped = false
      } catch is Interrupted {
        isStopped = true
      }
      #expect(directory.leave() == (files.load(ordering: .relaxed) > 0))
      if isStopped { #expect(!FileManager.default.fileExists(atPath: path)) }
    }
    let directory = try RunDirectory(at: path, force: false, keepsPaths: true)
    try test.draw(shard, threadCount: threads, in: directory.blocks, cancellation: Cancellation()) { _, _ in }
    try test.finish(
      shard, in: directory, scenario: Self.name, paths: test.scenario.simulation.paths,
      seed: test.scenario.simulation.seed)
    try directory.commit(keepsPaths: true)
    #expect(try test.isFinished(shard, at: path, threadCount: threads))
  }

  private func merge(_ places: [String], _ test: StressTest, threads: Int = 1) throws -> StressTestResult {
    let scratch = try ScratchDirectory()
    let merge = try ShardMerge(places)
    try merge.check(test)
    let directory = try RunDirectory(at: scratch.path + "/run", force: false)
    defer { directory.discard() }
    try merge.bringTogether(in: directory, for: test, threadCount: threads, cancellation: Cancellation())
    return try test.gather(threadCount: threads, in: directory.blocks, cancellation: Cancellation())
  }

  @Test(arguments: [1, 2, 4], [1, 3, 7])
  func threadsShardsAndInterruptionsChangeNoBit(threads: Int, shards: Int) throws {
    let scratch = try ScratchDirectory()
    let test = try Self.four.get()
    for number in (1...shards).reversed() {
      try draw(
        "\(number)/\(shards)", of: test, in: scratch.path, threads: threads,
        stoppedAfter: (number + threads) % 3 == 0 ? 0 : (number + threads) % 5)
    }
    #expect(try merge([scratch.path], test, threads: threads) == Self.whole.get())
  }

  /// Shards of them cut nets and pairs nowhere but between files, and a tail into its tiles.
  @Test(arguments: [("antithetic", 12_290), ("sobol", 16_384), ("importance", 4_097), ("two-phase", 4_097)])
  func everySamplingIsOneRunInParts(sampling: String, paths: Int) throws {
    let scenario = try ScenarioCopy(sampling: sampling)
    let test = try scenario.test(paths: paths), scratch = try ScratchDirectory()
    let whole = try test.run(threadCount: 2, in: scratch.path + "/whole", cancellation: Cancellation()) { _, _ in }
    for number in 1...3 {
      try draw("\(number)/3", of: test, in: scratch.path + "/parts", threads: number, stoppedAfter: 1)
    }
    // Compared first: an expectation would print both results in full.
    let isTheSame = try merge([scratch.path + "/parts"], test, threads: 2) == whole
    #expect(isTheSame)
  }

  private func problems(_ body: () throws -> Void) -> (kind: InvalidInput.Kind, codes: [String], text: String)? {
    do {
      try body()
      return nil
    } catch let error as InvalidInput {
      return (error.kind, error.diagnostics.map(\.code), error.text())
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test func gapsAreListedWithTheCommandThatFillsThem() throws {
    let scratch = try ScratchDirectory()
    let test = try Self.four.get()
    for shard in ["1/4", "3/4"] { try draw(shard, of: test, in: scratch.path) }
    let found = try #require(problems { _ = try merge([scratch.path], test) })
    #expect(found.kind == .missing && found.codes == ["R007", "R007"])
    for shard in ["2/4", "4/4"] {
      #expect(
        found.text.contains(
          "kentledge run \(Self.name) --paths \(Self.pathCount) --seed 20260630 --shard \(shard) --resume -o \(scratch.path)"
        ))
    }
    for shard in ["2/4", "4/4"] { try draw(shard, of: test, in: scratch.path) }
    #expect(try merge([scratch.path], test).runIdentity == test.runIdentity)
    let empty = try ScratchDirectory()
    #expect(problems { _ = try ShardMerge([empty.path]) }?.kind == .missing)
  }

  @Test func shardsOfAnotherRunAreRefused() throws {
    let scratch = try ScratchDirectory()
    let test = try Self.four.get(), other = try Self.test(paths: Self.pathCount, seed: 1)
    try draw("1/2", of: test, in: scratch.path)
    try draw("2/2", of: other, in: scratch.path)
    let found = try #require(problems { _ = try ShardMerge([scratch.path]) })
    #expect(found.kind == .invalid && found.codes == ["R003"])
    let alone = try ShardMerge([scratch.path + "/shard-2-of-2"])
    #expect(problems { try alone.check(test) }?.codes == ["R004"])
    #expect(try !test.isFinished(Shard("2/2")!, at: scratch.path + "/shard-2-of-2", threadCount: 1))
  }

  @Test func aDamagedFileIsRefusedAndDrawnAgain() throws {
    let scratch = try ScratchDirectory()
    let test = try Self.four.get()
    for shard in ["1/2", "2/2"] { try draw(shard, of: test, in: scratch.path) }
    let whole = try merge([scratch.path], test)
    let path = scratch.path + "/shard-1-of-2/blocks/paths/paths-00000000"
    var content = try #require(FileManager.default.contents(atPath: path))
    content[content.count / 3] ^= 0x10
    try content.write(to: URL(fileURLWithPath: path))
    let found = try #require(problems { _ = try merge([scratch.path], test) })
    #expect(found.kind == .invalid && found.codes == ["R005"])
    #expect(found.text.contains("--shard 1/2"))
    #expect(try !test.isFinished(Shard("1/2")!, at: scratch.path + "/shard-1-of-2", threadCount: 1))
    try draw("1/2", of: test, in: scratch.path)
    #expect(try merge([scratch.path], test) == whole)
  }

  @Test func duplicatesAreTakenOnlyIfTheyAreTheSame() throws {
    let first = try ScratchDirectory(), second = try ScratchDirectory()
    let test = try Self.four.get()
    for shard in ["1/2", "2/2"] { try draw(shard, of: test, in: first.path) }
    try draw("1/1", of: test, in: second.path)
    let whole = try merge([first.path], test)
    #expect(try merge([first.path, second.path], test) == whole)

    // The same paths with other figures, as a machine with a defect would give them: header and digests are right.
    let directory = second.path + "/shard-1-of-1"
    let run = try test.pathRun(in: directory + "/blocks"), task = run.tasks[0]
    let before = Digest.hexadecimal(try PathFile(reading: run.location(of: task)).readDigest())
    let header = run.header(of: task)
    try PathFile.write(
      PathChunk(columnCount: header.columnCount, sumCount: header.sumCount), header, to: run.location(of: task))
    let after = Digest.hexadecimal(try PathFile(reading: run.location(of: task)).readDigest())
    let record = directory + "/" + ShardRecord.fileName
    try String(contentsOfFile: record, encoding: .utf8).replacing(before, with: after)
      .write(toFile: record, atomically: true, encoding: .utf8)
    let found = try #require(problems { _ = try merge([first.path, second.path], test) })
    #expect(found.kind == .invalid && found.codes == ["R006"])
  }

  @Test(arguments: ["", "{}", #"{"schema": "kentledge-shard/9"}"#, "not JSON"])
  func aRecordThatIsNoneIsRefused(text: String) throws {
    let scratch = try ScratchDirectory()
    try text.write(toFile: scratch.path + "/shard.json", atomically: true, encoding: .utf8)
    let found = try #require(problems { _ = try ShardMerge([scratch.path]) })
    #expect(found.kind == .invalid && found.codes == ["R002"])
  }
}
