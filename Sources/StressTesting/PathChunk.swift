import CTile
import TileArithmetic

/// The columns and sums of one file's paths while they are being filled; one a worker, reused from chunk to chunk.
final class PathChunk {
  /// Places from one column to the next: one cache line more than a column has paths, because columns that lie a power
  /// of two apart would all compete for the same lines of the cache.
  static let columnStride = PathFile.pathsPerFile + 16

  /// `[column][columnStride]`, of which the first `PathFile.pathsPerFile` are paths.
  let columns: UnsafeMutableBufferPointer<Float>
  /// Added to, tile by tile in ascending order, so that the result depends on nothing but the chunk.
  let sums: UnsafeMutableBufferPointer<Double>

  init(columnCount: Int, sumCount: Int) {
    columns = .allocate(capacity: columnCount * Self.columnStride)
    columns.initialize(repeating: 0)
    sums = .allocate(capacity: sumCount)
    sums.initialize(repeating: 0)
  }

  deinit {
    columns.deallocate()
    sums.deallocate()
  }

  /// The values of a column for the first `count` paths.
  func column(_ column: Int, count: Int) -> [Float] {
    Array(columns[column * Self.columnStride..<column * Self.columnStride + count])
  }

  /// Sets the value of a column for the path at `index` within the chunk.
  @inline(__always)
  func set(_ column: Int, _ index: Int, to value: Double) {
    columns[column * Self.columnStride + index] = Float(value)
  }

  /// Sets the values of a column for `count` paths from the one at `index` on.
  /// - Parameter values: begin at `start`.
  @inline(__always)
  func set(_ column: Int, _ index: Int, _ count: Int, to values: Span<Double>, from start: Int = 0) {
    precondition(start + count <= values.count, "\(values.count) values, expected \(count) from \(start) on")
    let place = column * Self.columnStride + index
    precondition(place + count <= columns.count, "column \(column), path \(index)")
    values.withUnsafeBufferPointer { values in
      guard let from = values.baseAddress, let to = columns.baseAddress else { return }
      Tile.kernels.narrow(count, from + start, to + place)
    }
  }
}

/// What carries a block of paths through the whole row, from shocks to contagion; one a worker.
protocol PathWorker: AnyObject {
  /// - Parameters:
  ///   - firstPath: index of the block's first path in its stage: where a file begins, or blocks further on.
  ///   - count: paths wanted, at most `pathsPerBlock`.
  ///   - offset: where the block starts within the chunk.
  /// - Throws: `NumericalFailure` when a figure is not finite.
  func project(firstPath: Int, count: Int, into chunk: PathChunk, at offset: Int) throws
}

/// Paths that go through the row together; a constant of the engine, because equal bits depend on it.
public let pathsPerBlock = 512

/// A computation that gave no finite number: a defect of a model, never something to carry on from.
public struct NumericalFailure: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
