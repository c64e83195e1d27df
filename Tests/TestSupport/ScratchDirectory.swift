import Foundation

/// A directory of its own for one test; it goes when the test lets go of it.
public final class ScratchDirectory {
  public let path = FileManager.default.temporaryDirectory.appending(path: "kentledge-test-\(UUID().uuidString)").path

  public init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
