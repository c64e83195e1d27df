import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import EarlyWarning

@Suite struct GrowingFileTests {
  private func append(_ text: String, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test func linesComeOnceAndWhole() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/table.csv"
    try append("one\ntw", to: path)
    var file = GrowingFile(path: path)
    #expect(try file.look().lines == [.init(number: 1, text: "one")])
    #expect(try file.look() == GrowingFile.News())
    try append("o\nthree\nfo", to: path)
    #expect(try file.look().lines == [.init(number: 2, text: "two"), .init(number: 3, text: "three")])
    #expect(try file.lastLine() == .init(number: 4, text: "fo"))
  }

  @Test func aShorterFileStartsAnew() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/table.csv"
    try append("one\ntwo\nthr", to: path)
    var file = GrowingFile(path: path)
    _ = try file.look()
    try Data("new\n".utf8).write(to: URL(filePath: path))
    let news = try file.look()
    #expect(news.isRestarted && news.lines == [.init(number: 1, text: "new")])
  }

  /// As a rotation does it: the old file is moved away, for a moment there is none, then another one comes.
  @Test func anotherFileUnderTheNameStartsAnew() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/table.csv"
    try append("one\n", to: path)
    var file = GrowingFile(path: path)
    _ = try file.look()
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    #expect(try file.look() == GrowingFile.News())
    try append("one\ntwo\n", to: path)
    let news = try file.look()
    #expect(news.isRestarted && news.lines.map(\.text) == ["one", "two"])
  }

  @Test func whatIsNoTextFileIsRefused() throws {
    let scratch = try ScratchDirectory()
    func kind(_ path: String) -> InvalidInput.Kind? {
      var file = GrowingFile(path: path)
      return #expect(throws: InvalidInput.self) { try file.look() }?.kind
    }
    #expect(kind(scratch.path + "/absent.csv") == .missing)
    #expect(kind(scratch.path) == .invalid)
    #expect(kind("/dev/zero") == .invalid)
    let path = scratch.path + "/bytes.csv"
    try Data([0x61, 0xFF, 0xFE, 10]).write(to: URL(filePath: path))
    #expect(kind(path) == .invalid)
    try Data(repeating: 0x61, count: 3 << 20).write(to: URL(filePath: path))
    #expect(kind(path) == .invalid)
  }
}
