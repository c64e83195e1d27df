import Foundation

extension PathFile {
  /// What a file is worth to a run that wants certain paths in it.
  enum Condition: Hashable, Sendable {
    case missing
    /// It holds the paths, every bit of them.
    case whole(digest: [UInt8])
    /// Cut off or changed.
    case damaged
    /// A file of other paths, or of another run.
    case foreign
  }

  /// Reads the file at `path` from end to end.
  static func condition(at path: String, expecting expected: Header) throws(OutputFailure) -> Condition {
    guard access(path, F_OK) == 0 else { return .missing }
    let file = try InputFileHandle(path)
    var buffer = [UInt8](repeating: 0, count: Header.length)
    guard file.length >= buffer.count, try file.read(into: &buffer, at: 0), let header = Header(buffer) else {
      return .damaged
    }
    guard header == expected else { return .foreign }
    guard file.length == header.fileLength else { return .damaged }
    let digest = DigestStream(), end = header.fileLength - DigestStream.length
    buffer = [UInt8](repeating: 0, count: 1 << 20)
    for start in stride(from: 0, to: end, by: buffer.count) {
      let count = min(buffer.count, end - start)
      let isRead = try buffer.withUnsafeMutableBytes { all in
        Result { () throws(OutputFailure) -> Bool in
          let bytes = UnsafeMutableRawBufferPointer(rebasing: all[..<count])
          let isRead = try file.read(into: bytes, at: start)
          digest.update(UnsafeRawBufferPointer(bytes))
          return isRead
        }
      }.get()
      guard isRead else { return .damaged }
    }
    var trailer = [UInt8](repeating: 0, count: DigestStream.length)
    let found = digest.finish()
    return try file.read(into: &trailer, at: end) && trailer == found ? .whole(digest: found) : .damaged
  }
}

/// A file open for reading; it closes when it is let go.
final class InputFileHandle {
  let length: Int
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(OutputFailure) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(.inputOutput, path, doing: "cannot read this file") }
    self.path = path
    descriptor = file
    length = Int(lseek(file, 0, SEEK_END))
    // A pipe has no length: taken for an empty file it would lend a figure the hash of nothing.
    guard length >= 0 else { throw .system(.inputOutput, path, doing: "cannot read this file") }
  }

  deinit { close(descriptor) }

  /// Fills `bytes` from that position on; `false` when the file ends before.
  func read(into bytes: UnsafeMutableRawBufferPointer, at position: Int) throws(OutputFailure) -> Bool {
    var filled = 0
    while filled < bytes.count {
      let got = pread(descriptor, bytes.baseAddress! + filled, bytes.count - filled, off_t(position + filled))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .system(.inputOutput, path, doing: "cannot read this file") }
      if got == 0 { return false }
      filled += got
    }
    return true
  }

  func read(into bytes: inout [UInt8], at position: Int) throws(OutputFailure) -> Bool {
    try bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(OutputFailure) in try read(into: bytes, at: position) }
    }.get()
  }
}
