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

  /// In a container every run may have the same process number.
  @Test func whatAKilledRunLeftIsNotTakenUp() throws {
    let scratch = try ScratchDirectory()
    let killed = try RunDirectory(at: scratch.path + "/example", force: false)
    try killed.write("old", to: "report.md")
    let next = try RunDirectory(at: scratch.path + "/example", force: false)
    #expect(next.staging != killed.staging)
    try next.write(Self.manifest, to: RunDirectory.manifestName)
    try next.commit()
    #expect(try FileManager.default.contentsOfDirectory(atPath: next.destination) == [RunDirectory.manifestName])
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
