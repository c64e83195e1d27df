import MacroScenarios
import SatelliteModels

/// The totals of every path, read from a run's files of paths one file at a time: memory does not grow with the paths.
public struct PathTotals: Sendable {
  /// The totals of the paths of one file.
  public struct Chunk: Sendable {
    public let firstPath: Int
    /// What each path counts for in an estimate.
    public let weights: [Double]
    /// Member of the loss-rate model's ensemble.
    public let members: [Int]
    /// `[total][path]`, in the order of `totals`.
    public let values: [[Float]]

    public var pathCount: Int { weights.count }
  }

  public let totals: [PathTotal]
  public let chunkCount: Int
  /// Where the files of paths lie.
  private let directory: String
  /// `nil` where all paths count alike.
  private let weightColumn: Int?
  private let memberOfPath: @Sendable (Int) -> Int
  private let cancellation: Cancellation

  init(
    _ totals: [PathTotal], weightColumn: Int? = nil, chunkCount: Int, in directory: String, cancellation: Cancellation,
    memberOfPath: @escaping @Sendable (Int) -> Int
  ) {
    self.totals = totals
    self.chunkCount = chunkCount
    self.directory = directory
    self.cancellation = cancellation
    self.weightColumn = weightColumn
    self.memberOfPath = memberOfPath
  }

  /// - Throws: `OutputFailure`; `NumericalFailure` when a value is not finite; `Interrupted`.
  public func chunk(_ index: Int) throws -> Chunk {
    try cancellation.check()
    let file = try PathFile(reading: PathFile.location(chunk: index, in: directory))
    let paths = file.header.firstPath..<file.header.firstPath + file.pathCount
    func column(_ number: Int, _ name: String) throws -> [Float] {
      var column = [Float](repeating: 0, count: file.pathCount)
      try column.withUnsafeMutableBufferPointer { try file.read(columns: number..<number + 1, into: $0) }
      if !column.isFinite, let bad = column.firstIndex(where: { !$0.isFinite }) {
        throw NumericalFailure("path \(paths.lowerBound + bad) has \(name) \(column[bad])")
      }
      return column
    }
    let weights = try weightColumn.map { try column($0, "weight").map { Double($0) } }
    return Chunk(
      firstPath: paths.lowerBound, weights: weights ?? paths.map { _ in 1 }, members: paths.map(memberOfPath),
      values: try totals.map { try column($0.column, $0.name) })
  }

  /// The chunks in order, each turned into something by `threadCount` workers at once.
  /// - Parameter use: called in the order of the chunks, on this thread.
  public func forEachChunk<Made: Sendable>(
    threadCount: Int, _ make: @Sendable (Chunk) throws -> Made, use: (Made) throws -> Void
  ) throws {
    for first in stride(from: 0, to: chunkCount, by: max(1, threadCount)) {
      let count = min(max(1, threadCount), chunkCount - first)
      let made = try concurrentMap(count, threadCount: threadCount) { try make(chunk(first + $0)) }
      for part in made { try use(part) }
    }
  }
}

extension StressTest {
  /// The stage that draws the run's own paths, and its directory.
  static let mainStage = "paths"

  /// - Parameter directory: where `draw` has left the files of per-path columns.
  public func pathTotals(in directory: String, cancellation: Cancellation = .init()) throws -> PathTotals {
    try settled(in: directory, cancellation).test.allPathTotals(in: directory, cancellation: cancellation)
  }

  func allPathTotals(in directory: String, cancellation: Cancellation) -> PathTotals {
    let model = pipeline.lossRates.model
    return PathTotals(
      pipeline.pathTotals,
      chunkCount: (pathCount + PathFile.pathsPerFile - 1) / PathFile.pathsPerFile,
      in: directory + "/" + Self.mainStage, cancellation: cancellation, memberOfPath: { model.memberOfPath($0) })
  }
}
