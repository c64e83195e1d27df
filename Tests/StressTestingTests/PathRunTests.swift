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
  private func run(paths: Int, threads: Int, in directory: String) throws -> ColumnStore {
    let run = PathRun(
      pathCount: paths, threadCount: threads, columnCount: 2, keptColumnCount: { $0 < 8_192 ? 2 : 1 }, sumCount: 1,
      directory: directory,
      cancellation: Cancellation())
    let done = Atomic<Int>(0)
    try run.run(makeWorker: { CountingWorker() }, progress: { done.wrappingAdd($0, ordering: .relaxed) })
    #expect(done.load(ordering: .relaxed) == paths)
    return try ColumnStore(directory: directory, chunkCount: run.chunkCount)
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
    let names = try FileManager.default.contentsOfDirectory(atPath: one.path).sorted()
    #expect(names.count == 8)
    for name in names {
      #expect(Digest.sha256(ofFile: one.path + "/" + name) == Digest.sha256(ofFile: three.path + "/" + name))
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
    let path = PathFile.location(chunk: 1, in: scratch.path)
    let whole = try #require(FileManager.default.contents(atPath: path))
    try whole.dropLast().write(to: URL(fileURLWithPath: path))
    #expect(throws: OutputFailure.self) { try ColumnStore(directory: scratch.path, chunkCount: 2) }
  }

  @Test func aNumberThatIsNotFiniteStopsTheRun() throws {
    final class BrokenWorker: PathWorker {
      func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) throws {
        chunk.set(0, offset, to: firstPath == 4_096 ? .nan : 0)
      }
    }
    let scratch = try ScratchDirectory()
    let run = PathRun(
      pathCount: 8_192, threadCount: 1, columnCount: 1, keptColumnCount: { _ in 1 }, sumCount: 0,
      directory: scratch.path,
      cancellation: Cancellation())
    try run.run(makeWorker: { BrokenWorker() }, progress: { _ in })
    let store = try ColumnStore(directory: scratch.path, chunkCount: 2)
    #expect { try store.column(0) } throws: { "\($0)".contains("path 4096") }
  }

  @Test func cancellationStopsBeforeTheNextChunk() throws {
    let scratch = try ScratchDirectory()
    let cancellation = Cancellation()
    let run = PathRun(
      pathCount: 100_000, threadCount: 1, columnCount: 2, keptColumnCount: { $0 < 8_192 ? 2 : 1 }, sumCount: 1,
      directory: scratch.path,
      cancellation: cancellation)
    #expect(throws: Interrupted.self) {
      try run.run(makeWorker: { CountingWorker() }, progress: { _ in cancellation.request() })
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["paths-00000000"])
  }
}
