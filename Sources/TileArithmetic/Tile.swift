package import CTile

/// Arithmetic on tiles: 64 neighbouring paths at a time, every quantity of theirs one row of 64 numbers.
///
/// A path's bits depend neither on its neighbours nor on its place in the tile. The loops are those of `CTile`.
public enum Tile {
  /// Paths of a tile.
  public static let width = Int(TILE_WIDTH)

  /// For the widest vectors that this processor has.
  package static let kernels: TileKernels = {
    for lanes in [8, 4, 2] { if let kernels = tile_kernels(lanes) { return kernels.pointee } }
    preconditionFailure("no tile kernel, expected one for 2 lanes at least")
  }()

  /// Standard normals of the counters (path, number / 4, step) of Philox4x32-10, two by two by the method of Box & Muller.
  /// - Parameters:
  ///   - paths: 64 numbers.
  ///   - count: even.
  ///   - normals: `[number][path]`, the first `count` rows are overwritten.
  public static func fillNormals(
    key: SIMD2<UInt32>, paths: Span<UInt64>, step: UInt32, count: Int, into normals: inout MutableSpan<Double>
  ) {
    precondition(count % 2 == 0 && count >= 0, "the count \(count) is not even")
    precondition(normals.count >= count * width, "\(normals.count) places for \(count) × \(width) normals")
    precondition(paths.count == width, "\(paths.count) paths, expected \(width)")
    normals.withUnsafeMutableBufferPointer { normals in
      paths.withUnsafeBufferPointer { paths in
        kernels.normals(key[0], key[1], paths.baseAddress, step, count, normals.baseAddress)
      }
    }
  }

  /// Standard normals of one dimension of a scrambled net, points `index` ..< `index` + 64.
  /// - Parameters:
  ///   - directions: 32 for each dimension, digits in reverse.
  ///   - keys: three for each scrambling.
  ///   - row: of `normals`, which is overwritten.
  package static func fillNetNormals(
    _ directions: Span<UInt32>, dimension: Int, index: Int, keys: Span<UInt32>, scrambling: Int,
    into normals: inout MutableSpan<Double>, row: Int
  ) {
    precondition(index >= 0 && index % width == 0 && index <= Int(UInt32.max), "a tile from point \(index)")
    precondition(dimension >= 0 && (dimension + 1) * 32 <= directions.count, "dimension \(dimension)")
    precondition(scrambling >= 0 && (scrambling + 1) * 3 <= keys.count, "scrambling \(scrambling)")
    directions.withUnsafeBufferPointer { directions in
      keys.withUnsafeBufferPointer { keys in
        withRows(row..<row + 1, of: &normals) {
          kernels.netNormals(
            directions.baseAddress?.advanced(by: dimension * 32), UInt32(index),
            keys.baseAddress?.advanced(by: scrambling * 3), $0)
        }
      }
    }
  }

  /// products[first + m] ← Σ_k matrix[m][k] · factors[k].
  /// - Parameters:
  ///   - matrix: rows that begin `stride` places apart, of which `depth` are read.
  ///   - factors, products: rows.
  public static func multiply(
    _ matrix: Span<Double>, stride: Int, rows: Int, depth: Int, _ factors: Span<Double>,
    into products: inout MutableSpan<Double>, at first: Int = 0
  ) {
    precondition(
      rows == 0 || matrix.count >= (rows - 1) * stride + depth, "\(matrix.count) numbers for \(rows) × \(depth)")
    precondition(factors.count >= depth * width, "\(factors.count) numbers for \(depth) rows")
    precondition(products.count >= (first + rows) * width, "\(products.count) places for \(first + rows) rows")
    matrix.withUnsafeBufferPointer { matrix in
      factors.withUnsafeBufferPointer { factors in
        products.withUnsafeMutableBufferPointer { products in
          kernels.multiply(
            matrix.baseAddress, stride, rows, depth, factors.baseAddress,
            products.baseAddress?.advanced(by: first * width))
        }
      }
    }
  }

  /// x ← eˣ in some rows, with a relative error below 5·10⁻¹⁶; as if x lay in −708 … 709.
  public static func exponentiate(_ x: inout MutableSpan<Double>, rows: Range<Int>) {
    withRows(rows, of: &x) { kernels.exponential(rows.count * width, $0) }
  }

  /// x ← ln x in some rows, with a relative error below 8·10⁻¹⁶; NaN where x is not positive.
  public static func takeLogarithm(_ x: inout MutableSpan<Double>, rows: Range<Int>) {
    withRows(rows, of: &x) { kernels.logarithm(rows.count * width, $0) }
  }

  /// x ← ln(1 + eˣ) in some rows, with a relative error below 10⁻¹⁵.
  public static func soften(_ x: inout MutableSpan<Double>, rows: Range<Int>) {
    withRows(rows, of: &x) { kernels.softplus(rows.count * width, $0) }
  }

  /// Cubics c₀ + c₁s + c₂s² + c₃s³ in s, the place of x within its cell, in place of one row's x.
  /// - Parameters:
  ///   - cells: of 1/`density` each, from −`reach` on.
  ///   - exact: for the x that lie in no cell.
  public static func interpolate(
    _ cells: [SIMD4<Double>], reach: Double, density: Double, _ x: inout MutableSpan<Double>, row: Int,
    beyond exact: (Double) -> Double
  ) {
    withRows(row..<row + 1, of: &x) { x in
      var beyond = cells.withUnsafeBytes { cells in
        kernels.interpolate(
          cells.baseAddress?.assumingMemoryBound(to: Double.self), cells.count / MemoryLayout<SIMD4<Double>>.stride,
          reach, density, x)
      }
      while beyond != 0 {
        let path = beyond.trailingZeroBitCount
        x[path] = exact(x[path])
        beyond &= beyond - 1
      }
    }
  }

  /// rows[k] ← values[path · stride + k] for the first paths of a tile.
  public static func collect(
    _ values: Span<Double>, stride: Int, count: Int, paths: Int, into rows: inout MutableSpan<Double>
  ) {
    precondition(paths <= width && values.count >= max(0, paths - 1) * stride + count, "\(values.count) values")
    precondition(rows.count >= count * width, "\(rows.count) places for \(count) rows")
    values.withUnsafeBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { kernels.collect(values.baseAddress, stride, count, paths, $0.baseAddress) }
    }
  }

  /// values[start + path · stride + k] ← rows[k] for the first paths of a tile.
  public static func deal(
    _ rows: Span<Double>, stride: Int, count: Int, paths: Int, into values: inout MutableSpan<Double>, at start: Int = 0
  ) {
    precondition(
      paths <= width && values.count >= start + max(0, paths - 1) * stride + count, "\(values.count) values")
    precondition(rows.count >= count * width, "\(rows.count) numbers for \(count) rows")
    rows.withUnsafeBufferPointer { rows in
      values.withUnsafeMutableBufferPointer { values in
        kernels.deal(rows.baseAddress, stride, count, paths, values.baseAddress?.advanced(by: start))
      }
    }
  }

  /// sums[2k] and sums[2k + 1] grow by the sum of the first `paths` of row k, and by that of their squares.
  public static func addSums(_ values: Span<Double>, rows: Int, paths: Int, to sums: inout MutableSpan<Double>) {
    precondition(paths <= width && values.count >= rows * width, "\(values.count) values for \(rows) rows")
    precondition(sums.count >= 2 * rows, "\(sums.count) sums for \(rows) rows")
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { kernels.addSums(values.baseAddress, rows, paths, $0.baseAddress) }
    }
  }

  private static func withRows(
    _ rows: Range<Int>, of x: inout MutableSpan<Double>, _ body: (UnsafeMutablePointer<Double>) -> Void
  ) {
    precondition(rows.lowerBound >= 0 && rows.upperBound * width <= x.count, "rows \(rows) of \(x.count) numbers")
    x.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base + rows.lowerBound * width) } }
  }
}
