/// What is collected while a tree is read: findings, the resolved settings, the files named.
///
/// A reference, so that every part of the schema can be read by a plain function; it never leaves the loader.
final class ScenarioReading {
  private(set) var findings: [Finding] = []
  private(set) var settings: [Setting] = []
  var inputs: [InputFile] = []
  /// The baseline beside the imported path, where its table has one.
  var baseline: ReferencePath?
  /// Part of the scenario could not be read: what is not there is not reported as missing.
  private let isIncomplete: Bool

  init(isIncomplete: Bool) { self.isIncomplete = isIncomplete }

  /// Reports that something needed is not there.
  func reportMissing(_ code: String, _ message: String, at node: SourceNode, notes: [String] = []) {
    if isIncomplete {
      // The file that could not be read was reported; nothing is made of the rest, so silence loses nothing.
      return
    }
    report(code, message, at: node, notes: notes)
  }

  /// Errors so far: what was read in between is sound when it did not grow.
  private(set) var errorCount = 0
  var hasErrors: Bool { errorCount > 0 }

  func report(
    _ code: String, _ message: String, at node: SourceNode, severity: Diagnostic.Severity = .error,
    label: String = "", notes: [String] = []
  ) {
    add([
      Finding(
        rank: node.file.rank, Diagnostic(code, message, at: node.place, severity: severity, notes: notes), at: node,
        label: label)
    ])
  }

  /// Inside a value: `offset` characters after its start, as long as it stands on its line as it was read.
  func report(
    _ code: String, _ message: String, at node: SourceNode, offset: Int, width: Int, label: String, notes: [String]
  ) {
    // Nobody reads that far along a line; counting there thousands of times would take seconds.
    let line = node.column > 10_000 ? "" : node.file.line(node.line)
    let rest = line.unicodeScalars.dropFirst(node.column - 1)
    let quote = rest.first == "\"" || rest.first == "'" ? 1 : 0
    let isThere = node.scalar.map { rest.dropFirst(quote).starts(with: $0.unicodeScalars) } ?? false
    let column = node.column + (isThere ? quote + offset : 0)
    let place = Diagnostic.Place(file: node.file.path, line: node.line, column: column)
    add([
      Finding(
        rank: node.file.rank, Diagnostic(code, message, at: place, notes: notes), at: node,
        width: isThere ? width : nil, label: label)
    ])
  }

  /// Findings of a table that the node names: they come after all scenario files.
  func report(_ problem: InvalidInput) {
    add(problem.diagnostics.map { Finding(rank: .max, $0) })
  }

  func add(_ more: [Finding]) {
    findings += more
    errorCount += more.count { $0.severity == .error }
  }

  func record(_ key: String, _ value: String, _ origin: String) {
    settings.append(Setting(key: key, value: value, origin: origin))
  }

  /// Gives the value that was recorded last another spelling.
  func restate(_ value: String) {
    guard let last = settings.popLast() else { return }
    record(last.key, value, last.origin)
  }
}

/// One map of the schema while it is read: its known keys, and its values by key.
struct Fields {
  let reading: ScenarioReading
  /// `uncertainty.copula`; empty for the root.
  let path: String
  /// Where a missing key is reported.
  let place: SourceNode
  private let node: SourceNode?
  /// Something stands here that is no map: reported once, its keys are not missed on top.
  private let isBroken: Bool
  /// Keys that misspelt ones were taken for: they are not missed on top.
  private var meant: [String] = []

  /// After so many errors nothing more is looked up for words that nobody will see.
  private static let mostSpellings = 200

  /// Reports what is not a map, and every key that is not allowed.
  init(
    _ node: SourceNode?, _ path: String, allowed: [String], place: SourceNode, noun: String, in reading: ScenarioReading
  ) {
    self.reading = reading
    self.path = path
    self.place = node ?? place
    isBroken = node != nil && node?.entries == nil
    guard let node else {
      self.node = nil
      return
    }
    guard let entries = node.entries else {
      reading.report(
        "S010", "\(noun) is \(node.kind), expected a map", at: node,
        notes: ["allowed: " + allowed.joined(separator: ", ")])
      self.node = nil
      return
    }
    self.node = node
    for entry in entries where !allowed.contains(entry.name) {
      guard reading.errorCount < Self.mostSpellings else {
        reading.report("S014", "unknown key '\(entry.name)' in \(noun)", at: entry.key)
        continue
      }
      var notes: [String] = []
      var label = ""
      if let near = Spelling.nearest(to: entry.name, among: allowed) {
        label = "did you mean '\(near)'?"
        meant.append(near)
      } else if let section = ScenarioSchema.sections(with: entry.name).first {
        label = section.isEmpty ? "valid, but at the top of the file" : "valid, but under `\(section):`"
      }
      notes.append("allowed: " + allowed.joined(separator: ", "))
      reading.report("S014", "unknown key '\(entry.name)' in \(noun)", at: entry.key, label: label, notes: notes)
    }
  }

  /// Whether there is a map here that keys can be read from.
  var isThere: Bool { node != nil }

  func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Whether the key is there, or a misspelt one that was taken for it.
  func has(_ key: String) -> Bool { node?[key] != nil || meant.contains(key) }

  /// The value as it stands, nothing recorded.
  func raw(_ key: String) -> SourceNode? { node?[key] }

  /// The value, recorded with its origin; where it is missing the default is recorded, or the lack reported.
  func node(_ key: String, default standard: String? = nil) -> SourceNode? {
    guard let value = node?[key] else {
      if let standard {
        reading.record(name(key), standard, "default")
      } else if !isBroken, !meant.contains(key) {
        reading.reportMissing("S015", "'\(name(key))' is missing", at: place)
      }
      return nil
    }
    reading.record(name(key), value.flowText, value.origin)
    return value
  }

  /// A single value as text, never empty.
  func text(_ key: String, default standard: String? = nil) -> (text: String, node: SourceNode?)? {
    guard let value = node(key, default: standard) else { return standard.map { ($0, nil) } }
    guard let text = value.scalar, !text.isEmpty else {
      reading.report("S010", "'\(name(key))' is \(value.kind), expected a single value", at: value)
      return nil
    }
    return (text, value)
  }

  /// A single value as text where there is one; nothing is recorded where there is none.
  func optional(_ key: String) -> (text: String, node: SourceNode)? {
    guard node?[key] != nil, let (text, place) = text(key), let place else { return nil }
    return (text, place)
  }

  /// One of a few words.
  func word<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type, default standard: Word? = nil) -> Word?
  where Word.RawValue == String {
    guard let (text, node) = text(key, default: standard?.rawValue) else { return nil }
    if let word = Word(rawValue: text) { return word }
    if let node { reading.reportWord(text, name(key), Word.allCases.map(\.rawValue), at: node) }
    return nil
  }
}

extension ScenarioReading {
  /// Reports a word that is none of those allowed.
  func reportWord(_ text: String, _ name: String, _ allowed: [String], at node: SourceNode) {
    let near = Spelling.nearest(to: text, among: allowed)
    report(
      "S016", "'\(name)' is '\(text)'", at: node, label: near.map { "did you mean '\($0)'?" } ?? "",
      notes: ["allowed: " + allowed.joined(separator: ", ")])
  }
}
