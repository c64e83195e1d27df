import Foundation

/// Output that could not be written; what was there before is untouched.
public struct OutputFailure: Error, Sendable, CustomStringConvertible {
  public enum Kind: Int32, Sendable {
    /// The output cannot be created (73).
    case cannotCreate = 73
    /// Reading or writing failed on the way, a full disk among the reasons (74).
    case inputOutput = 74
    /// Another run is writing to the same place (75): the same command may succeed later.
    case busy = 75
  }

  public let kind: Kind
  public let path: String
  public let reason: String
  public let fix: String

  public var description: String { "\(path): \(reason)" }

  public init(_ kind: Kind, path: String, reason: String, fix: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
    self.fix = fix
  }

  /// From the C library's last error.
  static func system(_ kind: Kind, _ path: String, doing action: String, code: Int32 = errno) -> OutputFailure {
    let fix = code == ENOSPC ? "free some space, or name another directory with -o" : "name another directory with -o"
    return OutputFailure(kind, path: path, reason: "\(action): \(String(cString: strerror(code)))", fix: fix)
  }
}
