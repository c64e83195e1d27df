/// Text that goes out as it stands. The only way past escaping, and only for text that the program itself wrote.
struct Raw: Sendable {
  let text: String

  init(_ text: String) { self.text = text }
}

/// A piece of HTML or SVG. Text and attribute values are escaped when it is written.
enum Markup: ExpressibleByStringInterpolation, Sendable {
  case text(String)
  case raw(Raw)
  case group([Markup])
  indirect case element(name: String, attributes: [(name: String, value: String)], children: [Markup])

  init(stringLiteral value: String) { self = .text(value) }

  static let nothing = Markup.group([])

  /// This piece as text.
  var rendered: String {
    var text = ""
    write(into: &text)
    return text
  }

  func write(into output: inout String) {
    switch self {
    case .text(let text): output += Self.escape(text)
    case .raw(let raw): output += raw.text
    case .group(let children): for child in children { child.write(into: &output) }
    case .element(let name, let attributes, let children):
      output += "<\(name)"
      for attribute in attributes { output += " \(attribute.name)=\"\(Self.escape(attribute.value))\"" }
      if children.isEmpty, Self.shapes.contains(name) {
        output += "/>"
        return
      }
      output += ">"
      if Self.withoutEnd.contains(name) { return }
      for child in children { child.write(into: &output) }
      output += "</\(name)>"
      if Self.onOwnLine.contains(name) { output += "\n" }
    }
  }

  /// Elements of HTML that have no end tag, of SVG that end themselves, and those after which a line ends.
  private static let withoutEnd: Set = ["meta", "br", "hr"]
  private static let shapes: Set = ["rect", "line", "path", "circle"]
  private static let onOwnLine: Set = [
    "p", "h1", "h2", "h3", "h4", "li", "ul", "tr", "thead", "tbody", "table", "caption", "section", "figure",
    "figcaption",
    "details", "summary", "svg", "div", "head", "header", "main", "footer", "nav", "title", "style", "html", "body",
  ]

  /// Replaces what would end text or an attribute, and characters that XML forbids or that turn the direction of text.
  static func escape(_ text: String) -> String {
    if text.utf8.allSatisfy(\.isPlain) { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(isPrintable(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return escaped
  }

  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA: true
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}

extension UInt8 {
  /// Whether it stands for a character that neither HTML nor Markdown reads as anything but itself: an ASCII letter or
  /// digit, a space, or one of `%(),./:;`.
  var isPlain: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: " "),
      UInt8(ascii: "%"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ".")...UInt8(ascii: ";"):
      true
    default: false
    }
  }
}

/// An element with its attributes in the order in which they are written.
func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: Markup...) -> Markup {
  .element(name: name, attributes: attributes.map { ($0.key, $0.value) }, children: children)
}

func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup]) -> Markup {
  .element(name: name, attributes: attributes.map { ($0.key, $0.value) }, children: children)
}
