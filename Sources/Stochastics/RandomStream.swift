import CGSL

/// Random numbers of one path, in order: keyed by (seed, stream, path, step), never by thread or block.
///
/// It is a GSL generator too, so that every sampler of GSL works on it. Making one allocates; inside a loop over paths
/// make one before the loop and `move` it.
public struct RandomStream: ~Copyable {
  /// What GSL keeps for us between calls.
  private struct State {
    let generator: Philox4x32
    var address: DrawAddress
    /// The second draw of the counter whose first was the last one taken.
    var second: UInt64 = 0

    mutating func nextBits() -> UInt64 {
      defer { address.draw += 1 }
      if address.draw & 1 == 1, address.draw == heldDraw { return second }
      let words = generator.words(at: address.counter())
      second = UInt64(words[2]) | UInt64(words[3]) << 32
      heldDraw = address.draw | 1
      return address.draw & 1 == 1 ? second : UInt64(words[0]) | UInt64(words[1]) << 32
    }

    /// Which draw `second` is; none at first, because draw 0 is never a second one.
    private var heldDraw: UInt64 = 0

    init(generator: Philox4x32, address: DrawAddress) {
      self.generator = generator
      self.address = address
    }

    mutating func move(to address: DrawAddress) {
      self.address = address
      heldDraw = 0
    }
  }

  private let state: UnsafeMutablePointer<State>
  /// GSL's view of `state`.
  let gsl: UnsafeMutablePointer<gsl_rng>
  private let type: UnsafeMutablePointer<gsl_rng_type>

  public init(seed: UInt64, stream: Stream, path: Int, step: Int = 0) {
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(generator: Philox4x32(seed: seed, stream: stream), address: DrawAddress(path: path, step: step)))
    type = .allocate(capacity: 1)
    type.initialize(to: Self.generatorType)
    gsl = .allocate(capacity: 1)
    gsl.initialize(to: gsl_rng(type: type, state: state))
  }

  deinit {
    gsl.deallocate()
    type.deallocate()
    state.deallocate()
  }

  /// Goes to the first number of another path or step.
  public mutating func move(toPath path: Int, step: Int = 0) {
    state.pointee.move(to: DrawAddress(path: path, step: step))
  }

  /// Uniform on (0, 1), both ends left out; 52 bits.
  public mutating func uniform() -> Double { openUniform(state.pointee.nextBits()) }

  /// The next 64 random bits.
  public mutating func bits() -> UInt64 { state.pointee.nextBits() }

  /// Standard normal; takes one draw of the sequence whatever its value.
  public mutating func normal() -> Double {
    let address = state.pointee.address
    return Ziggurat.standard.normal(from: state.pointee.nextBits(), at: address, of: state.pointee.generator)
  }

  /// Overwrites `values` with independent standard normals.
  public mutating func fillNormal(into values: inout MutableSpan<Double>) {
    for index in values.indices { values[index] = normal() }
  }

  /// Chi-square. - Precondition: `degreesOfFreedom` > 0.
  public mutating func chiSquare(degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "chi-square needs positive degrees of freedom, not \(degreesOfFreedom)")
    return gsl_ran_chisq(gsl, degreesOfFreedom)
  }

  /// A whole number in 0 ..< `bound`, each equally likely to 2⁻⁶⁴ (Lemire 2019, without the rejection step).
  /// - Precondition: `bound` > 0.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "no index below \(bound)")
    return Int(bits().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// `gsl_rng_type` without C: GSL calls these closures with the pointer that it was given.
  private static var generatorType: gsl_rng_type {
    gsl_rng_type(
      name: UnsafeRawPointer(StaticName.bytes.utf8Start).assumingMemoryBound(to: CChar.self),
      max: 0xFFFF_FFFF, min: 0, size: MemoryLayout<State>.size,
      set: { state, seed in
        // GSL's own seeding is an unsigned long and cannot say stream or path: it moves to that path.
        guard let state else { return }
        state.assumingMemoryBound(to: State.self).pointee.move(
          to: DrawAddress(path: Int(seed & 0x7FFF_FFFF), step: 0))
      },
      get: { state in
        guard let state else { return 0 }
        return UInt(state.assumingMemoryBound(to: State.self).pointee.nextBits() >> 32)
      },
      get_double: { state in
        guard let state else { return 0 }
        return openUniform(state.assumingMemoryBound(to: State.self).pointee.nextBits())
      })
  }

  private enum StaticName {
    static let bytes: StaticString = "philox4x32-10"
  }
}
