import Foundation
import TestSupport
import Testing

@testable import kentledge

@Suite struct ImputeCommandTests {
  /// The shipped history with one value taken out, in a folder of its own.
  private func withTable(_ body: (_ table: String, _ folder: String) throws -> Void) throws {
    let folder = try ScratchDirectory()
    let table = folder.path + "/history.csv"
    let text = try String(contentsOfFile: repositoryFile("scenarios/data/us-macro-history.csv"), encoding: .utf8)
    try text.replacing("\n2004Q2,3.1,", with: "\n2004Q2,,").write(toFile: table, atomically: true, encoding: .utf8)
    try withExtendedLifetime(folder) { try body(table, folder.path) }
  }

  @Test func twoFilesAreWrittenAndTheTableIsNot() throws {
    try withTable { table, folder in
      let before = try String(contentsOfFile: table, encoding: .utf8)
      let outcome = try Program.run("impute", table)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try String(contentsOfFile: table, encoding: .utf8) == before)
      let completed = try String(contentsOfFile: folder + "/history-completed.csv", encoding: .utf8)
      let list = try String(contentsOfFile: folder + "/history-completed-list.csv", encoding: .utf8)
      #expect(completed.contains("\n2004Q2,") && !completed.contains("\n2004Q2,,"))
      #expect(list.contains(",2004Q2,real_gdp_growth,filled,"))
      #expect(outcome.output.contains("1 value filled"))
      // Neither the table nor what is there already is replaced by mistake.
      let again = try Program.run("impute", table), inPlace = try Program.run("impute", table, "--force", "-o", table)
      #expect(again.code == 73 && inPlace.code == 73)
      #expect(
        try Program.run("impute", table, "--force", "--quiet", "--json").output.contains("\"schema_version\" : 1"))
      #expect(try String(contentsOfFile: table, encoding: .utf8) == before)
    }
  }

  @Test func exitCodesAreThoseDocumented() throws {
    try withTable { table, folder in
      #expect(try Program.run("impute", folder + "/none.csv").code == 66)
      #expect(try Program.run("impute", table, "--model", folder + "/none.safetensors").code == 66)
      #expect(try Program.run("impute", table, "--model", table).code == 65)
      #expect(try Program.run("impute", table, "--multiple", "0").code == 64)
      let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
      try (lines + [lines[lines.count - 1]]).joined(separator: "\n").write(
        toFile: table, atomically: true, encoding: .utf8)
      let twice = try Program.run("impute", table)
      #expect(twice.code == 65 && twice.errors.contains("T016"))
    }
  }
}
