import Foundation

/// Only regular files are read: a pipe or a device would never end.
enum RegularFile {
  /// Bytes of the regular file there, following links; `nil` when there is none.
  static func size(_ path: String) -> Int? {
    guard !path.unicodeScalars.contains("\0") else { return nil }
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: real),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return (attributes[.size] as? NSNumber)?.intValue
  }
}
