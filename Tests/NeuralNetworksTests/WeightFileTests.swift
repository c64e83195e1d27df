import Foundation
import NeuralNetworks
import Testing

@Suite struct WeightFileTests {
  /// What `Tests/ReferenceImplementations/safetensors_file.py` puts into its file.
  static var reference: WeightFile {
    var file = WeightFile(
      metadata: ["card": "{\"name\":\"loss rates\",\"note\":\"line\nbreak, tab\t, é, 😀, \\ \u{1}\"}"])
    file.insert("lstm0.bias", Tensor([8], (0..<8).map { Float($0) / 8 - 0.5 }))
    file.insert("dense1.weights", Tensor([2, 3], [0.1, -2.5, 3e-20, 1e20, 0, -0.0]))
    file.insert("residuals.scale", shape: [3], .float64([1.0 / 3, 2.5e-300, -1e300]))
    file.insert("empty", Tensor([0, 3]))
    file.insert("scalar", shape: [], .float64([7.25]))
    return file
  }

  private func temporaryPath(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)-\(name)").path
  }

  @Test func readsWhatTheReferenceLibraryWrote() throws {
    let file = try WeightFile(contentsOf: fixtures.appending(path: "reference.safetensors").path)
    #expect(file == Self.reference)
    #expect(try file.tensor("dense1.weights", shape: [2, 3]).storage[5].sign == .minus, "−0 keeps its sign")
  }

  @Test func writesTheBytesOfTheReferenceLibrary() throws {
    let expected = try [UInt8](Data(contentsOf: fixtures.appending(path: "reference.safetensors")))
    #expect(Self.reference.encoded() == expected)
  }

  @Test func bytesDoNotDependOnTheOrderOfInsertion() {
    var forth = WeightFile(metadata: ["b": "2", "a": "1", "c": "3"])
    var back = WeightFile(metadata: ["c": "3", "a": "1", "b": "2"])
    for number in 0..<9 { forth.insert("t\(number)", noise([2, 2], seed: UInt64(number))) }
    for number in (0..<9).reversed() { back.insert("t\(number)", noise([2, 2], seed: UInt64(number))) }
    #expect(forth.encoded() == back.encoded())
  }

  @Test func networkSurvivesTheDisk() throws {
    let members = (0..<2).map {
      NeuralNetwork.stackedLSTM(inputs: 18, hidden: [16, 8], outputs: 5, seed: UInt64($0))
    }
    var file = WeightFile(metadata: ["card": "{}"])
    for (index, member) in members.enumerated() { file.insert(member, prefix: "member\(index).") }
    let path = temporaryPath("members.safetensors")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    let read = try WeightFile(contentsOf: path)
    #expect(read == file)
    for (index, member) in members.enumerated() { #expect(try read.network(prefix: "member\(index).") == member) }
    let left = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path)
    #expect(!left.contains { $0.contains(URL(filePath: path).lastPathComponent) && $0.hasSuffix(".partial") })
  }

  @Test func saysWhatIsMissingOrOfAnotherShape() throws {
    let file = try WeightFile(contentsOf: fixtures.appending(path: "reference.safetensors").path)
    let absent = try #require(throws: WeightFileError.self) { try file.tensor("head.bias") }
    #expect(absent.cause == .absent)
    let type = try #require(throws: WeightFileError.self) { try file.doubles("lstm0.bias") }
    #expect(type.cause == .numberType)
    let shape = try #require(throws: WeightFileError.self) { try file.tensor("lstm0.bias", shape: [16]) }
    #expect(shape.description.hasSuffix("reference.safetensors: tensor 'lstm0.bias': found shape [8], expected [16]"))
    let network = try #require(throws: WeightFileError.self) { try file.network() }
    #expect(network.cause == .absent)
    let text = try #require(throws: WeightFileError.self) { try file.text("licence") }
    #expect(text.cause == .absent)
  }

  @Test func refusesLayersThatDoNotFit() throws {
    var file = WeightFile()
    file.insert("lstm0.input_weights", noise([3, 16], seed: 1))
    file.insert("lstm0.recurrent_weights", noise([4, 16], seed: 2))
    file.insert("lstm0.bias", noise([16], seed: 3))
    file.insert("dense1.weights", noise([5, 2], seed: 4))
    file.insert("dense1.bias", noise([2], seed: 5))
    let error = try #require(throws: WeightFileError.self) { try file.network() }
    #expect(error.cause == .shape && error.tensor == "dense1.weights", "\(error)")

    var good = WeightFile()
    good.insert(NeuralNetwork.stackedLSTM(inputs: 3, hidden: [4], outputs: 2, seed: 1))
    let inputs = try #require(throws: WeightFileError.self) { try good.network(inputs: 18) }
    #expect(inputs.cause == .shape && inputs.tensor == "lstm0.input_weights", "\(inputs)")
    let outputs = try #require(throws: WeightFileError.self) { try good.network(outputs: 5) }
    #expect(outputs.cause == .shape && outputs.found == "2 outputs" && outputs.expected == "5", "\(outputs)")
  }

  @Test func saysWhichFileCannotBeReadOrWritten() throws {
    let missing = try #require(throws: WeightFileError.self) { try WeightFile(contentsOf: "/nowhere/w.safetensors") }
    #expect(missing.cause == .unreadable && missing.file == "/nowhere/w.safetensors")
    let directory = try #require(throws: WeightFileError.self) { try WeightFile(contentsOf: "/tmp") }
    #expect(directory.cause == .unreadable)
    let unwritable = try #require(throws: WeightFileError.self) {
      try Self.reference.write(to: "/nowhere/w.safetensors")
    }
    #expect(unwritable.cause == .unwritable)
  }
}

/// Files made to break a reader: each must be refused for the right reason, and none may end the program.
@Suite struct BrokenWeightFileTests {
  typealias Case = (name: String, bytes: [UInt8], cause: WeightFileError.Cause)

  static func file(_ header: String, numbers: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + numbers
  }

  static func one(_ description: String, numbers: Int = 4) -> [UInt8] {
    file("{\"w\":\(description)}", numbers: [UInt8](repeating: 0, count: numbers))
  }

  static let cases: [Case] = [
    ("nothing", [], .truncated),
    ("half a length", [1, 0, 0], .truncated),
    ("a length without a header", [16, 0, 0, 0, 0, 0, 0, 0], .truncated),
    ("a length beyond counting", [UInt8](repeating: 255, count: 8), .malformedHeader),
    ("a header beyond the limit", [0, 0, 0, 2, 0, 0, 0, 0], .malformedHeader),
    ("an empty header", file(""), .malformedHeader),
    ("a list for a header", file("[]"), .malformedHeader),
    ("no JSON", file("tensor"), .malformedHeader),
    ("text after the header", file("{} {}"), .malformedHeader),
    ("an open string", file("{\"w"), .malformedHeader),
    ("an open object", file("{\"w\":{\"dtype\":\"F32\""), .malformedHeader),
    ("a comma too many", one("{\"dtype\":\"F32\",\"shape\":[1,],\"data_offsets\":[0,4]}"), .malformedHeader),
    ("endless nesting", file(String(repeating: "[", count: 100_000)), .malformedHeader),
    ("nested objects", file(String(repeating: "{\"a\":", count: 100_000)), .malformedHeader),
    ("bytes that are no text", file("{\"") + [], .malformedHeader),
    ("half a surrogate", file("{\"\\ud800\":{}}"), .malformedHeader),
    ("a control character", file("{\"a\nb\":{}}"), .malformedHeader),
    ("metadata that is no table", file("{\"__metadata__\":[]}"), .malformedHeader),
    ("metadata that is no text", file("{\"__metadata__\":{\"a\":1}}"), .malformedHeader),
    (
      "a name twice",
      file(
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
          + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        numbers: [UInt8](repeating: 0, count: 8)),
      .malformedHeader
    ),
    ("a tensor that is a number", one("7"), .malformedHeader),
    ("no shape", one("{\"dtype\":\"F32\",\"data_offsets\":[0,4]}"), .malformedHeader),
    ("an extra key", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}"), .malformedHeader),
    ("a negative size", one("{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}"), .malformedHeader),
    ("a broken size", one("{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}"), .malformedHeader),
    ("another number type", one("{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}"), .numberType),
    ("no number type", one("{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}"), .malformedHeader),
    ("too few bytes for the shape", one("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}"), .shape),
    ("too many bytes for the type", one("{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}"), .shape),
    (
      "a shape that overflows",
      one("{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,0]}"), .shape
    ),
    (
      "an offset that overflows", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}"),
      .offsets
    ),
    ("one offset", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}"), .offsets),
    ("offsets in reverse", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}"), .offsets),
    ("numbers cut off", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", numbers: 3), .truncated),
    ("numbers left over", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", numbers: 5), .offsets),
    ("a gap before", one("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}", numbers: 8), .offsets),
    (
      "shared bytes",
      file(
        "{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        numbers: [UInt8](repeating: 0, count: 12)),
      .offsets
    ),
    (
      "not a number",
      file("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", numbers: [0, 0, 0xC0, 0x7F]), .notFinite
    ),
    (
      "an infinity",
      file(
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", numbers: [0, 0, 0, 0, 0, 0, 0xF0, 0xFF]),
      .notFinite
    ),
  ]

  @Test(arguments: cases.indices)
  func isRefused(_ index: Int) throws {
    let (name, bytes, cause) = Self.cases[index]
    let error = try #require(throws: WeightFileError.self, "\(name)") { try WeightFile(bytes, source: "w.safetensors") }
    #expect(error.cause == cause, "\(name): \(error)")
    #expect(error.file == "w.safetensors")
    if [.numberType, .shape, .notFinite].contains(cause) { #expect(error.tensor == "w", "\(name): \(error)") }
  }

  @Test func textThatIsNotUTF8IsRefused() throws {
    var bytes = Self.file("{\"ab\":{}}")
    bytes[10] = 0xFF
    let error = try #require(throws: WeightFileError.self) { try WeightFile(bytes, source: "w.safetensors") }
    #expect(error.cause == .malformedHeader)
  }

  /// Every byte of a good file changed in turn, and the file cut at every length: an error or a file, never a crash.
  @Test func noSingleChangeEndsTheProgram() {
    let good = WeightFileTests.reference.encoded()
    var refused = 0
    for position in good.indices {
      for change in [UInt8(0x01), 0x80, 0xFF] {
        var bytes = good
        bytes[position] ^= change
        if (try? WeightFile(bytes, source: "w.safetensors")) == nil { refused += 1 }
      }
      #expect((try? WeightFile(Array(good[..<position]), source: "w.safetensors")) == nil, "cut at \(position)")
    }
    #expect(refused > good.count)
  }
}
