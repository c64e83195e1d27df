import Foundation
import TileArithmetic

/// An increasing function of a standard variate, tabulated once and read by monotone cubic interpolation.
///
/// It takes the place of inverting a heavy law per draw. Nodes stand 1/32 apart and carry the exact slope; a slope that
/// would make a cell overshoot is cut to three times the smaller secant (Fritsch & Carlson 1980), so that the table
/// is monotone whatever the function. Beyond the table's reach the function itself is evaluated: nothing is extrapolated.
public struct QuantileTable: Sendable {
  public static let nodesPerUnit = 32.0

  /// The table covers −reach … reach.
  public let reach: Double
  /// Per cell, the cubic c₀ + c₁s + c₂s² + c₃s³ in s = place within the cell, 0 … 1.
  private let cells: [SIMD4<Double>]
  private let exact: @Sendable (Double) -> Double

  /// - Parameters:
  ///   - reach: rounded up to a whole number.
  ///   - value: the function, increasing on −reach … reach.
  ///   - slope: its derivative at a place, given that and the value there.
  /// - Throws: when the function is not finite, or falls, at a node: named with the place.
  public init(
    reach: Double, value: @escaping @Sendable (Double) -> Double, slope: (Double, Double) -> Double
  ) throws(ParameterError) {
    let reach = reach.rounded(.up)
    let count = Int(2 * reach * Self.nodesPerUnit)
    let step = 1 / Self.nodesPerUnit
    let values = (0...count).map { value(Double($0) * step - reach) }
    var slopes = (0...count).map { slope(Double($0) * step - reach, values[$0]) * step }
    for node in 0...count {
      guard values[node].isFinite, slopes[node].isFinite else {
        throw ParameterError(
          "quantile table", "value at \(Double(node) * step - reach)", found: values[node], expected: "a finite number")
      }
    }
    for node in 0..<count {
      let secant = values[node + 1] - values[node]
      guard secant >= 0 else {
        throw ParameterError(
          "quantile table", "rise at \(Double(node) * step - reach)", found: secant, expected: "0 or more")
      }
      slopes[node] = min(max(slopes[node], 0), 3 * secant)
      slopes[node + 1] = min(max(slopes[node + 1], 0), 3 * secant)
    }
    cells = (0..<count).map { cell in
      let rise = values[cell + 1] - values[cell]
      let left = slopes[cell]
      let right = slopes[cell + 1]
      return SIMD4(values[cell], left, 3 * rise - 2 * left - right, left + right - 2 * rise)
    }
    self.reach = reach
    exact = value
  }

  /// From a copula's variate to a margin's value: x ↦ F⁻¹(G(x)), G the variate's law and F the margin's.
  public init(from variate: some Distribution, to margin: some Distribution) throws(ParameterError) {
    let value: @Sendable (Double) -> Double = { x in
      // Always through the smaller tail, where a probability keeps its digits. A variate so far out that its tail is no
      // double any more (38 standard deviations) takes the quantile of the smallest probability that is one.
      x < 0
        ? margin.quantile(max(variate.cdf(x), .leastNormalMagnitude))
        : margin.quantile(upperTail: max(variate.survival(x), .leastNormalMagnitude))
    }
    // Where less than 10⁻¹³ is left beyond, a table would save nothing, and some laws invert badly.
    try self.init(reach: min(16, variate.quantile(upperTail: 1e-13)), value: value) { x, value in
      variate.density(x) / margin.density(value)
    }
  }

  public func callAsFunction(_ x: Double) -> Double {
    let place = (x + reach) * Self.nodesPerUnit
    guard place >= 0, place < Double(cells.count) else { return exact(x) }
    return Self.cubic(cells.span, place)
  }

  /// Replaces the variates of one row of a tile by their images.
  /// - Precondition: `range` is a row: 64 places, the first a multiple of 64.
  public func apply(to variates: inout MutableSpan<Double>, in range: Range<Int>) {
    let row = range.lowerBound / Tile.width
    precondition(range == row * Tile.width..<(row + 1) * Tile.width, "\(range) is no row of a tile")
    Tile.interpolate(cells, reach: reach, density: Self.nodesPerUnit, &variates, row: row, beyond: exact)
  }

  @inline(__always)
  private static func cubic(_ cells: Span<SIMD4<Double>>, _ place: Double) -> Double {
    let cell = Int(place)
    let s = place - Double(cell)
    let c = cells[unchecked: cell]
    return c[0] + s * (c[1] + s * (c[2] + s * c[3]))
  }
}
