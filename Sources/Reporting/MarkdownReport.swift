public import StressTesting

/// The report as Markdown for review: one sentence a line, one row per entity in a fixed order, charts as files beside it.
public enum MarkdownReport {
  /// The text of `report.md`, and the charts it names: file name and text.
  public static func render(_ result: StressTestResult) -> (markdown: String, figures: [(name: String, svg: String)]) {
    render(ReportDocument(result))
  }

  public static func render(_ report: ReportDocument) -> (markdown: String, figures: [(name: String, svg: String)]) {
    let document = report.document
    var text = "# \(escape(document.title))\n\nHypothetical scenario, not a forecast.\n"
    for section in document.sections {
      text += "\n## \(section.number) \(escape(section.title))\n\n*\(escape(section.question))*\n\n"
      text += "**\(escape(section.answer))**\n"
      for block in section.blocks { text += "\n" + self.text(of: block) }
    }
    return (text, document.figures.map { (name: "\($0.name).svg", svg: $0.standalone) })
  }

  static func text(of block: Block) -> String {
    switch block {
    case .heading(let text): "### \(escape(text))\n"
    case .subheading(let text): "#### \(escape(text))\n"
    case .paragraph(let sentences): sentences.map { escape($0) + "\n" }.joined()
    case .list(let items): items.map { "- \(escape($0))\n" }.joined()
    case .table(let table): "\(escape(table.caption)):\n\n" + rows(of: table)
    case .folded(let table): folded(table)
    case .figure(let figure):
      "![\(escape(figure.title))](\(figure.name).svg)\n" + figure.tables.map { "\n" + folded($0) }.joined()
    case .command(let text): fenced(text)
    }
  }

  private static func folded(_ table: Table) -> String {
    "<details>\n<summary>Table: \(Markup.escape(oneLine(table.caption)))</summary>\n\n\(rows(of: table))\n</details>\n"
  }

  private static func rows(of table: Table) -> String {
    func line(_ cells: [String]) -> String { "|" + cells.map { "\($0)|" }.joined() + "\n" }
    return line(table.columns.map { escape($0.heading, startsLine: false) })
      + line(table.columns.map { $0.isNumeric ? "--:" : "---" })
      + table.rows.map { row in line(row.map { escape($0, startsLine: false) }) }.joined()
  }

  /// A block of code whose fence is longer than any run of backticks inside.
  private static func fenced(_ text: String) -> String {
    var fence = "```"
    while text.contains(fence) { fence += "`" }
    return "\(fence)sh\n\(oneLine(text))\n\(fence)\n"
  }

  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar == "\n" || scalar == "\t" ? " " : Markup.isPrintable(scalar) ? scalar : "\u{FFFD}"
        })
    ).trimmingEnds
  }

  /// Text that Markdown shows as it is: on one line, with everything escaped that could be read as a mark.
  /// - Parameter startsLine: false inside a table, where no list or heading can begin.
  static func escape(_ text: String, startsLine: Bool = true) -> String {
    let bytes = text.utf8, space = UInt8(ascii: " ")
    if !startsLine, bytes.first != space, bytes.last != space, bytes.allSatisfy(\.isPlain) { return text }
    var escaped = ""
    for (index, character) in oneLine(text).enumerated() {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$", "!": escaped += "\\\(character)"
      case "#", "-", "+", "=": escaped += index == 0 && startsLine ? "\\\(character)" : String(character)
      default: escaped.append(character)
      }
    }
    // `12. ` at the start of a line would begin a list.
    let digits = escaped.prefix { $0.isASCII && $0.isNumber }
    let rest = escaped.dropFirst(digits.count)
    if startsLine, !digits.isEmpty, let mark = rest.first, mark == "." || mark == ")",
      (rest.dropFirst().first ?? " ") == " "
    {
      escaped = "\(digits)\\\(rest)"
    }
    return escaped
  }
}

extension String {
  fileprivate var trimmingEnds: String {
    var text = self[...]
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
