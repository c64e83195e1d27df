extension Diagnostic {
  /// The diagnostic as a reader sees it, without a line end after the last line:
  ///
  ///     error[S014]: unknown key 'durration' in shock 'brent-spike'
  ///       --> scenarios/oil.yaml:22:5
  ///     22 |     durration: 4q
  ///        |     ^^^^^^^^^ did you mean 'duration'?
  ///        = allowed: id, factor, size, at, duration, decay, why
  ///
  /// - Parameter color: whether to mark severity and caret with ANSI colours.
  public func text(color: Bool = false) -> String {
    let (on, bold, off) =
      color ? (severity == .error ? "\u{1B}[31m" : "\u{1B}[33m", "\u{1B}[1m", "\u{1B}[0m") : ("", "", "")
    var lines = ["\(on)\(severity.rawValue)[\(code)]\(off)\(bold): \(Self.printable(message))\(off)"]
    var arrow = "  --> \(Self.printable(place.file))"
    if let line = place.line { arrow += ":\(line)" }
    if let column = place.column { arrow += ":\(column)" }
    var margin = "  "
    if let excerpt, let line = place.line, let column = place.column {
      let number = String(line)
      margin = String(repeating: " ", count: number.count)
      let (text, caretColumn) = Self.window(excerpt.text, around: column)
      lines.append(arrow)
      lines.append("\(number) | \(text)")
      let width = max(1, min(excerpt.width, Self.widestExcerpt - caretColumn))
      let label = excerpt.label.isEmpty ? "" : " \(Self.printable(excerpt.label))"
      lines.append(
        "\(margin) | " + String(repeating: " ", count: caretColumn) + on + String(repeating: "^", count: width) + label
          + off)
    } else {
      if let excerpt, !excerpt.label.isEmpty { arrow += "   \(Self.printable(excerpt.label))" }
      lines.append(arrow)
    }
    lines += notes.map { "\(margin) = \(Self.printable($0))" }
    return lines.joined(separator: "\n")
  }

  private static let widestExcerpt = 120

  /// At most 120 characters of a source line with the column among them; where the caret stands, from 0.
  private static func window(_ text: String, around column: Int) -> (String, Int) {
    let scalars = Array(text.unicodeScalars)
    let caret = max(0, column - 1)
    let start = caret < widestExcerpt - 40 ? 0 : caret - 40
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars.dropFirst(start).prefix(widestExcerpt))
    return ((start > 0 ? "…" : "") + printable(String(view)), caret - start + (start > 0 ? 1 : 0))
  }

  /// Author text goes to a terminal: control characters are shown, not obeyed.
  private static func printable(_ text: String) -> String {
    var view = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(2000) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: view.append(scalar == "\t" ? " " : "\u{FFFD}")
      default: view.append(scalar)
      }
    }
    return String(view)
  }
}

extension InvalidInput {
  /// All diagnostics, blank lines between them.
  public func text(color: Bool = false) -> String {
    var parts = diagnostics.map { $0.text(color: color) }
    if omittedCount > 0 { parts.append("… and \(omittedCount) more") }
    return parts.joined(separator: "\n\n")
  }
}
