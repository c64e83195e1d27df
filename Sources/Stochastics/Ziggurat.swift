import Foundation

/// Standard normals from 64-bit draws: 256 layers of equal area under the density, the first try accepted 98.8 times
/// in a hundred. Marsaglia & Tsang, J. Stat. Softw. 5(8), 2000; separate bits for layer and abscissa after Doornik 2005.
///
/// A refused try draws again at later attempts of the *same* address, so each normal takes exactly one draw of the
/// sequence, and one normal never moves the next.
struct Ziggurat: Sendable {
  static let standard = Ziggurat()

  /// Where the tail begins, and the area of each layer, for 256 layers.
  static let tail = 3.654152885361009
  static let area = 0.004928673233974655

  /// Per layer: half-width, and the share of it that lies wholly under the density. Layer 0 holds the tail.
  let layers: [SIMD2<Double>]
  /// Density (unnormalised) at the outer and inner edge of each layer.
  let edges: [SIMD2<Double>]

  init() {
    func density(_ x: Double) -> Double { exp(-0.5 * x * x) }
    // widths[1] = tail; widths[256] = 0; each layer's area is widths[i] · (density(widths[i + 1]) − density(widths[i])).
    var widths = [Self.area / density(Self.tail), Self.tail]
    for layer in 1..<255 {
      widths.append((-2 * log(Self.area / widths[layer] + density(widths[layer]))).squareRoot())
    }
    widths.append(0)
    layers = (0..<256).map { SIMD2(widths[$0], widths[$0 + 1] / widths[$0]) }
    edges = (0..<256).map { SIMD2(density(widths[$0]), density(widths[$0 + 1])) }
  }

  /// The try that needs nothing but this draw: nine bits choose the layer, 53 others the signed abscissa.
  /// - Returns: the variate and whether it stands.
  @inline(__always)
  static func firstTry(_ bits: UInt64, _ layers: Span<SIMD2<Double>>) -> (value: Double, stands: Bool) {
    let layer = layers[unchecked: Int(truncatingIfNeeded: bits & 0xFF)]
    let abscissa = (Double(Int64(bitPattern: bits) >> 11) + 0.5) * 0x1p-52
    return (abscissa * layer.x, abs(abscissa) < layer.y)
  }

  /// The normal at `address`, whose first draw is `bits`; the whole algorithm, also beyond the first try.
  @inline(__always)
  func normal(from bits: UInt64, at address: DrawAddress, of generator: Philox4x32) -> Double {
    let (value, stands) = Self.firstTry(bits, layers.span)
    return stands ? value : normalBeyondFirstTry(bits, at: address, of: generator)
  }

  @inline(never)
  func normalBeyondFirstTry(_ bits: UInt64, at address: DrawAddress, of generator: Philox4x32) -> Double {
    var bits = bits
    var attempt: UInt32 = 0
    func next() -> UInt64 {
      attempt += 1
      return generator.bits(at: address, attempt: attempt)
    }
    while true {
      let (value, stands) = Self.firstTry(bits, layers.span)
      if stands { return value }
      let layer = Int(bits & 0xFF)
      if layer == 0 { return tailVariate(next, sign: value < 0 ? -1 : 1) }
      let height = edges[layer].x + openUniform(next()) * (edges[layer].y - edges[layer].x)
      if height < exp(-0.5 * value * value) { return value }
      bits = next()
    }
  }

  /// A normal beyond `tail` (Marsaglia 1964).
  private func tailVariate(_ next: () -> UInt64, sign: Double) -> Double {
    while true {
      let beyond = -log(openUniform(next())) / Self.tail
      if -2 * log(openUniform(next())) > beyond * beyond { return sign * (Self.tail + beyond) }
    }
  }
}
