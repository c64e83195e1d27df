import Foundation

/// A scenario file together with all that it extends, as one tree.
///
/// Maps merge key by key, lists whose items all have an `id` merge by it (changed in place, new ones at the end), the
/// rest replaces. A map that names its own form (`shape`, `values`, `family`) is one thing and replaces too. Every node
/// keeps the file in which it was written.
struct ExtendedTree {
  private(set) var root: SourceNode?
  /// The first file alone.
  private(set) var own: SourceNode?
  /// A file of the chain could not be read: what is missing in `root` may stand there.
  private(set) var isIncomplete = false
  private(set) var findings: [Finding] = []
  /// The file that was asked for, then each that it extends, nearest first.
  private(set) var files: [SourceFile] = []

  /// How many files may stand behind the first.
  static let mostLevels = 5

  init(path: String) {
    let name = URL(fileURLWithPath: path).lastPathComponent
    root = read(name: name, path: path)
  }

  private mutating func read(name: String, path: String) -> SourceNode? {
    let file: SourceFile
    do {
      file = try SourceFile.read(name: name, path: path, rank: files.count)
    } catch {
      findings.append(error)
      isIncomplete = true
      return nil
    }
    files.append(file)
    let tree = SourceTree(file)
    findings += tree.findings
    if tree.root == nil { isIncomplete = true }
    if files.count == 1 { own = tree.root }
    guard let node = tree.root, let base = node["extends"] else { return tree.root }
    guard let baseName = base.scalar, !baseName.isEmpty else {
      report("S010", "'extends' is \(base.kind), expected a file name", base)
      return node
    }
    let reference: FileReference
    do {
      reference = try FileReference(baseName, namedIn: file)
    } catch {
      report(error.code, error.message, base)
      return node
    }
    if let index = files.firstIndex(where: { $0.path == reference.path }) {
      report(
        "S007", "'\(baseName)' is extended in a circle", base,
        notes: ["circle: " + (files[index...].map(\.name) + [files[index].name]).joined(separator: " → ")])
      return node
    }
    guard files.count <= Self.mostLevels else {
      report(
        "S008", "more than \(Self.mostLevels) levels of 'extends'", base,
        notes: ["chain: " + files.map(\.name).joined(separator: " → ")])
      return node
    }
    guard RegularFile.size(reference.path) != nil else {
      report("S045", "cannot read '\(baseName)', which this file extends", base)
      return node
    }
    guard
      let below = read(name: reference.name, path: reference.path)
    else { return node }
    return Self.merge(node, over: below)
  }

  private mutating func report(_ code: String, _ message: String, _ node: SourceNode, notes: [String] = []) {
    isIncomplete = true
    findings.append(
      Finding(rank: node.file.rank, Diagnostic(code, message, at: node.place, notes: notes), at: node))
  }

  /// Keys that say which form a map has: two forms never mix.
  private static let formKeys: Set = ["shape", "values", "family"]

  static func merge(_ upper: SourceNode, over lower: SourceNode) -> SourceNode {
    var merged = upper
    switch (upper.content, lower.content) {
    case (.mapping(let above), .mapping(let below)):
      if above.contains(where: { formKeys.contains($0.name) }) { return upper }
      var entries = below
      let places = places(below.map(\.name))
      for entry in above {
        if let index = places[entry.name] {
          entries[index] = .init(
            key: entry.key, value: merge(entry.value, over: entries[index].value), name: entry.name)
        } else {
          entries.append(entry)
        }
      }
      merged.content = .mapping(entries)
    case (.sequence(let above), .sequence(let below)):
      guard let belowIds = ids(below), ids(above) != nil, !below.isEmpty else { return upper }
      var items = below
      let places = places(belowIds)
      for item in above {
        if let index = places[item["id"]?.scalar ?? ""] {
          items[index] = merge(item, over: items[index])
        } else {
          items.append(item)
        }
      }
      merged.content = .sequence(items)
    default: break
    }
    return merged
  }

  /// Where each name stands first; a lookup only, its order is never used.
  private static func places(_ names: [String]) -> [String: Int] {
    Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  private static func ids(_ items: [SourceNode]) -> [String]? {
    let found = items.compactMap { $0["id"]?.scalar }
    return found.count == items.count ? found : nil
  }
}

/// A file named in a scenario file: where it is on disk, and what to call it.
struct FileReference {
  /// Relative to the first scenario file.
  let name: String
  /// On disk, and in diagnostics.
  let path: String

  struct Refusal: Error {
    let code, message: String
  }

  init(_ written: String, namedIn file: SourceFile) throws(Refusal) {
    guard !written.hasPrefix("/"), !written.hasPrefix("~") else {
      throw Refusal(code: "S046", message: "'\(written)' is a place on one machine: name the file relative to this one")
    }
    guard !written.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw Refusal(code: "S046", message: "a file name holds no control characters")
    }
    name = Self.beside(file.name, written)
    path = Self.beside(file.path, written)
  }

  /// `written` as seen from the directory of `file`, without needless `.` and `..`.
  static func beside(_ file: String, _ written: String) -> String {
    var parts = file.split(separator: "/", omittingEmptySubsequences: true).dropLast().map(String.init)
    for part in written.split(separator: "/", omittingEmptySubsequences: true) {
      if part == "." { continue }
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(String(part))
      }
    }
    return (file.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
