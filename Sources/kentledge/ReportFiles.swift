import Dispatch
import MacroScenarios
import Reporting
import StressTesting
import Synchronization

/// The files of a report, by name: everything in a run's directory but the manifest.
enum ReportFiles {
  /// `results.json` is always there, because the others are made from it.
  /// - Parameter threads: with two or more, what does not need one another is made at once.
  static func render(
    _ result: StressTestResult, formats: [MacroScenarios.Report.Format], threads: Int = 1
  ) throws -> [(name: String, text: String)] {
    guard formats.contains(.html) || formats.contains(.md) else {
      return [(name: "results.json", text: try ResultsJSON.encode(result))]
    }
    let (results, report) = atOnce(
      threads, { Result { () throws(InvalidInput) in try ResultsJSON.encode(result) } }, { ReportDocument(result) })
    let (page, markdown) = atOnce(
      threads, { formats.contains(.html) ? HTMLReport.render(report) : nil },
      { formats.contains(.md) ? MarkdownReport.render(report) : nil })
    var files = [(name: "results.json", text: try results.get())]
    if let page { files.append(("report.html", page)) }
    if let markdown {
      files.append(("report.md", markdown.markdown))
      files += markdown.figures.map { (name: $0.name, text: $0.svg) }
    }
    return files
  }

  private static func atOnce<First: Sendable, Second: Sendable>(
    _ threads: Int, _ first: @Sendable () -> First, _ second: @Sendable () -> Second
  ) -> (First, Second) {
    guard threads > 1 else { return (first(), second()) }
    let made = Mutex<(First?, Second?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      if index == 0 {
        let value = first()
        made.withLock { $0.0 = value }
      } else {
        let value = second()
        made.withLock { $0.1 = value }
      }
    }
    return made.withLock { ($0.0!, $0.1!) }
  }
}
