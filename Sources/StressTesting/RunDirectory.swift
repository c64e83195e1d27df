import Foundation

/// The directory a run writes to: filled under another name beside it, and put in its place in one step.
///
/// For `runs/x` that is `runs/.x.partial`, which only one run at a time may have. A run that is stopped or killed leaves
/// its whole files of paths there, and a later one may go on with them. A directory of an earlier run is replaced as a
/// whole; one that holds anything else is refused unless `force` is set. Until `commit()` nothing that was there has
/// changed.
public struct RunDirectory: Sendable {
  /// The file by which a directory is known as a run's.
  public static let manifestName = "manifest.json"
  /// Where the files of paths lie within it.
  public static let blocksName = "blocks"

  /// Where the run will stand.
  public let destination: String
  /// Where it is being written; beside the destination, so that a rename does not cross file systems.
  public let staging: String
  private let parent: String
  private let lock: DirectoryLock

  /// Where the files of paths go.
  public var blocks: String { staging + "/" + Self.blocksName }

  /// - Parameters:
  ///   - keepsPaths: whether files of paths that an earlier attempt has left are kept for this one.
  ///   - notice: told in one line what was removed.
  /// - Throws: `.busy` when another run is writing to the same place.
  public init(
    at path: String, force: Bool, keepsPaths: Bool = false, notice: (String) -> Void = { _ in }
  ) throws(OutputFailure) {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    destination = url.path
    parent = url.deletingLastPathComponent().path
    let name = parent + (parent.hasSuffix("/") ? "." : "/.") + url.lastPathComponent
    staging = name + WholeFile.temporarySuffix
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw .system(.cannotCreate, parent, doing: "cannot create this directory")
    }
    lock = try DirectoryLock(name + ".lock", keeping: path, notice: notice)
    try Self.checkDestination(destination, named: path, force: force)
    try Self.prepare(staging, keepsPaths: keepsPaths, notice: notice)
  }

  private static func checkDestination(_ destination: String, named path: String, force: Bool) throws(OutputFailure) {
    let files = FileManager.default
    if let link = try? files.destinationOfSymbolicLink(atPath: destination), !files.fileExists(atPath: destination) {
      throw OutputFailure(
        .cannotCreate, path: path, reason: "this is a link to '\(link)', which is not there",
        fix: "remove the link, or name another directory with -o")
    }
    var isDirectory: ObjCBool = false
    guard files.fileExists(atPath: destination, isDirectory: &isDirectory) else { return }
    guard isDirectory.boolValue else {
      throw OutputFailure(
        .cannotCreate, path: path, reason: "this is a file, expected a directory", fix: "name a directory with -o")
    }
    guard entries(destination).isEmpty || isRun(destination) || force else {
      throw OutputFailure(
        .cannotCreate, path: path, reason: "this directory holds something other than a run",
        fix: "name another directory with -o, or replace this one with --force")
    }
  }

  /// Makes the directory to write in, from what an earlier attempt may have left.
  private static func prepare(_ staging: String, keepsPaths: Bool, notice: (String) -> Void) throws(OutputFailure) {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: staging, isDirectory: &isDirectory) {
      let found = isDirectory.boolValue ? entries(staging) : []
      guard isDirectory.boolValue, found.isEmpty || found.contains(blocksName) || isRun(staging) else {
        throw OutputFailure(
          .cannotCreate, path: staging, reason: "a run would be written under this name, but this is none",
          fix: "remove it, or name another directory with -o")
      }
      let heldPaths = holdsPaths(staging)
      for entry in found where !(keepsPaths && entry == blocksName) { try remove(staging + "/" + entry) }
      if heldPaths, !keepsPaths {
        notice("removed the paths that an unfinished run had left in \(staging): --resume would have gone on with them")
      }
    }
    do {
      try FileManager.default.createDirectory(
        atPath: staging + "/" + blocksName, withIntermediateDirectories: true)
    } catch {
      throw .system(.cannotCreate, staging, doing: "cannot create this directory")
    }
  }

  private static func remove(_ path: String) throws(OutputFailure) {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw .system(.cannotCreate, path, doing: "cannot remove what an earlier run has left")
    }
  }

  private static func entries(_ path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }

  /// Whether there is a whole file of paths.
  private static func holdsPaths(_ directory: String) -> Bool {
    let blocks = directory + "/" + blocksName
    return entries(blocks).contains { stage in
      entries(blocks + "/" + stage).contains {
        $0.hasPrefix(PathFile.namePrefix) && !$0.hasSuffix(WholeFile.temporarySuffix)
      }
    }
  }

  /// Whether a directory holds a run or a shard. Manifests are common: only one that names our schema is ours to replace.
  private static func isRun(_ path: String) -> Bool {
    struct SchemaAlone: Decodable { let schema: String }
    return [(manifestName, Manifest.schemaFamily), (ShardRecord.fileName, ShardRecord.schemaFamily)].contains {
      file, family in
      guard let data = FileManager.default.contents(atPath: path + "/" + file),
        let record = try? JSONDecoder().decode(SchemaAlone.self, from: data)
      else { return false }
      return record.schema.hasPrefix(family)
    }
  }

  /// Writes one file of the run.
  /// - Returns: its entry in the manifest.
  @discardableResult public func write(_ text: String, to name: String) throws(OutputFailure) -> Manifest.File {
    try write(Array(text.utf8), to: name)
  }

  @discardableResult public func write(_ bytes: [UInt8], to name: String) throws(OutputFailure) -> Manifest.File {
    try WholeFile.write(bytes, to: staging + "/" + name)
    return Manifest.File(file: name, sha256: Digest.sha256(of: bytes))
  }

  /// Has one file of the run written by `make`, which is told its path.
  /// - Returns: its entry in the manifest.
  public func write(to name: String, by make: (String) throws -> Void) throws -> Manifest.File {
    let path = staging + "/" + name
    try make(path)
    guard let hash = Digest.sha256(ofFile: path) else {
      throw OutputFailure.system(.inputOutput, path, doing: "cannot read this file")
    }
    return Manifest.File(file: name, sha256: hash)
  }

  /// Gives the file at `path` a new content in one step.
  public static func replace(_ path: String, with text: String) throws(OutputFailure) {
    try replace(path, with: Array(text.utf8))
  }

  public static func replace(_ path: String, with bytes: [UInt8]) throws(OutputFailure) {
    try WholeFile.write(bytes, to: path)
  }

  /// Puts the run in its place, and removes the one that stood there; ends the directory's use.
  /// - Parameter keepsPaths: whether the files of paths stay with it. They are removed last: until the run is in its place
  ///   they are the way back.
  public func commit(keepsPaths: Bool = false) throws(OutputFailure) {
    try WholeFile.synchronise(staging)
    if FileManager.default.fileExists(atPath: destination) {
      if !exchange(staging, destination) {
        let old = staging + ".replaced"
        guard rename(destination, old) == 0 else {
          throw .system(.inputOutput, destination, doing: "cannot move the earlier run away")
        }
        guard rename(staging, destination) == 0 else {
          let failure = OutputFailure.system(.inputOutput, destination, doing: "cannot put the run in its place")
          _ = rename(old, destination)
          throw failure
        }
        _ = rename(old, staging)
      }
      // What stands there now is the earlier run. It is in nobody's way if it cannot be removed.
      try? FileManager.default.removeItem(atPath: staging)
    } else {
      guard rename(staging, destination) == 0 else {
        throw .system(.inputOutput, destination, doing: "cannot put the run in its place")
      }
    }
    try WholeFile.synchronise(parent)
    if !keepsPaths { try? FileManager.default.removeItem(atPath: destination + "/" + Self.blocksName) }
    lock.release()
  }

  /// Ends the directory's use and removes what was written.
  public func discard() {
    try? FileManager.default.removeItem(atPath: staging)
    lock.release()
  }

  /// Ends the directory's use without a run in it.
  /// - Returns: whether files of paths stay for a later attempt.
  @discardableResult public func leave() -> Bool {
    let holdsPaths = Self.holdsPaths(staging)
    if !holdsPaths { try? FileManager.default.removeItem(atPath: staging) }
    lock.release()
    return holdsPaths
  }
}

/// Two names change places at once, for which POSIX has no call.
/// - Returns: whether they did: not every file system can.
private func exchange(_ first: String, _ second: String) -> Bool {
  typealias RenameAt = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
  // `renameat2` is Linux's own: the C library hides its declaration from Swift, and an old one does not have it.
  guard let symbol = dlsym(nil, "renameat2") else { return false }
  let exchanging: UInt32 = 2
  return unsafeBitCast(symbol, to: RenameAt.self)(AT_FDCWD, first, AT_FDCWD, second, exchanging) == 0
}
