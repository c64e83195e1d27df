import CTile

/// Plain arithmetic on rows. Products are rounded before they are added, as Swift's own are.
extension Tile {
  /// y[to + k] += factors[k] · x[from + k], one row for each factor.
  public static func addProducts(
    _ factors: Span<Double>, _ x: Span<Double>, from: Int = 0, to y: inout MutableSpan<Double>, at to: Int = 0
  ) {
    precondition(
      x.count >= (from + factors.count) * width && y.count >= (to + factors.count) * width, "\(x.count) values")
    factors.withUnsafeBufferPointer { factors in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          kernels.addProducts(
            factors.count, factors.baseAddress, x.baseAddress?.advanced(by: from * width),
            y.baseAddress?.advanced(by: to * width))
        }
      }
    }
  }

  /// The same within one array: y[to + k] += factors[k] · y[from + k]; the two stretches of rows do not overlap.
  public static func addProducts(_ factors: Span<Double>, from: Int, to: Int, of y: inout MutableSpan<Double>) {
    let count = factors.count
    precondition(abs(from - to) >= count && y.count >= (max(from, to) + count) * width, "rows \(from), \(to): \(count)")
    factors.withUnsafeBufferPointer { factors in
      y.withUnsafeMutableBufferPointer { y in
        kernels.addProducts(
          count, factors.baseAddress, y.baseAddress?.advanced(by: from * width),
          y.baseAddress?.advanced(by: to * width))
      }
    }
  }

  /// y[k] *= by, for the first `rows` rows.
  public static func multiply(_ y: inout MutableSpan<Double>, rows: Int, by factor: Span<Double>) {
    precondition(y.count >= rows * width && factor.count >= width, "\(y.count) values for \(rows) rows")
    factor.withUnsafeBufferPointer { factor in
      y.withUnsafeMutableBufferPointer { kernels.multiplyBy(rows, factor.baseAddress, $0.baseAddress) }
    }
  }

  /// y[at + k] = exp(factors[k] · x[k] + shifts[k]), one row for each factor; see `exponentiate`.
  public static func exponentiate(
    _ factors: Span<Double>, _ x: Span<Double>, plus shifts: Span<Double>, into y: inout MutableSpan<Double>,
    at row: Int
  ) {
    let count = factors.count
    precondition(shifts.count == count && x.count >= count * width && y.count >= (row + count) * width, "\(count) rows")
    factors.withUnsafeBufferPointer { factors in
      shifts.withUnsafeBufferPointer { shifts in
        x.withUnsafeBufferPointer { x in
          y.withUnsafeMutableBufferPointer { y in
            kernels.exponentialOfLine(
              count, factors.baseAddress, shifts.baseAddress, x.baseAddress, y.baseAddress?.advanced(by: row * width))
          }
        }
      }
    }
  }

  /// values[start + path · rows + k] = rows[k] in single precision, for a whole tile.
  public static func deal(_ rows: Span<Double>, count: Int, into values: inout MutableSpan<Float>, at start: Int) {
    precondition(rows.count >= count * width && values.count >= start + count * width, "\(count) rows")
    rows.withUnsafeBufferPointer { rows in
      values.withUnsafeMutableBufferPointer {
        kernels.dealFloats(rows.baseAddress, count, $0.baseAddress?.advanced(by: start))
      }
    }
  }

  /// counts[path]: how many of the rows, which begin `stride` places apart from `start` on, lie below their limits.
  public static func count(
    below limits: Span<Double>, _ x: Span<Double>, from start: Int = 0, stride: Int = Tile.width,
    into counts: inout MutableSpan<Double>
  ) {
    precondition(
      limits.isEmpty || x.count >= start + (limits.count - 1) * stride + width, "\(x.count) values for \(limits.count)")
    precondition(counts.count >= width, "\(counts.count) counts")
    limits.withUnsafeBufferPointer { limits in
      x.withUnsafeBufferPointer { x in
        counts.withUnsafeMutableBufferPointer {
          kernels.countBelow(
            limits.count, stride, limits.baseAddress, x.baseAddress?.advanced(by: start), $0.baseAddress)
        }
      }
    }
  }

  /// y[at] = (x[row] − x[then] − mean) · scale, or without x[then] where there is none.
  public static func standardise(
    _ x: Span<Double>, row: Int, less then: Int? = nil, mean: Double, scale: Double, into y: inout MutableSpan<Double>,
    at place: Int
  ) {
    precondition(
      min(row, then ?? row) >= 0 && x.count >= (max(row, then ?? row) + 1) * width, "rows \(row), \(then ?? row)")
    precondition(place >= 0 && y.count >= (place + 1) * width, "row \(place)")
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        kernels.featureDifference(
          x.baseAddress?.advanced(by: row * width), then.flatMap { x.baseAddress?.advanced(by: $0 * width) }, mean,
          scale,
          y.baseAddress?.advanced(by: place * width))
      }
    }
  }

  /// y[at] = (x̄ − mean) · scale, x̄ the mean of row `row` of x and those `back`, 2 · `back` and 3 · `back` rows before.
  public static func standardiseMean(
    ofFour x: Span<Double>, row: Int, back: Int, mean: Double, scale: Double, into y: inout MutableSpan<Double>,
    at place: Int
  ) {
    precondition(back > 0 && row >= 3 * back && x.count >= (row + 1) * width, "row \(row) and those before")
    precondition(place >= 0 && y.count >= (place + 1) * width, "row \(place)")
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        kernels.featureMean(
          x.baseAddress?.advanced(by: row * width), back * width, mean, scale,
          y.baseAddress?.advanced(by: place * width))
      }
    }
  }
}
