import Foundation
import RiskMeasures
import Synchronization
import TestSupport
import Testing

@testable import StressTesting

/// Writes functions of the path's index, so that every value on disk is known.
private final class CountingWorker: PathWorker {
  func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) throws {
    for path in 0..<count {
      chunk.set(0, offset + path, to: Double(firstPath + path))
      chunk.set(1, offset + path, to: -Double((firstPath + path) % 97))
      chunk.sums[0] += 1 / Double(firstPath + path + 1)
    }
  }
}

@Suite struct PathRunTests {
  private static let identity = [UInt8](0..<32)

  private func counting(
    paths: [Int], threads: Int = 1, in directory: String, identity: [UInt8] = identity,
    cancellation: Cancellation = .init()
  ) -> PathRun {
    PathRun(
      stages: paths.enumerated().map { index, count in
        PathStage(
          name: "stage-\(index)", pathCount: count, columnCount: 2, keptColumnCount: { $0 < 8_192 ? 2 : 1 },
          sumCount: 1, makeWorker: { CountingWorker() })
      },
      runIdentity: identity, directory: directory, threadCount: threads, cancellation: cancellation)
  }

  private func run(paths: Int, threads: Int, in directory: String) throws -> ColumnStore {
    let run = counting(paths: [paths], threads: threads, in: directory)
    let done = Atomic<Int>(0)
    try run.draw(run.tasks) { done.wrappingAdd($0, ordering: .relaxed) }
    #expect(done.load(ordering: .relaxed) == paths)
    return try run.store(stage: 0)
  }

  @Test(arguments: [1, 511, 4_096, 4_097, 20_000])
  func everyPathStandsInItsPlace(paths: Int) throws {
    let scratch = try ScratchDirectory()
    let store = try run(paths: paths, threads: 2, in: scratch.path)
    #expect(store.pathCount == paths)
    #expect(try store.column(0) == (0..<paths).map { Float($0) })
    // The second column is kept by the first two chunks only.
    #expect(try store.column(1) == (0..<min(paths, 8_192)).map { -Float($0 % 97) })
  }

  @Test func threadsChangeNoBit() throws {
    let one = try ScratchDirectory(), three = try ScratchDirectory()
    _ = try run(paths: 30_001, threads: 1, in: one.path)
    _ = try run(paths: 30_001, threads: 3, in: three.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: one.path + "/stage-0").sorted()
    #expect(names.count == 8)
    for name in names {
      #expect(
        Digest.sha256(ofFile: one.path + "/stage-0/" + name) == Digest.sha256(ofFile: three.path + "/stage-0/" + name))
    }
  }

  @Test func sumsAreAddedChunkByChunk() throws {
    let scratch = try ScratchDirectory()
    let store = try run(paths: 10_000, threads: 2, in: scratch.path)
    var expected = 0.0
    for chunk in 0..<3 {
      var sum = 0.0
      for path in chunk * 4_096..<min(10_000, (chunk + 1) * 4_096) { sum += 1 / Double(path + 1) }
      expected += sum
    }
    #expect(try store.sums() == [expected])
  }

  @Test func aTruncatedFileIsRefused() throws {
    let scratch = try ScratchDirectory()
    _ = try run(paths: 5_000, threads: 1, in: scratch.path)
    let run = counting(paths: [5_000], in: scratch.path)
    let path = run.location(of: run.tasks[1])
    let whole = try #require(FileManager.default.contents(atPath: path))
    try whole.dropLast().write(to: URL(fileURLWithPath: path))
    #expect(throws: OutputFailure.self) { try run.store(stage: 0) }
  }

  /// Every kind of file that can stand in a task's place, and what becomes of it.
  @Test func onlyWholeFilesOfThisRunAreKept() throws {
    let scratch = try ScratchDirectory()
    let run = counting(paths: [20_000, 100], threads: 2, in: scratch.path)
    #expect(run.tasks.count == 6)
    try run.draw(run.tasks) { _ in }
    let names = run.tasks.map { run.location(of: $0) }
    let contents = try names.map { try #require(FileManager.default.contents(atPath: $0)) }
    #expect(try run.missing(among: run.tasks, notice: { Issue.record("\($0)") }) == [])

    var flipped = contents[0]
    flipped[flipped.count / 2] ^= 1
    try flipped.write(to: URL(fileURLWithPath: names[0]))
    try contents[1].prefix(40).write(to: URL(fileURLWithPath: names[1]))
    try contents[2].write(to: URL(fileURLWithPath: names[3]))
    let other = try ScratchDirectory()
    let another = counting(paths: [20_000, 100], in: other.path, identity: [UInt8](1..<33))
    try another.draw([another.tasks[5]]) { _ in }
    try #require(FileManager.default.contents(atPath: another.location(of: another.tasks[5])))
      .write(to: URL(fileURLWithPath: names[5]))
    try Data("half".utf8).write(to: URL(fileURLWithPath: names[4] + ".partial"))
    let stray = PathFile.location(chunk: 9, in: scratch.path + "/stage-0")
    try contents[2].write(to: URL(fileURLWithPath: stray))

    var notices: [String] = []
    let missing = try run.missing(among: run.tasks) { notices.append($0) }
    #expect(missing == [0, 1, 3, 5].map { run.tasks[$0] })
    #expect(notices.count == 2)
    #expect(notices[0].contains("damaged") && notices[0].contains("and 1 more"))
    #expect(notices[1].contains("of another run") && notices[1].contains("and 2 more"))
    for path in [names[4] + ".partial", stray] { #expect(!FileManager.default.fileExists(atPath: path)) }
    try run.draw(missing) { _ in }
    #expect(try names.map { try #require(FileManager.default.contents(atPath: $0)) } == contents)
  }

  /// Headers are read from files that anyone may have made.
  @Test(arguments: 0..<64) func noHeaderOverflows(byte: Int) throws {
    let scratch = try ScratchDirectory()
    let run = counting(paths: [10], in: scratch.path)
    try run.draw(run.tasks) { _ in }
    let path = run.location(of: run.tasks[0])
    var content = try #require(FileManager.default.contents(atPath: path))
    content[byte] = 0xFF
    try content.write(to: URL(fileURLWithPath: path))
    let condition = try run.conditions(of: run.tasks)[0]
    #expect(condition == .damaged || condition == .foreign)
  }

  @Test func aNumberThatIsNotFiniteStopsTheRun() throws {
    final class BrokenWorker: PathWorker {
      func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) throws {
        chunk.set(0, offset, to: firstPath == 4_096 ? .nan : 0)
      }
    }
    let scratch = try ScratchDirectory()
    let run = PathRun(
      stages: [
        PathStage(
          name: "broken", pathCount: 8_192, columnCount: 1, keptColumnCount: { _ in 1 }, sumCount: 0,
          makeWorker: { BrokenWorker() })
      ], runIdentity: Self.identity, directory: scratch.path)
    try run.draw(run.tasks) { _ in }
    let store = try run.store(stage: 0)
    #expect { try store.column(0) } throws: { "\($0)".contains("path 4096") }
  }

  @Test func cancellationStopsBeforeTheNextChunk() throws {
    let scratch = try ScratchDirectory()
    let cancellation = Cancellation()
    let run = counting(paths: [100_000], in: scratch.path, cancellation: cancellation)
    #expect(throws: Interrupted.self) { try run.draw(run.tasks) { _ in cancellation.request() } }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/stage-0") == ["paths-00000000"])
    #expect(throws: Interrupted.self) { try run.conditions(of: run.tasks) }
  }

  @Test func gatheringStopsWhenAsked() throws {
    let scratch = try ScratchDirectory()
    let cancellation = Cancellation()
    let run = counting(paths: [5_000], in: scratch.path, cancellation: cancellation)
    try run.draw(run.tasks) { _ in }
    let store = try run.store(stage: 0)
    _ = try store.column(0)
    cancellation.request()
    #expect(throws: Interrupted.self) { try store.column(0) }
  }
}
