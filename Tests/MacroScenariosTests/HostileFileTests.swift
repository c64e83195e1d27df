import Foundation
import Testing

@testable import MacroScenarios

@Suite("Files that no author meant to write")
struct HostileFileTests {
  private static let bom = Data([0xEF, 0xBB, 0xBF])

  @Test("a byte-order mark and Windows line ends change nothing, not even places")
  func windows() throws {
    let folder = try ScenarioFolder()
    let text = ScenarioFolder.sound.replacingOccurrences(of: "\n", with: "\r\n")
    try folder.write(Self.bom + Data(text.utf8), to: "scenario.yaml")
    let windows = try folder.load()
    try folder.write(ScenarioFolder.sound, to: "scenario.yaml")
    let unix = try folder.load()
    #expect(windows.central == unix.central)
    #expect(windows.settings == unix.settings)

    let broken = ScenarioFolder.sound(replacing: "dynamics: var1", with: "dynamic: var1")
    try folder.write(Self.bom + Data(broken.replacingOccurrences(of: "\n", with: "\r\n").utf8), to: "scenario.yaml")
    let found = folder.problems().diagnostics.first
    #expect(found?.place.line == 28 && found?.place.column == 3)
    #expect(found?.excerpt?.text == "  dynamic: var1")
  }

  static let hostile: [(name: String, code: String, bytes: Data)] = {
    func text(_ text: String) -> Data { Data(text.utf8) }
    let bomb =
      "a: &a [x, x, x, x, x, x, x, x, x]\n"
      + zip("bcdefghij", "abcdefghi").map { new, old in
        "\(new): &\(new) [" + Array(repeating: "*\(old)", count: 9).joined(separator: ", ") + "]\n"
      }.joined()
    let keyBomb =
      "a: &a [x, x]\n" + zip("bcdefghijklmnop", "abcdefghijklmno").map { "\($0): &\($0) [*\($1), *\($1)]\n" }.joined()
      + "? *p\n: 1\n"
    return [
      ("empty", "S010", text("")),
      ("only a comment", "S010", text("# nothing\n")),
      ("a list", "S010", text("- 1\n- 2\n")),
      ("a word", "S010", text("hello")),
      ("NUL", "S003", text("schema: kentledge/1\nid: a\u{0}b\n")),
      ("Latin-1", "S003", Data([0x69, 0x64, 0x3A, 0x20, 0xE9, 0x0A])),
      ("UTF-16", "S003", "schema: kentledge/1\n".data(using: .utf16LittleEndian) ?? Data()),
      ("private characters", "S003", text("\u{E001}: 1\n")),
      ("tab", "S003", text("schema: kentledge/1\nsimulation:\n\tpaths: 1\n")),
      ("unclosed quote", "S003", text("schema: \"kentledge/1\n")),
      ("unclosed bracket", "S003", text("schema: [\n")),
      ("alias bomb", "S005", text(bomb)),
      ("alias bomb as a key", "S005", text(keyBomb)),
      ("self alias", "S005", text("a: &a [*a]\n")),
      ("undefined alias", "S005", text("a: *b\n")),
      ("deep flow", "S003", text(String(repeating: "[", count: 200_000))),
      (
        "closed deep flow", "S004",
        text("a: " + String(repeating: "[", count: 300) + String(repeating: "]", count: 300))
      ),
      ("deep block", "S003", text((0..<1200).map { String(repeating: " ", count: $0) + "a:\n" }.joined())),
      ("many values", "S004", text("a: [" + String(repeating: "1,", count: 200_000) + "]")),
      ("ten megabytes", "S002", text(String(repeating: "key: value\n", count: 1_000_000))),
      ("a megabyte of one key", "S009", text(String(repeating: "key: value\n", count: 90_000))),
      ("one long line", "S006", text("schema: " + String(repeating: "x", count: 1_000_000))),
      ("long deep error", "S003", text("a: {" + String(repeating: "x ", count: 400_000) + ": [}")),
      (
        "40,000 unknown keys", "S014",
        text("schema: kentledge/1\n" + (0..<40_000).map { "sampling_\($0): 1\n" }.joined())
      ),
      (
        "many shocks", "S015",
        text("schema: kentledge/1\nshocks: [" + String(repeating: "{id: a},", count: 20_000) + "]")
      ),
      ("40,000 keys twice", "S009", text((0..<40_000).map { "k\($0): 1\n" }.joined() + "k0: 1\nk1: 2\n")),
      ("many anchors", "S005", text("a: [" + (0..<90_000).map { "&a\($0) 1," }.joined() + "]")),
      (
        "many bad checks", "S043",
        text("schema: kentledge/1\nchecks: [" + (0..<20_000).map { "{id: a\($0), assert: x}," }.joined() + "]")
      ),
      ("mapping as key", "S010", text("{{a: 1}: 2}\n")),
    ]
  }()

  @Test("a clear error within two seconds", arguments: hostile.indices)
  func refused(_ index: Int) throws {
    let (name, code, bytes) = Self.hostile[index]
    let folder = try ScenarioFolder()
    try folder.write(bytes, to: "scenario.yaml")
    var found = InvalidInput(.invalid, [])
    let time = processorTime { found = folder.problems() }
    #expect(time < 2, "\(name) took \(time) s")
    #expect(found.diagnostics.contains { $0.code == code }, "\(name): \(found.text().prefix(600))")
    #expect(found.text().utf8.count < 20_000, "\(name): the message is as long as the file")
  }

  @Test("two long files merge within two seconds")
  func longMerge() throws {
    let folder = try ScenarioFolder()
    let keys = (0..<40_000).map { "k\($0): 1\n" }.joined()
    try folder.write("schema: kentledge/1\n" + keys, to: "base.yaml")
    try folder.write("schema: kentledge/1\nextends: base.yaml\n" + keys, to: "scenario.yaml")
    let time = processorTime { #expect(folder.problems().omittedCount > 39_000) }
    #expect(time < 2, "took \(time) s")
  }

  @Test("folders, pipes and devices are not read")
  func notRegular() throws {
    let folder = try ScenarioFolder()
    #expect(mkfifo("\(folder.path)/pipe.yaml", 0o600) == 0)
    #expect(folder.problems("pipe.yaml").diagnostics.first?.code == "S001")
    #expect(folder.problems("data").diagnostics.first?.code == "S001")
    try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/zero.yaml", withDestinationPath: "/dev/zero")
    #expect(folder.problems("zero.yaml").diagnostics.first?.code == "S001")
    #expect(folder.problems("a\u{0}b.yaml").diagnostics.first?.code == "S001")
  }

  @Test("what an author wrote cannot steer the reader's terminal")
  func escapes() throws {
    let folder = try ScenarioFolder()
    try folder.write(
      ScenarioFolder.sound(replacing: "severity: adverse", with: "severity: \"\\e[31mred\\u202e\""), to: "scenario.yaml"
    )
    let text = folder.problems().text()
    #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{202E}"))
  }

  /// Damage of every kind, always the same: what loads or what is refused does not matter, only that it ends well.
  @Test("mutated files never crash", arguments: 0..<8)
  func mutations(_ series: Int) throws {
    let folder = try ScenarioFolder()
    let sound = Array(ScenarioFolder.sound.utf8)
    var state = UInt64(series) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let pieces = [
      "{", "}", "[", "]", ":", "- ", "&a ", "*a", "!!str ", "|", ">", "\"", "'", "#", "\t", "\r", "%", "\u{FEFF}", "é",
      "? ", "1e999", "-", "\n\n  ",
    ]
    for _ in 0..<40 {
      var bytes = sound
      for _ in 0...next(4) {
        let position = next(bytes.count)
        switch next(5) {
        case 0: bytes[position] = UInt8(next(256))
        case 1: bytes.removeSubrange(position..<min(bytes.count, position + next(20)))
        case 2: bytes.insert(contentsOf: Array(pieces[next(pieces.count)].utf8), at: position)
        case 3: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + next(60))], at: next(bytes.count))
        default: bytes.removeSubrange((position / 2 + bytes.count / 2)...)
        }
      }
      try folder.write(Data(bytes), to: "scenario.yaml")
      do {
        let scenario = try folder.load()
        #expect(scenario.central.count == scenario.horizon * 16 && scenario.central.allSatisfy(\.isFinite))
      } catch {
        #expect(!error.diagnostics.isEmpty && !error.text().isEmpty)
      }
    }
  }
}
