import COneDNN

/// The C library as this module uses it: one processor engine, one thread per call, scratchpads owned by us.
///
/// A status other than success can only follow from a mistake in this module or exhausted memory, never from what a
/// user gives, so it stops the program with the library's number.
enum OneDNN {
  /// Safe to share: oneDNN engines are immutable once made.
  nonisolated(unsafe) static let engine: dnnl_engine_t = {
    var engine: dnnl_engine_t?
    check(dnnl_engine_create(&engine, dnnl_cpu, 0), "create the processor engine")
    return required(engine, "processor engine")
  }()

  /// Attributes asking for user-owned scratchpads; immutable once made, so safe to share.
  nonisolated(unsafe) static let attributes: dnnl_primitive_attr_t = {
    var attributes: dnnl_primitive_attr_t?
    check(dnnl_primitive_attr_create(&attributes), "create primitive attributes")
    let made = required(attributes, "primitive attributes")
    check(dnnl_primitive_attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user), "choose user scratchpads")
    return made
  }()

  /// The setting belongs to the calling thread, and primitives must be made and run under the same one: every way into
  /// the library passes here first.
  static func useOneThread() { omp_set_num_threads(1) }

  static func check(_ status: dnnl_status_t, _ action: @autoclosure () -> String) {
    precondition(status == dnnl_success, "oneDNN could not \(action()): status \(status.rawValue), expected 0")
  }

  static func required(_ pointer: OpaquePointer?, _ name: String) -> OpaquePointer {
    guard let pointer else { preconditionFailure("oneDNN gave no \(name)") }
    return pointer
  }

  static func layout(_ dimensions: [Int], _ tag: dnnl_format_tag_t) -> dnnl_memory_desc_t {
    var layout = dnnl_memory_desc_t()
    let sizes = dimensions.map(Int64.init)
    check(
      dnnl_memory_desc_init_by_tag(&layout, Int32(sizes.count), sizes, dnnl_f32, tag), "describe \(dimensions)")
    return layout
  }

  /// - Parameter strides: floats between neighbours, per dimension.
  static func layout(_ dimensions: [Int], strides: [Int]) -> dnnl_memory_desc_t {
    var layout = dnnl_memory_desc_t()
    check(
      dnnl_memory_desc_init_by_strides(
        &layout, Int32(dimensions.count), dimensions.map(Int64.init), dnnl_f32, strides.map(Int64.init)),
      "describe \(dimensions) with strides \(strides)")
    return layout
  }

  static func equal(_ a: dnnl_memory_desc_t, _ b: dnnl_memory_desc_t) -> Bool {
    withUnsafePointer(to: a) { a in withUnsafePointer(to: b) { b in dnnl_memory_desc_equal(a, b) != 0 } }
  }

  static func byteCount(_ layout: dnnl_memory_desc_t) -> Int {
    withUnsafePointer(to: layout) { dnnl_memory_desc_get_size($0) }
  }
}

/// Where calls are queued; each plan or workspace has its own.
final class Stream {
  let pointer: dnnl_stream_t

  init() {
    var stream: dnnl_stream_t?
    OneDNN.check(
      dnnl_stream_create(&stream, OneDNN.engine, UInt32(dnnl_stream_default_flags.rawValue)), "create a stream")
    pointer = OneDNN.required(stream, "stream")
  }

  deinit { dnnl_stream_destroy(pointer) }
}

/// A buffer together with the layout in which oneDNN is to read it.
final class Memory {
  let layout: dnnl_memory_desc_t
  let pointer: dnnl_memory_t
  /// Keeps the floats alive; `nil` where the owner of this object does.
  private let buffer: AlignedBuffer?

  /// The caller keeps `address` alive for as long as this object.
  init(_ layout: dnnl_memory_desc_t, at address: UnsafeMutablePointer<Float>) {
    self.layout = layout
    buffer = nil
    pointer = Self.create(layout, address)
  }

  init(_ layout: dnnl_memory_desc_t, in buffer: AlignedBuffer) {
    let needed = OneDNN.byteCount(layout)
    let there = buffer.count * MemoryLayout<Float>.stride
    precondition(needed <= there, "layout of \(needed) bytes in a buffer of \(there)")
    self.layout = layout
    self.buffer = buffer
    pointer = Self.create(layout, buffer.base)
  }

  /// Allocates what the layout needs.
  convenience init(_ layout: dnnl_memory_desc_t) {
    self.init(layout, in: AlignedBuffer(count: (OneDNN.byteCount(layout) + 3) / MemoryLayout<Float>.stride))
  }

  deinit { dnnl_memory_destroy(pointer) }

  func zero() { buffer?.zero() }

  private static func create(_ layout: dnnl_memory_desc_t, _ address: UnsafeMutablePointer<Float>) -> dnnl_memory_t {
    var memory: dnnl_memory_t?
    withUnsafePointer(to: layout) { layout in
      OneDNN.check(dnnl_memory_create(&memory, layout, OneDNN.engine, address), "bind a buffer")
    }
    return OneDNN.required(memory, "memory")
  }
}
