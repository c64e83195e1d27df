/// A diagnostic with the place of its file in the order of reading. The excerpt is cut out when it is shown: of many
/// thousand findings on one endless line only twenty are.
struct Finding: Error {
  let rank: Int
  private let bare: Diagnostic
  private let node: SourceNode?
  private let width: Int?
  private let label: String

  var code: String { bare.code }
  var severity: Diagnostic.Severity { bare.severity }
  var place: Diagnostic.Place { bare.place }

  /// - Parameters:
  ///   - node: where the excerpt is cut out; `nil` for no excerpt.
  ///   - width: how many characters the caret underlines; `nil` for the node's own.
  init(rank: Int, _ diagnostic: Diagnostic, at node: SourceNode? = nil, width: Int? = nil, label: String = "") {
    self.rank = rank
    bare = diagnostic
    self.node = node
    self.width = width
    self.label = label
  }

  var diagnostic: Diagnostic {
    guard let node else { return bare }
    var complete = bare
    complete.excerpt = .init(text: String(node.file.line(node.line)), width: width ?? node.width, label: label)
    return complete
  }
}
