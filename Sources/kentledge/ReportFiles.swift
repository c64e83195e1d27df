import Reporting
import StressTesting

/// The files of a report, by name: everything in a run's directory but the manifest.
enum ReportFiles {
  static func render(_ result: StressTestResult) throws -> [(name: String, text: String)] {
    let markdown = MarkdownReport.render(result)
    return [
      ("results.json", try ResultsJSON.encode(result)), ("report.html", HTMLReport.render(result)),
      ("report.md", markdown.markdown),
    ] + markdown.figures.map { (name: $0.name, text: $0.svg) }
  }
}
