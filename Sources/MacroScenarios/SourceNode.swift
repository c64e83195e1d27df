/// A piece of a scenario file with its place: the tree that the loader reads, free of any parser's types.
struct SourceNode: Sendable {
  struct Entry: Sendable {
    let key: SourceNode
    var value: SourceNode
    /// The text of `key`.
    let name: String
  }
  indirect enum Content: Sendable {
    case scalar(String)
    case sequence([SourceNode])
    case mapping([Entry])
  }

  let file: SourceFile
  /// 1-based; the column counts Unicode scalars.
  let line, column: Int
  var content: Content

  var scalar: String? {
    if case .scalar(let text) = content { return text }
    return nil
  }
  var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }
  var items: [SourceNode]? {
    if case .sequence(let items) = content { return items }
    return nil
  }
  subscript(_ name: String) -> SourceNode? { entries?.first { $0.name == name }?.value }

  /// What the author sees there, for messages.
  var kind: String {
    switch content {
    case .scalar(""): "nothing"
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }

  var place: Diagnostic.Place { .init(file: file.path, line: line, column: column) }
  /// `file:line` for settings and notes.
  var origin: String { "\(file.name):\(line)" }

  /// How many characters of the source line the node covers; at least 1.
  var width: Int {
    let rest = file.line(line).unicodeScalars.dropFirst(column - 1)
    guard case .scalar(let text) = content, let first = rest.first else { return 1 }
    guard first == "\"" || first == "'" else {
      let length = text.unicodeScalars.prefix { $0 != "\n" }.count
      return max(1, min(length, rest.count))
    }
    var length = 1
    for scalar in rest.dropFirst() {
      length += 1
      if scalar == first { break }
    }
    return length
  }

  /// The text of the node as one line: what `settings` records of a list or map.
  var flowText: String {
    switch content {
    case .scalar(let text): text
    case .sequence(let items): "[" + items.map(\.flowText).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.name): \($0.value.flowText)" }.joined(separator: ", ") + "}"
    }
  }
}
