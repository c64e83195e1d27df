import Foundation
import StressTesting
import TestSupport
import Testing

@testable import Reporting

/// The example reports that are shipped: each is what its own `results.json` renders to, byte for byte.
/// `kentledge report reports/<id>` renders them again after a change of the report.
@Suite struct CommittedReportTests {
  @Test(arguments: ["us-severely-adverse-2026", "us-severely-adverse-2024"])
  func isRenderedFromItsResults(id: String) throws {
    let directory = repositoryFile("reports/\(id)")
    let bytes = try #require(FileManager.default.contents(atPath: directory + "/results.json"))
    let result = try ResultsJSON.decode(Array(bytes))
    let markdown = MarkdownReport.render(result)
    let files =
      [("report.html", HTMLReport.render(result)), ("report.md", markdown.markdown)]
      + markdown.figures.map { ($0.name, $0.svg) }
    for (name, text) in files {
      #expect(try String(contentsOfFile: directory + "/" + name, encoding: .utf8) == text, "\(id)/\(name)")
    }
  }
}
