extension WeightFile {
  /// Largest header that is read; the reference library allows 100 MB.
  static let headerLimit = 16 << 20

  /// Reads bytes that may have been made to harm: every length is checked before it is used.
  /// - Parameter source: named in errors.
  public init(_ bytes: [UInt8], source: String) throws(WeightFileError) {
    let header = try Self.header(bytes, source)
    let start = 8 + header.length
    var metadata: [String: String] = [:]
    var spans: [TensorSpan] = []
    for (name, value) in header.members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, source)
      } else {
        spans.append(try TensorSpan(name, value, source))
      }
    }
    spans.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try Self.checkCover(spans, byteCount: bytes.count - start, source)
    var entries: [Entry] = []
    for span in spans {
      let values = Self.values(bytes[start + span.begin..<start + span.end], span.type)
      if let (index, value) = Self.firstNotFinite(values) {
        throw WeightFileError(
          .notFinite, file: source, tensor: span.name, found: "\(value) at position \(index)",
          expected: "finite numbers")
      }
      entries.append(Entry(name: span.name, shape: span.shape, values: values))
    }
    self.init(entries: entries, metadata: metadata, source: source)
  }

  private static func header(
    _ bytes: [UInt8], _ source: String
  ) throws(WeightFileError) -> (length: Int, members: [(String, JSONValue)]) {
    guard bytes.count >= 8 else {
      throw WeightFileError(.truncated, file: source, found: "\(bytes.count) bytes", expected: "8 or more")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(headerLimit) else {
      throw WeightFileError(
        .malformedHeader, file: source, found: "a header of \(length) bytes", expected: "at most \(headerLimit)")
    }
    guard Int(length) <= bytes.count - 8 else {
      throw WeightFileError(
        .truncated, file: source, found: "\(bytes.count - 8) bytes after the length",
        expected: "a header of \(length)")
    }
    let value: JSONValue
    do throws(JSONValue.Malformed) {
      value = try JSONValue(bytes[8..<8 + Int(length)])
    } catch {
      throw WeightFileError(
        .malformedHeader, file: source, found: "\(error.found) at byte \(error.offset)", expected: error.expected)
    }
    guard case .object(let members) = value else {
      throw WeightFileError(
        .malformedHeader, file: source, found: "a header that is \(value.kind)", expected: "an object")
    }
    return (Int(length), members)
  }

  private static func metadata(_ value: JSONValue, _ source: String) throws(WeightFileError) -> [String: String] {
    guard case .object(let members) = value else {
      throw WeightFileError(
        .malformedHeader, file: source, found: "__metadata__ that is \(value.kind)", expected: "an object")
    }
    var result: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let text) = value else {
        throw WeightFileError(
          .malformedHeader, file: source, found: "metadata '\(key)' that is \(value.kind)", expected: "a string")
      }
      result[key] = text
    }
    return result
  }

  /// Every byte belongs to exactly one tensor.
  private static func checkCover(_ spans: [TensorSpan], byteCount: Int, _ source: String) throws(WeightFileError) {
    var reached = 0
    for span in spans {
      guard span.end <= byteCount else {
        throw WeightFileError(
          .truncated, file: source, tensor: span.name, found: "\(byteCount) bytes of numbers",
          expected: "\(span.end) or more")
      }
      guard span.begin == reached else {
        throw WeightFileError(
          .offsets, file: source, tensor: span.name, found: "first byte \(span.begin)",
          expected: "\(reached), where the tensor before it ends")
      }
      reached = span.end
    }
    guard reached == byteCount else {
      throw WeightFileError(
        .offsets, file: source, found: "\(byteCount) bytes of numbers",
        expected: "\(reached), where the last tensor ends")
    }
  }

  private static func values(_ bytes: ArraySlice<UInt8>, _ type: NumberType) -> Values {
    bytes.withUnsafeBytes { raw in
      switch type {
      case .float32:
        .float32(
          (0..<raw.count / 4).map {
            Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
          })
      case .float64:
        .float64(
          (0..<raw.count / 8).map {
            Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
          })
      }
    }
  }
}

/// What the header says about one tensor, checked against itself but not yet against the file.
private struct TensorSpan {
  let name: String
  let type: WeightFile.NumberType
  let shape: [Int]
  let begin: Int
  let end: Int

  init(_ name: String, _ value: JSONValue, _ source: String) throws(WeightFileError) {
    func failure(_ cause: WeightFileError.Cause, _ found: String, _ expected: String) -> WeightFileError {
      WeightFileError(cause, file: source, tensor: name, found: found, expected: expected)
    }
    guard case .object(let members) = value else { throw failure(.malformedHeader, value.kind, "an object") }
    let keys = members.map(\.0).sorted()
    guard keys == ["data_offsets", "dtype", "shape"] else {
      throw failure(.malformedHeader, "keys \(keys)", "data_offsets, dtype and shape")
    }
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    for (key, value) in members {
      switch key {
      case "dtype": typeName = value.text
      case "shape": shape = value.naturalNumbers
      default: offsets = value.naturalNumbers
      }
    }
    guard let typeName else { throw failure(.malformedHeader, "a dtype that is no string", "F32 or F64") }
    guard let type = WeightFile.NumberType(rawValue: typeName) else {
      throw failure(.numberType, "dtype '\(typeName.prefix(20))'", "F32 or F64")
    }
    guard let shape else {
      throw failure(.malformedHeader, "a shape that is no list of numbers", "a list of whole numbers of 0 or more")
    }
    guard let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
      throw failure(.offsets, "data_offsets \(offsets.map { "\($0)" } ?? "that are no numbers")", "[begin, end]")
    }
    var byteCount = type.byteCount
    for size in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: size)
      guard !overflow else { throw failure(.shape, "shape \(shape)", "a size that can be counted") }
      byteCount = product
    }
    guard byteCount == offsets[1] - offsets[0] else {
      throw failure(
        .shape, "\(offsets[1] - offsets[0]) bytes", "\(byteCount) for shape \(shape) of \(type.rawValue)")
    }
    self.name = name
    self.type = type
    self.shape = shape
    begin = offsets[0]
    end = offsets[1]
  }
}
