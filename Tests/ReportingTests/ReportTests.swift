import Foundation
import FoundationXML
import NeuralNetworks
import StressTesting
import Testing

@testable import Reporting

@Suite struct ReportTests {
  static let full = HTMLReport.render(SyntheticResult.full)

  // MARK: One file that asks for nothing

  @Test func pageHoldsNoScriptStyleAttributeOrAddress() {
    for forbidden in ["<script", " style=", "http://", "https://", " src=", "javascript:", "@import", "url("] {
      #expect(!Self.full.contains(forbidden), "the page holds \(forbidden)")
    }
    #expect(Self.full.range(of: #" on[a-z]+="#, options: .regularExpression) == nil, "the page holds an event handler")
  }

  /// The policy names the very bytes between the style tags; the digest is another program's.
  @Test func policyNamesTheStyleSheet() throws {
    let start = try #require(Self.full.range(of: "<style>")).upperBound
    let end = try #require(Self.full.range(of: "</style>")).lowerBound
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("style-\(UUID().uuidString).css")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(Self.full[start..<end].utf8).write(to: file)
    let sum = Process()
    let output = Pipe()
    sum.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    sum.arguments = ["sha256sum", file.path]
    sum.standardOutput = output
    try sum.run()
    sum.waitUntilExit()
    let digits = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).prefix(64)
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    #expect(Self.full.contains("style-src &#39;sha256-\(Data(bytes).base64EncodedString())&#39;;"))
  }

  @Test func thirtyTwoBanksStayBelowTwoMegabytes() {
    #expect(
      Self.full.utf8.count < 2_000_000, "the page has \(Self.full.utf8.count) bytes, expected less than 2,000,000")
  }

  // MARK: Everyone can read it

  @Test func pageIsWellFormedWithUniqueIdentifiers() throws {
    let body = Self.full.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
      .replacingOccurrences(of: #"(<meta [^>]*)>"#, with: "$1/>", options: .regularExpression)
    let reader = ElementReader()
    let parser = XMLParser(data: Data(body.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    #expect(Set(reader.identifiers).count == reader.identifiers.count)
    #expect(reader.references.allSatisfy(Set(reader.identifiers).contains), "a reference leads nowhere")
    let pictures = reader.elements.filter { $0.name == "svg" }
    #expect(pictures.count >= 14)
    #expect(pictures.allSatisfy { $0.attributes["role"] == "img" && $0.attributes["aria-labelledby"] != nil })
    #expect(reader.elements.filter { $0.name == "title" }.count == pictures.count + 1)
    #expect(reader.elements.filter { $0.name == "desc" }.count == pictures.count)
    let tables = reader.elements.filter { $0.name == "table" }.count
    #expect(reader.elements.filter { $0.name == "caption" }.count == tables)
    #expect(reader.elements.filter { $0.name == "th" }.allSatisfy { $0.attributes["scope"] != nil })
  }

  @Test func everyFigureHasItsTableBesideIt() {
    for figure in Document(SyntheticResult.full).figures {
      #expect(!figure.tables.isEmpty, "\(figure.name) has no table")
      #expect(figure.panels.allSatisfy { !$0.title.isEmpty && !$0.description.isEmpty && !$0.shapes.isEmpty })
    }
  }

  @Test func chartFilesAreWellFormedPictures() {
    for figure in MarkdownReport.render(SyntheticResult.full).figures {
      let parser = XMLParser(data: Data(figure.svg.utf8))
      #expect(parser.parse(), "\(figure.name): \(String(describing: parser.parserError))")
      #expect(figure.svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""))
    }
  }

  // MARK: What an author writes stays text

  @Test func authorTextIsEscapedEverywhere() throws {
    var result = SyntheticResult.small
    let attack = "<script>alert('1')</script> & \"x\" | `y` *z*\u{202E}\u{0}"
    result.scenario.title = attack
    result.scenario.description = attack
    result.scenario.source = attack
    result.notes.append(.init(.assumption, attack))
    for index in result.entities.indices { result.entities[index].name = attack }
    result.models[0].card.purpose = attack
    result.inputs[0].file = "\(attack).yaml"
    result.checks[0].assertion = attack
    let page = HTMLReport.render(result)
    #expect(!page.contains("<script") && !page.contains("\u{0}") && !page.contains("\u{202E}"))
    #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;"))
    let report = MarkdownReport.render(result)
    #expect(report.markdown.contains(#"# &lt;script&gt;alert('1')&lt;/script&gt; &amp; "x" \| \`y\` \*z\*"#))
    // The command stands in a fence, where Markdown escapes nothing and shows all as text.
    let outside = report.markdown.split(separator: "\n").filter { !$0.hasPrefix("kentledge run ") }
    #expect(!outside.contains { $0.contains("<script") })
    for figure in report.figures {
      #expect(!figure.svg.contains("<script"))
      #expect(XMLParser(data: Data(figure.svg.utf8)).parse(), "\(figure.name)")
    }
  }

  @Test(arguments: [
    ("1. first", "1\\. first"), ("- item", "\\- item"), ("# head", "\\# head"), ("a | b", "a \\| b"),
    ("two\nlines", "two lines"), ("-5", "\\-5"), ("9.88", "9.88"),
  ])
  func markdownTextIsLiteral(text: String, expected: String) {
    let escaped = MarkdownReport.escape(text)
    #expect(escaped == expected, "calculated \(escaped), expected \(expected)")
  }

  // MARK: What is not there is said

  /// What a label says of a figure follows the scenario, not the usual one.
  @Test func labelsFollowTheScenario() {
    var result = SyntheticResult.small
    result.scenario.capitalHorizon = 5
    result.scenario.resolved.append(.init(key: "network.default_below", value: "6%", origin: "default"))
    let page = MarkdownReport.render(result).markdown
    #expect(!page.contains("over nine quarters") && page.contains("over 5 quarters"))
    #expect(page.contains("A bank fails when its CET1 ratio falls below 6 %."))
  }

  /// Breaches are counted against a bank's own requirement where it has one.
  @Test(arguments: [nil, 0.09]) func breachNamesWhatItIsMeasuredBy(requirement: Double?) {
    var result = SyntheticResult.small
    for index in result.rows.indices where result.rows[index].item == "requirement" {
      result.rows[index].value = requirement
    }
    let page = MarkdownReport.render(result).markdown
    #expect(page.contains("Breach: a CET1 ratio below the bank's requirement") == (requirement != nil))
    #expect(page.contains("Breach: a CET1 ratio below 4.5 %") == (requirement == nil))
    #expect(page.contains("At least one bank falls below 4.5 % in") == (requirement == nil))
  }

  @Test func resultWithoutRowsSaysNotComputed() {
    var result = SyntheticResult.small
    result.rows = []
    result.histograms = []
    result.convergence = []
    result.models = []
    let document = Document(result)
    let silent = document.sections.filter { $0.answer == "Not computed in this run." }.map(\.number)
    #expect(silent == [1, 2, 3, 4, 5, 6, 7, 10, 11])
    #expect(HTMLReport.render(result).contains("Not computed in this run."))
  }

  @Test func eventThatNeverHappenedHasItsBound() {
    let reader = ResultReader(SyntheticResult.small)
    #expect(reader.frequency(0) == "none of 1,000 simulated futures (probability at most 0.3\u{A0}%)")
    #expect(reader.frequency(0.012) == "12 of 1,000 simulated futures")
    #expect(
      reader.probabilityCell(.init(entity: "", item: "", statistic: "", value: 0, unit: "")) == "0 (at most 0.3\u{A0}%)"
    )
    #expect(reader.cell(.init(entity: "", item: "", statistic: "", value: nil, unit: ""), .percent) == "not estimable")
  }

  @Test func errorsStandInTheirOwnColumns() throws {
    let tail = try #require(Document(SyntheticResult.full).sections.first { $0.number == 6 })
    let table = try #require(
      tail.blocks.lazy.compactMap { if case .table(let table) = $0 { table } else { nil } }.first)
    #expect(
      table.columns.map(\.title) == [
        "Measure", "Estimate", "95 % Monte Carlo interval", "Parameter error", "Model error",
      ])
    #expect(table.rows.filter { $0[0].contains("99.9") }.allSatisfy { $0[0].contains("extrapolation") })
    #expect(table.columns.dropFirst().allSatisfy { $0.unit == "USD billion" })
  }

  // MARK: Any figures that pass the check can be drawn

  @Test(arguments: [0, 1e18, -1e18, Double.leastNonzeroMagnitude, 1e-9])
  func extremeFiguresAreDrawn(_ value: Double) {
    var result = SyntheticResult.small
    for index in result.rows.indices where index % 3 == 0 {
      result.rows[index].value = value
      result.rows[index].lower = min(value, 0)
      result.rows[index].upper = max(value, 0)
    }
    #expect(ResultsCheck.problems(of: result).isEmpty)
    let page = HTMLReport.render(result)
    for picture in Document(result).figures.map(\.standalone) + [page] {
      #expect(!picture.contains("\"nan\"") && !picture.contains("inf ") && !picture.contains("\"inf\""))
    }
  }
}

/// Collects elements, identifiers and references of a page.
private final class ElementReader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []
  var identifiers: [String] = []
  var references: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
    if let id = attributes["id"] { identifiers.append(id) }
    if let names = attributes["aria-labelledby"] { references += names.split(separator: " ").map(String.init) }
    if let target = attributes["href"] { references.append(String(target.dropFirst())) }
  }
}
