import COneDNN

/// One compiled operation of oneDNN. Immutable once made: threads may run it side by side, each with its own operands.
final class Primitive {
  let descriptor: dnnl_primitive_desc_t
  let pointer: dnnl_primitive_t

  /// - Parameter operation: one of oneDNN's operation descriptors, filled in.
  convenience init<Operation>(_ name: String, _ operation: Operation, hint: Primitive? = nil) {
    OneDNN.useOneThread()
    var descriptor: dnnl_primitive_desc_t?
    withUnsafePointer(to: operation) { operation in
      OneDNN.check(
        dnnl_primitive_desc_create(&descriptor, operation, OneDNN.attributes, OneDNN.engine, hint?.descriptor),
        "prepare \(name)")
    }
    self.init(name, OneDNN.required(descriptor, name))
  }

  /// Copies one layout into another.
  convenience init(reordering source: dnnl_memory_desc_t, into destination: dnnl_memory_desc_t) {
    OneDNN.useOneThread()
    var descriptor: dnnl_primitive_desc_t?
    withUnsafePointer(to: source) { source in
      withUnsafePointer(to: destination) { destination in
        OneDNN.check(
          dnnl_reorder_primitive_desc_create(
            &descriptor, source, OneDNN.engine, destination, OneDNN.engine, OneDNN.attributes),
          "prepare a reordering")
      }
    }
    self.init("reordering", OneDNN.required(descriptor, "reordering"))
  }

  private init(_ name: String, _ descriptor: dnnl_primitive_desc_t) {
    self.descriptor = descriptor
    var primitive: dnnl_primitive_t?
    OneDNN.check(dnnl_primitive_create(&primitive, descriptor), "compile \(name)")
    pointer = OneDNN.required(primitive, name)
  }

  deinit {
    dnnl_primitive_destroy(pointer)
    dnnl_primitive_desc_destroy(descriptor)
  }

  /// The layout in which this operation wants the operand of that number.
  func layout(of argument: Int32) -> dnnl_memory_desc_t {
    guard let layout = dnnl_primitive_desc_query_md(descriptor, dnnl_query_exec_arg_md, argument) else {
      preconditionFailure("oneDNN knows no layout of operand \(argument)")
    }
    return layout.pointee
  }

  var scratchpadLayout: dnnl_memory_desc_t { layout(of: DNNL_ARG_SCRATCHPAD) }

  /// oneDNN's name of the kernel it chose, e.g. `ref:any`; shown by the speed measurement.
  var implementation: String {
    var text: UnsafePointer<CChar>?
    dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &text)
    return text.map { String(cString: $0) } ?? "unknown"
  }
}

/// A primitive bound to its operands once and run many times without allocation; belongs to one thread at a time.
final class Call {
  private let primitive: Primitive
  private var operands: [Memory]
  private var arguments: [dnnl_exec_arg_t]

  /// - Parameter scratch: shared by the calls of one worker; `nil` allocates one for this call alone.
  init(_ primitive: Primitive, _ operands: [(argument: Int32, memory: Memory)], scratch: AlignedBuffer? = nil) {
    self.primitive = primitive
    let layout = primitive.scratchpadLayout
    let scratchpad = scratch.map { Memory(layout, in: $0) } ?? Memory(layout)
    self.operands = operands.map(\.memory) + [scratchpad]
    arguments = operands.map { dnnl_exec_arg_t(arg: $0.argument, memory: $0.memory.pointer) }
    arguments.append(dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: scratchpad.pointer))
  }

  /// Puts other memory of the same layout in the place of the operand at `position` of those given at the start.
  func replaceOperand(at position: Int, with memory: Memory) {
    operands[position] = memory
    arguments[position].memory = memory.pointer
  }

  func run(on stream: Stream) {
    OneDNN.useOneThread()
    arguments.withUnsafeBufferPointer { arguments in
      OneDNN.check(
        dnnl_primitive_execute(primitive.pointer, stream.pointer, Int32(arguments.count), arguments.baseAddress),
        "run \(primitive.implementation)")
    }
  }
}

/// A tensor held twice: plain, as this module stores it, and in the layout a primitive asks for.
struct Repacked {
  let memory: Memory
  private let copy: Call?

  /// Follows `plain`: `refresh` copies it into `layout`. Where the layouts agree both are one.
  init(_ plain: Memory, as layout: dnnl_memory_desc_t) {
    if OneDNN.equal(plain.layout, layout) {
      memory = plain
      copy = nil
    } else {
      memory = Memory(layout)
      copy = Call(
        Primitive(reordering: plain.layout, into: layout), [(DNNL_ARG_FROM, plain), (DNNL_ARG_TO, memory)])
    }
  }

  /// Leads back into `plain`: `refresh` copies what a primitive left in `layout` to it.
  init(_ layout: dnnl_memory_desc_t, backInto plain: Memory) {
    if OneDNN.equal(plain.layout, layout) {
      memory = plain
      copy = nil
    } else {
      memory = Memory(layout)
      copy = Call(
        Primitive(reordering: layout, into: plain.layout), [(DNNL_ARG_FROM, memory), (DNNL_ARG_TO, plain)])
    }
  }

  func refresh(on stream: Stream) { copy?.run(on: stream) }
}
