import Foundation
import Yams

/// Reads one YAML file into a tree with places, and finds on the way all that a parser may choke on.
///
/// Scalars stay text: YAML 1.1's guesses (`NO`, `1:30`, `012`, dates) never happen. Anchors, aliases and tags are
/// errors: reuse is what `extends` is for, and nothing can expand without bound.
struct SourceTree {
  private(set) var root: SourceNode?
  private(set) var findings: [Finding] = []
  private let file: SourceFile
  private var nodeCount = 0

  static let largestNodeCount = 100_000
  static let deepestNesting = 32
  /// So few aliases cannot expand far even inside a key, where the parser compares them before we see them.
  private static let aliasesLeftToTheParser = 10

  init(_ file: SourceFile) {
    self.file = file
    guard refuseManyAliases(), let (parser, node) = compose() else { return }
    // Anchors are weak references: the parser owns them.
    withExtendedLifetime(parser) {
      guard let node else {
        report("S010", "the file is empty, expected a map of keys", 1, 1)
        return
      }
      root = convert(node, depth: 0)
    }
  }

  private mutating func report(
    _ code: String, _ message: String, _ line: Int, _ column: Int, width: Int = 1, label: String = "",
    notes: [String] = []
  ) {
    let node = SourceNode(file: file, line: line, column: column, content: .scalar(""))
    findings.append(
      Finding(
        rank: file.rank, Diagnostic(code, message, at: node.place, notes: notes), at: node, width: width, label: label))
  }

  private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
  }

  /// False when the text holds more aliases than can be composed without care.
  private mutating func refuseManyAliases() -> Bool {
    var aliases = 0
    var anchor: (line: Int, column: Int)?
    for (index, line) in file.lines.enumerated() where line.utf8.contains(where: { $0 == 0x2A || $0 == 0x26 }) {
      let scalars = Array(line.unicodeScalars)
      for (column, scalar) in scalars.enumerated() where scalar == "*" || scalar == "&" {
        let isFirst = column == 0 || " \t[]{},-?:".unicodeScalars.contains(scalars[column - 1])
        guard isFirst, column + 1 < scalars.count, isNameStart(scalars[column + 1])
        else { continue }
        if scalar == "*" { aliases += 1 } else if anchor == nil { anchor = (index + 1, column + 1) }
      }
    }
    guard let anchor, aliases > Self.aliasesLeftToTheParser else { return true }
    report(
      "S005", "anchors and aliases are not part of a scenario file", anchor.line, anchor.column,
      notes: ["fix: write the value where it is used, or share a file with 'extends'"])
    return false
  }

  /// The parser's tree. A key that stands twice stops the parser: it is reported, masked and the text read again, so
  /// that the rest of the file is checked in the same pass.
  private mutating func compose() -> (Parser, Node?)? {
    var text = file.text
    let attempts = max(2, min(40, 400_000 / max(1, text.utf8.count)))
    for _ in 0..<attempts {
      do {
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        return (parser, try parser.singleRoot())
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let name = names.first ?? ""
        let masked = DuplicateKey.maskNext(
          name, after: context.mark, in: text, mask: UInt32(findings.count))
        let first = "(first defined at \(context.mark))"
        guard let masked else {
          report("S009", "duplicate key '\(name)'", context.mark.line, context.mark.column, width: name.count)
          return nil
        }
        report(
          "S009", "duplicate key '\(name)'", masked.line, masked.column, width: name.unicodeScalars.count, label: first)
        text = masked.text
      } catch let error as YamlError {
        reportSyntax(error)
        return nil
      } catch {
        report("S003", "not readable as YAML", 1, 1)
        return nil
      }
    }
    return nil
  }

  private mutating func reportSyntax(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let found = file.line(mark.line).unicodeScalars.dropFirst(mark.column - 1).first
      if problem.contains("another document") {
        report(
          "S003", "a second document starts here, a scenario file holds one", mark.line, mark.column)
      } else if problem.contains("undefined alias") {
        report("S005", "anchors and aliases are not part of a scenario file", mark.line, mark.column)
      } else if found == "\t" {
        report(
          "S003", "a tab cannot indent YAML", mark.line, mark.column, notes: ["fix: indent with blanks"])
      } else {
        let place = context.map { " (\($0.text) at \($0.mark))" } ?? ""
        report("S003", "not readable as YAML: \(problem)\(place)", mark.line, mark.column)
      }
    case .reader(let problem, _, _, _):
      report("S003", "not readable as YAML: \(problem)", 1, 1)
    default:
      report("S003", "not readable as YAML", 1, 1)
    }
  }

  private mutating func convert(_ node: Node, depth: Int) -> SourceNode? {
    let mark = (line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    nodeCount += 1
    guard nodeCount <= Self.largestNodeCount else {
      if nodeCount == Self.largestNodeCount + 1 {
        report("S004", "more than \(Self.largestNodeCount) values in one file", mark.line, mark.column)
      }
      return nil
    }
    guard depth <= Self.deepestNesting else {
      if !findings.contains(where: { $0.code == "S004" }) {
        report("S004", "nested more than \(Self.deepestNesting) deep", mark.line, mark.column)
      }
      return nil
    }
    if node.anchor != nil {
      report(
        "S005", "anchors and aliases are not part of a scenario file", mark.line, mark.column,
        notes: ["fix: write the value where it is used, or share a file with 'extends'"])
    }
    func made(_ content: SourceNode.Content) -> SourceNode {
      SourceNode(file: file, line: mark.line, column: mark.column, content: content)
    }
    switch node {
    case .scalar(let scalar):
      // A folded text ends with a line end that its author did not mean.
      return made(.scalar(scalar.string.trimmingCharacters(in: .newlines)))
    case .sequence(let sequence):
      return made(.sequence(sequence.compactMap { convert($0, depth: depth + 1) }))
    case .mapping(let mapping):
      var entries: [SourceNode.Entry] = []
      for (key, value) in mapping {
        guard let keyNode = convert(key, depth: depth + 1), let valueNode = convert(value, depth: depth + 1) else {
          continue
        }
        guard let name = keyNode.scalar else {
          report("S010", "a key is \(keyNode.kind), expected a name", keyNode.line, keyNode.column)
          continue
        }
        guard !DuplicateKey.isMasked(name) else { continue }
        entries.append(.init(key: keyNode, value: valueNode, name: name))
      }
      return made(.mapping(entries))
    case .alias:
      report("S005", "anchors and aliases are not part of a scenario file", mark.line, mark.column)
      return nil
    }
  }
}
