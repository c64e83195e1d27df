import CTile
import Foundation
import TestSupport
import Testing

@testable import TileArithmetic

/// The plain kernels on rows, of every vector width: bit for bit what the same says in Swift, whose products are rounded.
@Suite struct TileRowTests {
  static let widths = TileTests.widths
  private static let width = Tile.width

  private static func rows(_ count: Int, seed: UInt64 = 1) -> [Double] {
    TileTests.numbers(count * width, -2, 2, seed: seed)
  }

  @Test(arguments: widths) func productsAreAddedAndMultiplied(lanes: Int) {
    let kernels = TileTests.kernels(lanes), count = 3
    let factors = TileTests.numbers(count, -1, 1, seed: 5), x = Self.rows(count), start = Self.rows(count, seed: 2)
    var sums = start, products = start, few = start
    kernels.addMultiple(33, 0.3, x, &few)
    kernels.addProducts(count, factors, x, &sums)
    kernels.multiplyBy(count, x, &products)
    for cell in start.indices {
      #expect(sums[cell] == start[cell] + factors[cell / Self.width] * x[cell])
      #expect(few[cell] == (cell < 33 ? start[cell] + 0.3 * x[cell] : start[cell]))
      #expect(products[cell] == start[cell] * x[cell % Self.width])
    }
  }

  @Test(arguments: widths) func exponentialsOfLinesAreThoseOfTheirValues(lanes: Int) {
    let kernels = TileTests.kernels(lanes), count = 3
    let factors = TileTests.numbers(count, -1, 1), shifts = TileTests.numbers(count, -1, 1, seed: 2),
      x = Self.rows(count)
    var fast = [Double](repeating: .nan, count: x.count)
    kernels.exponentialOfLine(count, factors, shifts, x, &fast)
    var slow = x.indices.map { factors[$0 / Self.width] * x[$0] + shifts[$0 / Self.width] }
    kernels.exponential(slow.count, &slow)
    #expect(fast == slow)
  }

  @Test(arguments: widths, [1, 5, 7, 8, 64]) func valuesBecomeFloats(lanes: Int, count: Int) {
    let kernels = TileTests.kernels(lanes), x = Self.rows(count)
    var narrow = [Float](repeating: .nan, count: count + 1), dealt = [Float](repeating: .nan, count: count * Self.width)
    kernels.narrow(count, x, &narrow)
    #expect(narrow.dropLast() == x.prefix(count).map { Float($0) }[...] && narrow[count].isNaN)
    kernels.dealFloats(x, count, &dealt)
    for cell in dealt.indices { #expect(dealt[cell] == Float(x[cell % count * Self.width + cell / count])) }
  }

  @Test(arguments: widths) func ratesAreMixedSeriesBySeries(lanes: Int) {
    let kernels = TileTests.kernels(lanes), quarters = 3, count = 5
    let places = quarters * count * Self.width
    let terms = (0..<count).map { k in
      let n = TileTests.numbers(7, -1, 1, seed: UInt64(k))
      return TileSeries(
        start: n[0], intercept: n[1], persistence: n[2], linearShare: n[3], mean: n[4], scale: n[5], shift: n[6])
    }
    let outputs = TileTests.numbers(places, -1, 1, seed: 11).map { Float($0) },
      errors = Self.rows(quarters * count, seed: 12)
    let given = Self.rows(quarters * count, seed: 13)
    var driven = given, rates = [Double](repeating: .nan, count: places)
    kernels.mixRates(quarters, count, terms, outputs, errors, &driven, &rates)
    for path in 0..<Self.width {
      for (k, term) in terms.enumerated() {
        var linear = term.start
        for quarter in 0..<quarters {
          let cell = (quarter * count + k) * Self.width + path
          linear = given[cell] + (term.intercept + term.persistence * linear)
          let network: Double = term.mean + term.scale * Double(outputs[(quarter * Self.width + path) * count + k])
          let mixed = term.linearShare * linear + network + errors[cell]
          #expect(driven[cell] == linear && rates[cell] == mixed * abs(mixed) - term.shift)
        }
      }
    }
  }

  @Test(arguments: widths) func rowsAreStandardised(lanes: Int) {
    let kernels = TileTests.kernels(lanes), x = Self.rows(4), back = Self.width
    var level = [Double](repeating: .nan, count: Self.width), change = level, mean = level
    x.withUnsafeBufferPointer { x in
      let last = x.baseAddress! + 3 * back
      kernels.featureDifference(last, nil, 0.3, 1.7, &level)
      kernels.featureDifference(last, x.baseAddress, 0.3, 1.7, &change)
      kernels.featureMean(last, back, 0.3, 1.7, &mean)
    }
    for p in 0..<Self.width {
      let values = (0..<4).map { x[p + $0 * back] }
      #expect(level[p] == (values[3] - 0.3) * 1.7 && change[p] == (values[3] - values[0] - 0.3) * 1.7)
      #expect(mean[p] == ((values[3] + values[2] + values[1] + values[0]) / 4 - 0.3) * 1.7)
    }
  }

  @Test(arguments: widths) func factorsDeviateOnTheirScales(lanes: Int) {
    let kernels = TileTests.kernels(lanes), rows = Self.rows(3), value = 0.3, anchor = 0.7, softness = 0.4
    let d = Array(rows[..<Self.width]), base = Array(rows[Self.width..<2 * Self.width])
    let under = Array(rows[(2 * Self.width)...])
    func natural(_ scale: TileScale, onShadow: Bool = false) -> (natural: [Double], shadow: [Double]) {
      var made = [Double](repeating: .nan, count: Self.width), shadow = made
      kernels.deviate(scale, value, anchor, softness, d, base, onShadow ? under : nil, &shadow, &made)
      return (made, shadow)
    }
    var e = d
    kernels.exponential(e.count, &e)
    let made = [TileScaleLevel, TileScaleSpread, TileScaleLogit, TileScaleLogarithm, TileScaleLogSpread].map {
      natural($0).natural
    }
    for p in 0..<Self.width {
      let odds: Double = value * e[p]
      let expected: [Double] = [
        anchor + d[p], base[p] + (anchor + d[p]), odds / ((1 - value) + odds), e[p] * value, base[p] + anchor * e[p],
      ]
      #expect(made.map { $0[p] } == expected)
    }
    for onShadow in [false, true] {
      let found = natural(TileScaleShadowRate, onShadow: onShadow)
      let shadow: [Double] = (0..<Self.width).map { (onShadow ? under[$0] + (anchor + d[$0]) : anchor + d[$0]) }
      var soft = shadow.map { $0 / softness }
      kernels.softplus(soft.count, &soft)
      #expect(found.shadow == shadow && found.natural == soft.map { $0 * softness })
    }
  }

  @Test(arguments: widths) func capitalIsCountedAndSpread(lanes: Int) {
    let kernels = TileTests.kernels(lanes), count = 5
    let limits = TileTests.numbers(count, -1, 1), starts = TileTests.numbers(count, 1, 2, seed: 2), x = Self.rows(count)
    var counts = [Double](repeating: .nan, count: Self.width), lowest = counts, lost = counts
    kernels.countBelow(count, Self.width, limits, x, &counts)
    kernels.depletion(3, 0.7, x, &lowest, &lost)
    var shares = [Double](repeating: .nan, count: x.count)
    kernels.shortfalls(count, starts, x, &shares)
    let losses = Self.rows(count, seed: 9).map { $0 * 0.6 }
    var suffered = losses, system = counts
    let beyond = kernels.distress(count, starts, shares, &suffered, &system)
    for p in 0..<Self.width {
      let cells = (0..<count).map { $0 * Self.width + p }
      #expect(counts[p] == Double(cells.indices.count { x[cells[$0]] < limits[$0] }))
      #expect(lowest[p] == 0.7 * x[p] && lost[p] == 3 - 0.7 * x[p])
      var sum = 0.0
      for (k, cell) in cells.enumerated() {
        #expect(shares[cell] == min(1, max(0, (starts[k] - x[cell]) * (1 / starts[k]))))
        #expect(suffered[cell] == losses[cell] - shares[cell])
        sum += starts[k] * suffered[cell]
      }
      #expect(system[p] == sum && (beyond >> p & 1 == 1) == cells.contains { losses[$0] > 1 })
    }
  }
}
