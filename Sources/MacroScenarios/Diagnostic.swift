/// One thing that is wrong, or doubtful, in something an author gave, with its place, its cause and a way to mend it.
public struct Diagnostic: Sendable, Equatable, Error {
  public enum Severity: String, Sendable { case error, warning }

  /// Where in a file: line and column are 1-based, the column counted in Unicode scalars; `nil` where there is none.
  public struct Place: Sendable, Equatable {
    public let file: String
    public let line: Int?
    public let column: Int?

    public init(file: String, line: Int? = nil, column: Int? = nil) {
      self.file = file
      self.line = line
      self.column = column
    }
  }

  public let severity: Severity
  /// Stable, e.g. `S014` for scenario files, `T003` for tables; `kentledge explain` will know it.
  public let code: String
  /// What was found and what was expected, without the place.
  public let message: String
  public let place: Place
  /// The source line and how many characters the caret underlines; `nil` when no excerpt helps.
  public var excerpt: Excerpt?
  /// Lines shown after `= `, such as `fix: …` or `allowed: …`.
  public var notes: [String]

  public struct Excerpt: Sendable, Equatable {
    public let text: String
    public let width: Int
    /// Printed after the caret, such as `did you mean 'duration'?`.
    public let label: String

    public init(text: String, width: Int, label: String = "") {
      self.text = text
      self.width = width
      self.label = label
    }
  }

  public init(
    _ code: String, _ message: String, at place: Place, severity: Severity = .error, excerpt: Excerpt? = nil,
    notes: [String] = []
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.place = place
    self.excerpt = excerpt
    self.notes = notes
  }
}

/// Input that cannot be used: everything found wrong in one pass, in the order of its place.
public struct InvalidInput: Error, Sendable {
  /// Which documented exit code the command line answers with.
  public enum Kind: Int32, Sendable {
    /// A file is there, but what it holds is not valid (65).
    case invalid = 65
    /// A file that is needed is not there or cannot be read (66).
    case missing = 66
  }

  public let kind: Kind
  public let diagnostics: [Diagnostic]
  /// How many more were found than are listed.
  public let omittedCount: Int

  public init(_ kind: Kind, _ diagnostics: [Diagnostic], omittedCount: Int = 0) {
    self.kind = kind
    self.diagnostics = diagnostics
    self.omittedCount = omittedCount
  }
}
