public import Foundation

/// A file that appears under its name only when it is whole: written under a temporary name beside it, then renamed.
public final class WholeFile {
  /// What the temporary name ends with.
  static let temporarySuffix = ".partial"

  private let path: String
  private let temporary: String
  private var descriptor: Int32

  public init(_ path: String) throws(OutputFailure) {
    self.path = path
    temporary = path + Self.temporarySuffix
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system(.cannotCreate, temporary, doing: "cannot create this file") }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(OutputFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .system(.inputOutput, path, doing: "cannot write to this file") }
      rest = rest.dropFirst(written)
    }
  }

  public func append(_ bytes: some ContiguousBytes) throws(OutputFailure) {
    try bytes.withUnsafeBytes { bytes in Result { () throws(OutputFailure) in try append(bytes) } }.get()
  }

  /// Gives the file its name.
  /// - Parameter isSynchronised: whether its content must be on the disk before that, so that a power cut leaves either
  ///   the old file or the new one.
  public func complete(isSynchronised: Bool) throws(OutputFailure) {
    let isSafe = !isSynchronised || fsync(descriptor) == 0
    let code = errno
    guard isSafe else { throw .system(.inputOutput, path, doing: "cannot write to this file", code: code) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system(.inputOutput, path, doing: "cannot complete this file", code: code)
    }
  }

  /// Has a library write the file under a temporary name, and gives it its own when it is whole and on the disk.
  /// - Parameter make: told the temporary name, under which nothing stands.
  public static func make(_ path: String, by make: (_ temporary: String) throws -> Void) throws {
    let temporary = path + temporarySuffix
    unlink(temporary)
    do {
      try make(temporary)
      try synchronise(temporary)
      guard rename(temporary, path) == 0 else {
        throw OutputFailure.system(.inputOutput, path, doing: "cannot complete this file")
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Gives the file at `path` a new content in one step that a power cut cannot halve.
  static func write(_ bytes: [UInt8], to path: String) throws(OutputFailure) {
    let file = try WholeFile(path)
    try file.append(bytes)
    try file.complete(isSynchronised: true)
  }

  /// Waits until a file, or the names in a directory, are on the disk.
  static func synchronise(_ path: String) throws(OutputFailure) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(.inputOutput, path, doing: "cannot read this") }
    defer { close(file) }
    // Some file systems cannot do this for directories, and then have no need of it.
    guard fsync(file) == 0 || errno == EINVAL else {
      throw .system(.inputOutput, path, doing: "cannot bring this to the disk")
    }
  }
}
