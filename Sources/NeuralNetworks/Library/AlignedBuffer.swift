/// Floats on a 64-byte boundary, zero at first, freed with the object.
///
/// Alignment is fixed so that a vector kernel takes the same way through the same numbers in every run.
final class AlignedBuffer {
  static let alignment = 64

  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) floats, expected 0 or more")
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
    base = raw.initializeMemory(as: Float.self, repeating: 0, count: max(count, 1))
    self.count = count
  }

  deinit { base.deallocate() }

  var all: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }

  /// Eight floats from `start` on, a multiple of 8.
  subscript(vector start: Int) -> SIMD8<Float> {
    @inline(__always) get { UnsafeRawPointer(base + start).load(as: SIMD8<Float>.self) }
    @inline(__always) set { UnsafeMutableRawPointer(base + start).storeBytes(of: newValue, as: SIMD8<Float>.self) }
  }

  func zero() { all.update(repeating: 0) }

  func copy(from values: [Float]) {
    precondition(values.count == count, "\(values.count) floats given, expected \(count)")
    values.withUnsafeBufferPointer { if let source = $0.baseAddress { base.update(from: source, count: count) } }
  }

  func copied() -> [Float] { Array(all) }
}
