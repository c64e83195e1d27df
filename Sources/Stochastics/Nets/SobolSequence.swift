/// The sequence of Sobol' (1967) with the direction numbers of Joe & Kuo (2008), up to 1,024 dimensions.
///
/// Point i has in each dimension the binary digits v₁ i₁ ⊕ v₂ i₂ ⊕ …, where i₁ is the last bit of i. The first 2ᵏ points,
/// and every later 2ᵏ from a multiple of 2ᵏ on, hold one in each of the 2ᵏ equal parts of every dimension.
package struct SobolSequence: Sendable {
  package static let dimensionCount = JoeKuoTable.dimensionCount
  /// Digits of a coordinate, and bits of an index.
  static let bitCount = 32

  package static let standard = SobolSequence()

  /// v, `[dimension][bit of the index]`, the first digit in the lowest bit.
  let reversedDirections: [UInt32]

  private init() {
    var reader = BitReader(JoeKuoTable.text)
    reversedDirections = (0..<Self.dimensionCount).flatMap { dimension in
      (dimension == 0 ? Self.firstDimension : Self.nextDimension(&reader)).map(Self.reversed)
    }
  }

  /// Coordinate of a point as a multiple of 2⁻³², without any scrambling.
  package func point(_ index: Int, dimension: Int) -> UInt32 {
    var digits: UInt32 = 0
    for bit in 0..<Self.bitCount where index >> bit & 1 == 1 {
      digits ^= reversedDirections[dimension * Self.bitCount + bit]
    }
    return Self.reversed(digits)
  }

  private static let firstDimension = (1...bitCount).map { UInt32(1) << UInt32(bitCount - $0) }

  /// vₖ = mₖ / 2ᵏ, and beyond the degree s of the polynomial xˢ + a₁ xˢ⁻¹ + … + 1
  ///
  ///     vₖ = a₁ vₖ₋₁ ⊕ … ⊕ aₛ₋₁ vₖ₋ₛ₊₁ ⊕ vₖ₋ₛ ⊕ vₖ₋ₛ / 2ˢ
  private static func nextDimension(_ reader: inout BitReader) -> [UInt32] {
    let degree = reader.next(4)
    let inner = reader.next(degree - 1)
    var directions = (1...degree).map { k in UInt32(reader.next(k - 1) << 1 | 1) << UInt32(bitCount - k) }
    for k in degree..<bitCount {
      let last = directions[k - degree]
      var value = last ^ last >> UInt32(degree)
      for lag in 1..<max(degree, 1) where inner >> (degree - 1 - lag) & 1 == 1 { value ^= directions[k - lag] }
      directions.append(value)
    }
    return directions
  }

  static func reversed(_ digits: UInt32) -> UInt32 {
    var (rest, result) = (digits, UInt32(0))
    for _ in 0..<bitCount {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}

/// Bits in base 64, six a character.
private struct BitReader {
  private let text: StaticString
  private var place = 0
  private var held = 0
  private var heldCount = 0

  init(_ text: StaticString) { self.text = text }

  mutating func next(_ count: Int) -> Int {
    while heldCount < count {
      held = held << 6 | Self.digit(text.utf8Start[place])
      heldCount += 6
      place += 1
    }
    heldCount -= count
    let value = held >> heldCount
    held &= 1 << heldCount - 1
    return value
  }

  private static func digit(_ character: UInt8) -> Int {
    switch character {
    case 65...90: Int(character) - 65
    case 97...122: Int(character) - 71
    case 48...57: Int(character) + 4
    case 43: 62
    default: 63
    }
  }
}
