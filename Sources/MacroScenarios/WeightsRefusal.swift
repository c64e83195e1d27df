extension InvalidInput {
  /// A weights file that cannot be read (M001), or holds something else than it should (M002).
  /// - Parameters:
  ///   - tensor: `nil` when no single tensor is to blame.
  ///   - command: what rebuilds the file; `nil` where its kind is not known.
  public static func weights(
    at path: String, isMissing: Bool, tensor: String?, found: String, expected: String, rebuiltBy command: String?
  ) -> InvalidInput {
    let place = tensor.map { "tensor '\($0)': " } ?? ""
    return InvalidInput(
      isMissing ? .missing : .invalid,
      [
        Diagnostic(
          isMissing ? "M001" : "M002", "\(place)found \(found), expected \(expected)", at: .init(file: path),
          notes: command.map { ["fix: rebuild it with '\($0)'"] } ?? [])
      ])
  }
}
