import MacroScenarios
import Reporting
import StressTesting

/// The files of a report, by name: everything in a run's directory but the manifest.
enum ReportFiles {
  /// `results.json` is always there, because the others are made from it.
  static func render(
    _ result: StressTestResult, formats: [MacroScenarios.Report.Format]
  ) throws -> [(name: String, text: String)] {
    var files = [(name: "results.json", text: try ResultsJSON.encode(result))]
    guard formats.contains(.html) || formats.contains(.md) else { return files }
    let report = ReportDocument(result)
    if formats.contains(.html) { files.append(("report.html", HTMLReport.render(report))) }
    if formats.contains(.md) {
      let markdown = MarkdownReport.render(report)
      files.append(("report.md", markdown.markdown))
      files += markdown.figures.map { (name: $0.name, text: $0.svg) }
    }
    return files
  }
}
