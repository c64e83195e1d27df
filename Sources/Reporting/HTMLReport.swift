public import StressTesting

/// The report as one HTML file: no script, no request, nothing styled but by its own sheet, whose hash the page's
/// content security policy names. Text of the scenario's author is escaped.
public enum HTMLReport {
  /// The file's text; the same result gives the same bytes.
  public static func render(_ result: StressTestResult) -> String { render(ReportDocument(result)) }

  public static func render(_ report: ReportDocument) -> String {
    let document = report.document, result = report.result
    let policy =
      "default-src 'none'; style-src '\(StyleSheet.policyHash)'; img-src data:; base-uri 'none'; form-action 'none'"
    let head = element(
      "head", [:],
      element("meta", ["charset": "utf-8"]),
      element("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
      element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      element("meta", ["name": "generator", "content": result.engine]),
      element("title", [:], .text("\(document.title): stress test report")),
      element("style", [:], .raw(Raw(StyleSheet.whole))))
    let body = element(
      "body", [:],
      element("a", ["class": "skip", "href": "#main"], "Skip to the report"),
      element(
        "header", [:],
        element("h1", [:], .text(document.title)),
        element("p", ["class": "hypothetical"], "Hypothetical scenario, not a forecast.")),
      contents(document),
      element("main", ["id": "main"], document.sections.map(section)),
      element("footer", [:], element("p", [:], .text("\(result.engine), run \(result.runIdentity.prefix(12))"))))
    return "<!DOCTYPE html>\n" + element("html", ["lang": "en"], head, body).rendered
  }

  private static func contents(_ document: Document) -> Markup {
    element(
      "nav", ["aria-label": "Contents"],
      element(
        "ol", [:],
        document.sections.map { section in
          element(
            "li", [:],
            element("a", ["href": "#section-\(section.number)"], .text("\(section.number) \(section.title)")))
        }))
  }

  private static func section(_ section: Section) -> Markup {
    let id = "section-\(section.number)"
    return element(
      "section", ["id": id, "aria-labelledby": "\(id)-title"],
      [
        element(
          "h2", ["id": "\(id)-title"], element("span", ["class": "number"], .text("\(section.number)")),
          .text(section.title)),
        element("p", ["class": "question"], .text(section.question)),
        element("p", ["class": "answer"], .text(section.answer.typeset)),
      ] + section.blocks.map(block))
  }

  private static func block(_ block: Block) -> Markup {
    switch block {
    case .heading(let text): element("h3", [:], .text(text.typeset))
    case .subheading(let text): element("h4", [:], .text(text.typeset))
    case .paragraph(let sentences): element("p", [:], .text(sentences.joined(separator: " ").typeset))
    case .list(let items): element("ul", [:], items.map { element("li", [:], .text($0.typeset)) })
    case .table(let table): self.table(table)
    case .folded(let table): folded(table)
    case .figure(let figure): self.figure(figure)
    case .command(let text): element("pre", [:], element("code", [:], .text(text)))
    }
  }

  private static func table(_ table: Table) -> Markup {
    let isFacts = table.columns.count == 2 && !table.columns.contains { $0.isNumeric }
    let heads = table.columns.map { column -> Markup in
      let title: [Markup] =
        column.unit.isEmpty
        ? [.text(column.title)]
        : [.text("\(column.title), "), element("span", ["class": "unit"], .text(column.unit))]
      return column.isNumeric
        ? element("th", ["scope": "col", "class": "figure"], title) : element("th", ["scope": "col"], title)
    }
    let rows = table.rows.map { row in
      element(
        "tr", [:],
        zip(table.columns, row).enumerated().map { index, cell in
          if index == 0 { return element("th", ["scope": "row"], .text(cell.1)) }
          return cell.0.isNumeric
            ? element("td", ["class": "figure"], .text(cell.1)) : element("td", [:], .text(cell.1))
        })
    }
    // A table wider than the page scrolls by itself, also by keyboard.
    return element(
      "div", ["class": "scroll", "role": "region", "aria-label": table.caption, "tabindex": "0"],
      element(
        "table", isFacts ? ["class": "facts"] : [:],
        element("caption", [:], element("span", [:], .text(table.caption.typeset))),
        element("thead", [:], element("tr", [:], heads)),
        element("tbody", [:], rows)))
  }

  private static func folded(_ table: Table) -> Markup {
    element("details", [:], element("summary", [:], .text("Table: \(table.caption)".typeset)), self.table(table))
  }

  private static func figure(_ figure: Figure) -> Markup {
    let isSingle = figure.panels.count == 1
    let drawings = figure.panels.enumerated().map { index, panel in
      panel.inline(name: isSingle ? figure.name : "\(figure.name)-\(index + 1)")
    }
    let picture =
      isSingle
      ? element(
        "div", ["class": "scroll wide", "role": "region", "aria-label": "Chart: \(figure.title)", "tabindex": "0"],
        drawings)
      : element("div", ["class": "panels"], drawings)
    return element(
      "figure", ["id": "figure-\(figure.name)"],
      [element("figcaption", [:], .text(figure.title.typeset)), picture] + figure.tables.map(folded))
  }
}
