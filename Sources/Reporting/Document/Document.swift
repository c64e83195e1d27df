/// What the report says, before it is HTML or Markdown: both are written from this one value, so they cannot differ.
struct Document {
  var title: String
  var sections: [Section]

  var figures: [Figure] {
    sections.flatMap(\.blocks).compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }
}

/// One question of the reader, its answer in one sentence, and the evidence.
struct Section {
  /// As in the report's plan: 0 to 13.
  var number: Int
  var title: String
  var question: String
  var answer: String
  var blocks: [Block] = []

  /// The section of a run that holds nothing to answer it with.
  static func notComputed(_ number: Int, _ title: String, _ question: String) -> Section {
    Section(number: number, title: title, question: question, answer: "Not computed in this run.")
  }
}

extension String {
  /// The percent sign kept on the line of its figure.
  var typeset: String { replacing(" %", with: "\u{A0}%") }
}

enum Block {
  case heading(String)
  /// Below a heading.
  case subheading(String)
  /// Sentences; Markdown writes one a line.
  case paragraph([String])
  case list([String])
  case table(Table)
  /// A table that stands closed until a reader opens it.
  case folded(Table)
  case figure(Figure)
  case command(String)
}

/// Rows of text under headed columns; the first column names the row.
struct Table {
  struct Column {
    var title: String
    /// Unit of every figure below; empty for text.
    var unit: String
    var isNumeric: Bool

    static func text(_ title: String) -> Column { Column(title: title, unit: "", isNumeric: false) }
    static func number(_ title: String, _ unit: String = "") -> Column {
      Column(title: title, unit: unit, isNumeric: true)
    }

    var heading: String { unit.isEmpty ? title : "\(title), \(unit)" }
  }

  var caption: String
  var columns: [Column]
  var rows: [[String]]

  init(_ caption: String, _ columns: [Column], _ rows: [[String]]) {
    for row in rows {
      precondition(row.count == columns.count, "\(caption): a row has \(row.count) cells, expected \(columns.count)")
    }
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}

/// A chart and the figures behind it.
struct Figure {
  /// Names the file beside the Markdown and the elements in the HTML, e.g. `cet1-fan`.
  var name: String
  /// What the chart shows, as a finding.
  var title: String
  var panels: [Drawing]
  var tables: [Table]

  init(_ name: String, _ title: String, _ panels: [Drawing], _ tables: [Table]) {
    self.name = name
    self.title = title
    self.panels = panels
    self.tables = tables
  }
}

/// A picture of its own size in pixels.
struct Drawing {
  /// The finding, and how the picture says it, for those who cannot see it.
  var title: String
  var description: String
  var width: Double
  var height: Double
  var shapes: [Markup]
}
