/// W sequences side by side, as the LSTM's kernels read them: every value of a step is one row of W floats.
///
/// The last tile of a batch is filled up with zeros.
struct SequenceTile: Equatable {
  static var width: Int { LSTMKernel.width }

  /// Number of its first sequence in the batch.
  let first: Int
  /// How many sequences of the batch it holds, up to W.
  let count: Int

  /// - Parameter sequences: N of the batch.
  static func tiles(of sequences: Int) -> [SequenceTile] {
    stride(from: 0, to: sequences, by: width).map { SequenceTile(first: $0, count: min(width, sequences - $0)) }
  }

  /// - Parameters:
  ///   - rows: of the whole batch, `[T][N][C]`.
  ///   - tile: overwritten, `[T][C][W]`.
  func load(
    _ rows: UnsafePointer<Float>, steps: Int, sequences: Int, columns: Int, into tile: UnsafeMutablePointer<Float>
  ) {
    let width = Self.width
    for step in 0..<steps {
      let source = rows + (step * sequences + first) * columns
      let destination = tile + step * columns * width
      if count < width { destination.update(repeating: 0, count: columns * width) }
      transpose(source, rows: count, apart: columns, columns: columns, into: destination, apart: width)
    }
  }

  /// - Parameters:
  ///   - tile: `[T][C][W]`.
  ///   - rows: of the whole batch, `[T][N][C]`; only those of this tile are written.
  func store(
    _ tile: UnsafePointer<Float>, steps: Int, sequences: Int, columns: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    let width = Self.width
    for step in 0..<steps {
      let source = tile + step * columns * width
      let destination = rows + (step * sequences + first) * columns
      transpose(source, rows: columns, apart: width, columns: count, into: destination, apart: columns)
    }
  }
}

/// `[rows][columns]` to `[columns][rows]`, whose rows lie that far apart; four by four where as many are left.
private func transpose(
  _ source: UnsafePointer<Float>, rows: Int, apart sourceStride: Int, columns: Int,
  into destination: UnsafeMutablePointer<Float>, apart stride: Int
) {
  let (wholeRows, wholeColumns) = (rows / 4 * 4, columns / 4 * 4)
  for row in Swift.stride(from: 0, to: wholeRows, by: 4) {
    for column in Swift.stride(from: 0, to: wholeColumns, by: 4) {
      let from = source + row * sourceStride + column
      let to = destination + column * stride + row
      let (a, b) = (vector(from), vector(from + sourceStride))
      let (c, d) = (vector(from + 2 * sourceStride), vector(from + 3 * sourceStride))
      let (left, right) = (SIMD8(lowHalf: a, highHalf: b), SIMD8(lowHalf: c, highHalf: d))
      let (even, odd) = (
        SIMD8(lowHalf: left.evenHalf, highHalf: right.evenHalf), SIMD8(lowHalf: left.oddHalf, highHalf: right.oddHalf)
      )
      store(even.evenHalf, at: to)
      store(odd.evenHalf, at: to + stride)
      store(even.oddHalf, at: to + 2 * stride)
      store(odd.oddHalf, at: to + 3 * stride)
    }
  }
  for row in 0..<rows {
    for column in (row < wholeRows ? wholeColumns : 0)..<columns {
      destination[column * stride + row] = source[row * sourceStride + column]
    }
  }
}

@inline(__always)
private func vector(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(place).loadUnaligned(as: SIMD4<Float>.self)
}

@inline(__always)
private func store(_ vector: SIMD4<Float>, at place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: vector, as: SIMD4<Float>.self)
}
