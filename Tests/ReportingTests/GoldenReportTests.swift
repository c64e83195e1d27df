import Foundation
import Reporting
import StressTesting
import Testing

/// The small invented result, rendered and compared byte for byte with the files in `Golden`.
///
/// `RECORD_GOLDEN=1` writes them anew and fails, so that nobody records without looking at the difference.
@Suite struct GoldenReportTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")

  static func files(of result: StressTestResult) throws -> [(name: String, text: String)] {
    let report = MarkdownReport.render(result)
    return [
      ("results.json", try ResultsJSON.encode(result)), ("report.html", HTMLReport.render(result)),
      ("report.md", report.markdown),
    ] + report.figures.map { ($0.name, $0.svg) }
  }

  @Test func smallReportIsAsRecorded() throws {
    let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"
    let files = try Self.files(of: SyntheticResult.small)
    for (name, text) in files {
      let place = Self.folder.appendingPathComponent(name)
      if isRecording {
        try Data(text.utf8).write(to: place)
        continue
      }
      let recorded = String(decoding: try Data(contentsOf: place), as: UTF8.self)
      let difference = zip(text.split(separator: "\n"), recorded.split(separator: "\n")).first { $0 != $1 }
      #expect(
        text == recorded, "\(name): calculated \(difference?.0 ?? "another length"), expected \(difference?.1 ?? "")")
    }
    #expect(!isRecording, "recorded anew: look at the difference, then run without RECORD_GOLDEN")
    let present = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(present == files.map(\.name).sorted(), "files in Golden that no report has, or the other way round")
  }

  /// What the command `report` does: the files are made from `results.json` alone.
  @Test func reportFromReadBackResultIsTheSame() throws {
    let text = try ResultsJSON.encode(SyntheticResult.full)
    let again = try ResultsJSON.decode(Array(text.utf8))
    let first = try Self.files(of: SyntheticResult.full)
    let second = try Self.files(of: again)
    #expect(first.map(\.text) == second.map(\.text))
    if let folder = ProcessInfo.processInfo.environment["REPORT_PREVIEW"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in first { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    }
  }
}
