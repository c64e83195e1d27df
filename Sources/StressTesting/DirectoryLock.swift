import Foundation
import Synchronization

/// Keeps two runs out of one place: a lock on a small file beside it, which the system lets go of when the process ends,
/// however it ends.
///
/// A file of its own can also be locked on the network file systems of clusters, where a directory cannot.
final class DirectoryLock: Sendable {
  private let path: String
  private let descriptor: Mutex<Int32>

  /// - Parameter subject: the place that is being kept, for messages.
  /// - Throws: `.busy` when another run holds it.
  init(_ path: String, keeping subject: String, notice: (String) -> Void) throws(OutputFailure) {
    self.path = path
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw .system(.cannotCreate, path, doing: "cannot create this file") }
      if flock(file, LOCK_EX | LOCK_NB) != 0 {
        let code = errno
        guard code != EWOULDBLOCK else {
          let holder = Self.holder(file)
          close(file)
          throw OutputFailure(
            .busy, path: subject, reason: "another run is writing to this directory" + holder,
            fix: "wait until it has ended, or name another directory with -o")
        }
        notice("\(path): this file system keeps no locks; nothing tells two runs into one directory apart")
        descriptor = Mutex(file)
        return
      }
      // The run before may have removed the file after it was opened here.
      if Self.isSame(file, path) {
        ftruncate(file, 0)
        let text = "\(getpid())\n"
        _ = text.withCString { Foundation.write(file, $0, strlen($0)) }
        descriptor = Mutex(file)
        return
      }
      close(file)
    }
  }

  deinit { release() }

  /// Removes the file while it is still locked, and lets go of it.
  func release() {
    descriptor.withLock { file in
      guard file >= 0 else { return }
      unlink(path)
      close(file)
      file = -1
    }
  }

  private static func isSame(_ file: Int32, _ path: String) -> Bool {
    var mine = stat(), there = stat()
    return fstat(file, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino
      && mine.st_dev == there.st_dev
  }

  private static func holder(_ file: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 16)
    let length = pread(file, &text, text.count, 0)
    let process = String(decoding: text.prefix(max(0, length)), as: UTF8.self).prefix { $0.isNumber }
    return process.isEmpty ? "" : " (process \(process))"
  }
}
