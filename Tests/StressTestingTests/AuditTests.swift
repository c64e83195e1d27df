import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

@Suite struct AuditTests {
  private static func write(_ result: StressTestResult, in scratch: ScratchDirectory) throws -> Manifest {
    try "figures".write(toFile: scratch.path + "/results.json", atomically: true, encoding: .utf8)
    let manifest = Manifest(
      of: result, outputs: [.init(file: "results.json", sha256: Digest.sha256(of: Array("figures".utf8)))], threads: 2,
      timings: [("draw", 1.5)])
    try manifest.encoded().write(toFile: scratch.path + "/manifest.json", atomically: true, encoding: .utf8)
    return try Manifest(in: scratch.path)
  }

  @Test func aManifestSaysWhatWasChanged() throws {
    let scratch = try ScratchDirectory()
    let result = try StressTestTests.shared.get()
    let manifest = try Self.write(result, in: scratch)
    #expect(manifest.runIdentity == result.runIdentity)
    #expect(manifest.build?.executable.count == 64)
    #expect(manifest.checkOutputs(in: scratch.path).map(\.state) == [.unchanged])
    #expect(manifest.checkInputs(in: repositoryFile("scenarios")).allSatisfy { $0.state == .unchanged })
    #expect(manifest.checkInputs(in: scratch.path).allSatisfy { $0.state == .missing })
    try "Figures".write(toFile: scratch.path + "/results.json", atomically: true, encoding: .utf8)
    #expect(manifest.checkOutputs(in: scratch.path).map(\.state) == [.changed])
  }

  @Test(arguments: [nil, "", "{}", #"{"schema": "https://example.org"}"#])
  func aManifestThatIsNoneIsRefused(text: String?) throws {
    let scratch = try ScratchDirectory()
    try text?.write(toFile: scratch.path + "/manifest.json", atomically: true, encoding: .utf8)
    #expect { try Manifest(in: scratch.path) } throws: {
      ($0 as? InvalidInput)?.kind == (text == nil ? .missing : .invalid)
    }
  }

  @Test func theProcessorIsReadAsLinuxDescribesIt() {
    let processor = Manifest.Processor(
      description: "processor\t: 0\nmodel name\t: Example 9000\nflags\t\t: fpu avx2 sse4_2 fma ht\n\nprocessor\t: 1\n")
    #expect(processor.model == "Example 9000")
    #expect(processor.features == ["sse4_2", "fma", "avx2"])
    #expect(Manifest.Processor(description: "").features == [])
  }

  @Test func provenanceTellsAnotherMachineFromAnotherRun() {
    func provenance(_ engine: String = "1", _ isa: String = "avx2", _ data: String = "a", _ file: String = "x")
      -> Provenance
    {
      Provenance(
        engine: engine, instructionSet: isa, cLibrary: "glibc",
        inputs: [.init(file: "s.yaml", sha256: file), .init(file: "d.csv", sha256: data)])
    }
    let one = provenance()
    #expect(one.differences(from: provenance("1", "avx2", "a", "y")) == [])
    #expect(provenance("1", "avx512").isOtherMachineOnly(than: one))
    #expect(provenance("1", "avx512").differences(from: one) == ["instruction set: avx512, not avx2"])
    #expect(!provenance("2").isOtherMachineOnly(than: one))
    #expect(!provenance("1", "avx2", "b").isOtherMachineOnly(than: one))
    #expect(provenance("1", "avx2", "b").differences(from: one) == ["d.csv has another content"])
  }

  @Test func figuresAreComparedAsCloselyAsAnotherProcessorAllows() throws {
    let old = try StressTestTests.shared.get()
    #expect(ResultComparison(old, with: old).verdict == .sameBits)
    let index = try #require(old.rows.firstIndex { $0.item == "loan_loss" && $0.statistic == "mean" })
    let breach = try #require(old.rows.firstIndex { $0.item == "breach" })
    func changed(_ index: Int, _ change: (Double) -> Double) -> ResultComparison {
      var new = old
      new.rows[index].value = change(old.rows[index].value!)
      return ResultComparison(new, with: old)
    }
    #expect(changed(index) { $0 * (1 + 5e-6) }.verdict == .close)
    #expect(changed(index) { $0 * (1 + 2e-5) + 1 }.verdict == .different)
    #expect(changed(breach) { $0 + 2 / 5_000 }.verdict == .close)
    #expect(changed(breach) { $0 + 3 / 5_000 }.verdict == .different)
    #expect(changed(index) { _ in .nan }.verdict == .different)
    var shorter = old
    shorter.rows.removeLast()
    #expect(ResultComparison(shorter, with: old).verdict == .different)
  }
}
