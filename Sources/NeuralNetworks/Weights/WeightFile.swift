/// Named tensors and a string table, in the safetensors format
/// (https://huggingface.co/docs/safetensors): nothing in such a file is ever executed.
///
///     8 bytes   length of the header, little-endian
///     header    JSON: {"__metadata__": {…}, "name": {"dtype": "F32", "shape": […], "data_offsets": [begin, end]}, …}
///     rest      the numbers, little-endian, without gaps
///
/// Equal contents give equal bytes: wider number types first, then names in order of their UTF-8 bytes.
public struct WeightFile: Sendable, Equatable {
  public enum Values: Sendable, Equatable {
    case float32([Float])
    case float64([Double])

    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      }
    }

    var type: NumberType {
      switch self {
      case .float32: .float32
      case .float64: .float64
      }
    }
  }

  public struct Entry: Sendable, Equatable {
    public let name: String
    public let shape: [Int]
    public let values: Values
  }

  /// Number types that are read and written, by the format's own names.
  enum NumberType: String {
    case float32 = "F32"
    case float64 = "F64"

    var byteCount: Int { self == .float32 ? 4 : 8 }
  }

  /// In the order of the file.
  public private(set) var entries: [Entry] = []
  /// Free text by name; the model card goes here.
  public var metadata: [String: String]
  /// Named in errors: the path it was read from.
  public let source: String

  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
    source = "weights"
  }

  init(entries: [Entry], metadata: [String: String], source: String) {
    self.entries = entries
    self.metadata = metadata
    self.source = source
  }

  public static func == (a: WeightFile, b: WeightFile) -> Bool { a.entries == b.entries && a.metadata == b.metadata }

  /// - Precondition: the name is new and not `__metadata__`; as many values as the shape says, all finite.
  public mutating func insert(_ name: String, shape: [Int], _ values: Values) {
    precondition(name != "__metadata__" && !entries.contains { $0.name == name }, "tensor name '\(name)' is taken")
    let count = shape.reduce(1, *)
    precondition(values.count == count, "\(values.count) values for '\(name)', expected \(count) for \(shape)")
    precondition(Self.firstNotFinite(values) == nil, "'\(name)' holds a value that is not finite")
    entries.append(Entry(name: name, shape: shape, values: values))
    entries.sort { Self.isBefore($0, $1) }
  }

  public mutating func insert(_ name: String, _ tensor: Tensor) {
    insert(name, shape: tensor.shape, .float32(tensor.storage))
  }

  /// - Throws: when there is no such tensor, or it is not of 32-bit floats, or not of that shape.
  public func tensor(_ name: String, shape: [Int]? = nil) throws(WeightFileError) -> Tensor {
    let entry = try entry(name, .float32, shape)
    guard case .float32(let values) = entry.values else { preconditionFailure("'\(name)' changed its number type") }
    return Tensor(entry.shape, values)
  }

  /// - Throws: when there is no such tensor, or it is not of 64-bit floats, or not of that shape.
  public func doubles(_ name: String, shape: [Int]? = nil) throws(WeightFileError) -> [Double] {
    let entry = try entry(name, .float64, shape)
    guard case .float64(let values) = entry.values else { preconditionFailure("'\(name)' changed its number type") }
    return values
  }

  /// - Throws: when the string table has no such entry.
  public func text(_ key: String) throws(WeightFileError) -> String {
    guard let text = metadata[key] else {
      throw WeightFileError(.absent, file: source, found: "no metadata '\(key)'", expected: "one")
    }
    return text
  }

  private func entry(_ name: String, _ type: NumberType, _ shape: [Int]?) throws(WeightFileError) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw WeightFileError(
        .absent, file: source, tensor: name, found: "no such tensor", expected: "one of \(type.rawValue)")
    }
    guard entry.values.type == type else {
      throw WeightFileError(
        .numberType, file: source, tensor: name, found: entry.values.type.rawValue, expected: type.rawValue)
    }
    if let shape, shape != entry.shape {
      throw WeightFileError(
        .shape, file: source, tensor: name, found: "shape \(entry.shape)", expected: "\(shape)")
    }
    return entry
  }

  /// The order in which the format's own library writes.
  private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
    let widthA = a.values.type.byteCount
    let widthB = b.values.type.byteCount
    return widthA != widthB ? widthA > widthB : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
  }

  static func firstNotFinite(_ values: Values) -> (index: Int, value: Double)? {
    switch values {
    case .float32(let values): values.firstIndex { !$0.isFinite }.map { ($0, Double(values[$0])) }
    case .float64(let values): values.firstIndex { !$0.isFinite }.map { ($0, values[$0]) }
    }
  }
}
