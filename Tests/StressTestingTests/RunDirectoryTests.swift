import Foundation
import TestSupport
import Testing

@testable import StressTesting

@Suite struct RunDirectoryTests {
  @Test func nothingIsThereUntilTheRunIsWhole() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/runs/example"
    let directory = try RunDirectory(at: path, force: false)
    try directory.write("{}", to: RunDirectory.manifestName)
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
      try directory.write("{}", to: RunDirectory.manifestName)
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

  @Test func discardLeavesWhatWasThere() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/example"
    let first = try RunDirectory(at: path, force: false)
    try first.write("{}", to: RunDirectory.manifestName)
    try first.commit()
    let second = try RunDirectory(at: path, force: false)
    try second.write("half", to: RunDirectory.manifestName)
    second.discard()
    #expect(try String(contentsOfFile: path + "/" + RunDirectory.manifestName, encoding: .utf8) == "{}")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["example"])
  }

  @Test func shaOfTheStandardsExample() {
    // FIPS 180-4, example for "abc".
    #expect(
      Digest.sha256(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
