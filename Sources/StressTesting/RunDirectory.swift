import Foundation

/// The directory a run writes to: filled under a temporary name beside it, and put in its place in one step.
///
/// A directory of an earlier run is replaced as a whole; one that holds anything else is refused unless `force` is set.
/// Until `commit()` nothing that was there has changed.
public struct RunDirectory: Sendable {
  /// The file by which a directory is known as a run's.
  public static let manifestName = "manifest.json"

  /// Where the run will stand.
  public let destination: String
  /// Where it is being written; beside the destination, so that a rename does not cross file systems.
  public let staging: String

  public init(at path: String, force: Bool) throws(OutputFailure) {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    destination = url.path
    let parent = url.deletingLastPathComponent().path
    let files = FileManager.default
    if let link = try? files.destinationOfSymbolicLink(atPath: destination),
      !files.fileExists(atPath: destination)
    {
      throw OutputFailure(
        .cannotCreate, path: path, reason: "this is a link to '\(link)', which is not there",
        fix: "remove the link, or name another directory with -o")
    }
    var isDirectory: ObjCBool = false
    if files.fileExists(atPath: destination, isDirectory: &isDirectory) {
      guard isDirectory.boolValue else {
        throw OutputFailure(
          .cannotCreate, path: path, reason: "this is a file, expected a directory", fix: "name a directory with -o")
      }
      let entries = (try? files.contentsOfDirectory(atPath: destination)) ?? []
      guard entries.isEmpty || Self.isRun(destination) || force else {
        throw OutputFailure(
          .cannotCreate, path: path, reason: "this directory holds something other than a run",
          fix: "name another directory with -o, or replace this one with --force")
      }
    }
    staging = try Self.makeStaging(parent + "/." + url.lastPathComponent + ".partial-\(getpid())", in: parent)
  }

  /// A new directory under that name, or a numbered one where a run that was killed left its own.
  private static func makeStaging(_ name: String, in parent: String) throws(OutputFailure) -> String {
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw .system(.cannotCreate, parent, doing: "cannot create this directory")
    }
    var staging = name, attempt = 1
    while mkdir(staging, 0o777) != 0 {
      guard errno == EEXIST, attempt < 1_000 else {
        throw .system(.cannotCreate, staging, doing: "cannot create this directory")
      }
      attempt += 1
      staging = name + "-\(attempt)"
    }
    return staging
  }

  /// Whether a directory holds a run. Manifests are common: only one that names our schema is ours to replace.
  private static func isRun(_ path: String) -> Bool {
    struct SchemaAlone: Decodable { let schema: String }
    guard let data = FileManager.default.contents(atPath: path + "/" + manifestName),
      let manifest = try? JSONDecoder().decode(SchemaAlone.self, from: data)
    else { return false }
    return manifest.schema.hasPrefix(Manifest.schemaFamily)
  }

  /// Writes one file of the run.
  public func write(_ text: String, to name: String) throws(OutputFailure) {
    let path = staging + "/" + name
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
      throw .system(.inputOutput, path, doing: "cannot write this file")
    }
  }

  /// Gives the file at `path` a new content in one step.
  public static func replace(_ path: String, with text: String) throws(OutputFailure) {
    let temporary = path + ".partial-\(getpid())"
    guard FileManager.default.createFile(atPath: temporary, contents: Data(text.utf8)) else {
      throw .system(.inputOutput, path, doing: "cannot write this file")
    }
    guard rename(temporary, path) == 0 else { throw .system(.inputOutput, path, doing: "cannot replace this file") }
  }

  /// Puts the run in its place, and the one that stood there away.
  public func commit() throws(OutputFailure) {
    let old = staging + ".replaced"
    if FileManager.default.fileExists(atPath: destination) {
      guard rename(destination, old) == 0 else {
        throw .system(.inputOutput, destination, doing: "cannot move the earlier run away")
      }
    }
    guard rename(staging, destination) == 0 else {
      let failure = OutputFailure.system(.inputOutput, destination, doing: "cannot put the run in its place")
      _ = rename(old, destination)
      throw failure
    }
    try? FileManager.default.removeItem(atPath: old)
  }

  /// Removes what was written so far.
  public func discard() { try? FileManager.default.removeItem(atPath: staging) }
}
