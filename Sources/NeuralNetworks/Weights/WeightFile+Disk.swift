import Glibc

extension WeightFile {
  /// Largest file that is read.
  static let sizeLimit = 1 << 30

  /// - Throws: when the file is not there, cannot be read, or does not hold what the format asks for.
  public init(contentsOf path: String) throws(WeightFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw WeightFileError(.unreadable, file: path, found: Self.systemError, expected: "a file that can be read")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw WeightFileError(.unreadable, file: path, found: "something else", expected: "a regular file")
    }
    guard status.st_size <= Self.sizeLimit else {
      throw WeightFileError(
        .tooLarge, file: path, found: "\(status.st_size) bytes", expected: "at most \(Self.sizeLimit)")
    }
    let size = Int(status.st_size)
    var failure: WeightFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let step = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if step < 0 && errno == EINTR { continue }
        guard step > 0 else {
          let found = step == 0 ? "\(count) bytes" : Self.systemError
          failure = WeightFileError(.unreadable, file: path, found: found, expected: "\(size) bytes")
          return
        }
        count += step
      }
    }
    if let failure { throw failure }
    try self.init(bytes, source: path)
  }

  /// Writes beside the target and renames, so that there is the old file or the new one and never half of it.
  public func write(to path: String) throws(WeightFileError) {
    let temporary = "\(path).\(getpid()).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.unwritable(path) }
    var written = Self.writeAll(encoded(), to: descriptor) && fsync(descriptor) == 0
    var failure = written ? nil : Self.unwritable(path)
    if close(descriptor) != 0 && written {
      failure = Self.unwritable(path)
      written = false
    }
    if written && rename(temporary, path) != 0 { failure = Self.unwritable(path) }
    if let failure {
      unlink(temporary)
      throw failure
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let step = Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if step < 0 && errno == EINTR { continue }
        guard step > 0 else { return false }
        done += step
      }
      return true
    }
  }

  private static func unwritable(_ path: String) -> WeightFileError {
    WeightFileError(.unwritable, file: path, found: systemError, expected: "a place that can be written")
  }

  private static var systemError: String { String(cString: strerror(errno)) }
}
