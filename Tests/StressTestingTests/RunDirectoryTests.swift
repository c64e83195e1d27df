import Foundation
import TestSupport
import Testing

@testable import StressTesting

@Suite struct RunDirectoryTests {
  private static let manifest = #"{"schema": "kentledge-manifest/1"}"#

  @Test func nothingIsThereUntilTheRunIsWhole() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/runs/example"
    let directory = try RunDirectory(at: path, force: false)
    try directory.write(Self.manifest, to: RunDirectory.manifestName)
    #expect(!FileManager.default.fileExists(atPath: path))
    try directory.commit()
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [RunDirectory.manifestName])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/runs") == ["example"])
  }

  @Test func anEarlierRunIsReplacedAsAWhole() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/example"
    for name in ["old.txt", "new.txt"] {
      let directory = try RunDirectory(at: path, force: false)
      try directory.write(Self.manifest, to: RunDirectory.manifestName)
      try directory.write(name, to: name)
      try directory.commit()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["manifest.json", "new.txt"])
  }

  @Test func aDirectoryOfSomethingElseIsRefusedAndKept() throws {
    let scratch = try ScratchDirectory()
    let thesis = scratch.path + "/thesis.txt"
    try "ten years of work".write(toFile: thesis, atomically: true, encoding: .utf8)
    #expect { try RunDirectory(at: scratch.path, force: false) } throws: { error in
      (error as? OutputFailure)?.kind == .cannotCreate
    }
    #expect(FileManager.default.fileExists(atPath: thesis))
  }

  /// Web applications and extensions have a manifest.json of their own.
  @Test(arguments: ["{}", #"{"schema": "https://example.org/manifest"}"#, "not JSON"])
  func aManifestOfSomethingElseMakesNoRun(manifest: String) throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/" + RunDirectory.manifestName
    try manifest.write(toFile: path, atomically: true, encoding: .utf8)
    #expect { try RunDirectory(at: scratch.path, force: false) } throws: { error in
      (error as? OutputFailure)?.kind == .cannotCreate
    }
    #expect(FileManager.default.fileExists(atPath: path))
  }

  private func drawSomething(in directory: RunDirectory) throws -> String {
    let path = directory.blocks + "/paths/paths-00000000"
    try FileManager.default.createDirectory(atPath: directory.blocks + "/paths", withIntermediateDirectories: true)
    try "paths".write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func twoRunsIntoOnePlaceAreKeptApart() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/example"
    let first = try RunDirectory(at: path, force: false)
    #expect { try RunDirectory(at: path, force: true) } throws: { error in
      (error as? OutputFailure)?.kind == .busy && "\(error)".contains("\(getpid())")
    }
    first.discard()
    let second = try RunDirectory(at: path, force: false)
    second.discard()
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }

  @Test func whatAnInterruptedRunLeftIsTakenUpOnlyWhenAsked() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/example"
    let stopped = try RunDirectory(at: path, force: false)
    let paths = try drawSomething(in: stopped)
    try stopped.write("old", to: "report.md")
    #expect(stopped.leave())

    var notices: [String] = []
    let resumed = try RunDirectory(at: path, force: false, keepsPaths: true) { notices.append($0) }
    #expect(FileManager.default.fileExists(atPath: paths))
    #expect(!FileManager.default.fileExists(atPath: resumed.staging + "/report.md"))
    #expect(notices.isEmpty)
    #expect(resumed.leave())

    let fresh = try RunDirectory(at: path, force: false) { notices.append($0) }
    #expect(!FileManager.default.fileExists(atPath: paths))
    #expect(notices.count == 1 && notices[0].contains("--resume"))
    try fresh.write(Self.manifest, to: RunDirectory.manifestName)
    try fresh.commit()
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [RunDirectory.manifestName])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["example"])
  }

  @Test func nothingStaysOfARunThatDrewNothing() throws {
    let scratch = try ScratchDirectory()
    let directory = try RunDirectory(at: scratch.path + "/example", force: false)
    #expect(!directory.leave())
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }

  @Test func aDirectoryThatOnlyHasTheNameOfAnUnfinishedRunIsKept() throws {
    let scratch = try ScratchDirectory()
    let thesis = scratch.path + "/.example.partial/thesis.txt"
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/.example.partial", withIntermediateDirectories: true)
    try "ten years of work".write(toFile: thesis, atomically: true, encoding: .utf8)
    #expect { try RunDirectory(at: scratch.path + "/example", force: true) } throws: { error in
      (error as? OutputFailure)?.kind == .cannotCreate
    }
    #expect(FileManager.default.fileExists(atPath: thesis))
  }

  @Test func aLinkToNowhereIsRefusedBeforeTheRun() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
    #expect { try RunDirectory(at: path, force: false) } throws: { error in
      (error as? OutputFailure)?.kind == .cannotCreate
    }
  }

  @Test func discardLeavesWhatWasThere() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/example"
    let first = try RunDirectory(at: path, force: false)
    try first.write(Self.manifest, to: RunDirectory.manifestName)
    try first.commit()
    let second = try RunDirectory(at: path, force: false)
    try second.write("half", to: RunDirectory.manifestName)
    second.discard()
    #expect(try String(contentsOfFile: path + "/" + RunDirectory.manifestName, encoding: .utf8) == Self.manifest)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["example"])
  }

  @Test func shaOfTheStandardsExample() {
    // FIPS 180-4, example for "abc".
    #expect(
      Digest.sha256(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
