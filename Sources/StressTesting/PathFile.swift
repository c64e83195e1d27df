import Foundation

/// One file of per-path columns: a fixed range of paths, column after column, and the range's sums.
///
/// Layout, little-endian: the 8 bytes `KLPATHS1`; first path (UInt64); path, column and sum counts (3 × UInt32) and four
/// zero bytes; the columns as Float32, `[column][path]`; the sums as Float64. A file appears under its name only when it
/// is whole.
struct PathFile {
  static let pathsPerFile = 4_096

  private static let magic = Array("KLPATHS1".utf8)
  private static let headerLength = 32

  let path: String
  let pathCount: Int
  let columnCount: Int
  let sumCount: Int

  /// Where the file of that chunk of paths lies in `directory`.
  static func location(chunk: Int, in directory: String) -> String {
    let digits = String(chunk)
    return directory + "/paths-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// Writes the file under a temporary name and gives it its own when it is complete.
  /// - Parameters:
  ///   - chunk: its first `columnCount` columns are written, and of each the first `pathCount` values.
  ///   - firstPath: number of the first path in the run.
  static func write(
    _ chunk: PathChunk, columnCount: Int, firstPath: Int, pathCount: Int, to path: String
  ) throws(OutputFailure) {
    let temporary = path + ".partial"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .system(.cannotCreate, temporary, doing: "cannot create this file") }
    var header = magic
    withUnsafeBytes(of: UInt64(firstPath).littleEndian) { header += $0 }
    for count in [pathCount, columnCount, chunk.sums.count, 0] {
      withUnsafeBytes(of: UInt32(count).littleEndian) { header += $0 }
    }
    do throws(OutputFailure) {
      try header.withUnsafeBytes { bytes in
        Result { () throws(OutputFailure) in try append(bytes, to: file, named: temporary) }
      }.get()
      for column in 0..<columnCount {
        let start = column * PathChunk.columnStride
        let values = UnsafeMutableBufferPointer(rebasing: chunk.columns[start..<start + pathCount])
        try append(UnsafeRawBufferPointer(values), to: file, named: temporary)
      }
      try append(UnsafeRawBufferPointer(chunk.sums), to: file, named: temporary)
    } catch {
      close(file)
      unlink(temporary)
      throw error
    }
    guard close(file) == 0, rename(temporary, path) == 0 else {
      throw .system(.inputOutput, path, doing: "cannot complete this file")
    }
  }

  private static func append(
    _ bytes: UnsafeRawBufferPointer, to file: Int32, named path: String
  ) throws(OutputFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .system(.inputOutput, path, doing: "cannot write to this file") }
      rest = rest.dropFirst(written)
    }
  }

  /// Opens a file for reading and checks its header against its length.
  init(reading path: String) throws(OutputFailure) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(.inputOutput, path, doing: "cannot read this file") }
    defer { close(file) }
    var header = [UInt8](repeating: 0, count: Self.headerLength)
    let length = Foundation.read(file, &header, header.count)
    func count(at offset: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(header[offset + $1]) << (8 * $1) }
    }
    self.path = path
    (pathCount, columnCount, sumCount) = (count(at: 16), count(at: 20), count(at: 24))
    let expected = Self.headerLength + 4 * pathCount * columnCount + 8 * sumCount
    guard length == header.count, header.prefix(8).elementsEqual(Self.magic),
      lseek(file, 0, SEEK_END) == expected
    else {
      throw OutputFailure(
        .inputOutput, path: path, reason: "this file of paths is damaged", fix: "remove the directory and run again")
    }
  }

  /// Reads one column behind `target[offset…]`.
  func read(column: Int, into target: UnsafeMutableBufferPointer<Float>, at offset: Int) throws(OutputFailure) {
    let bytes = UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(rebasing: target[offset..<offset + pathCount]))
    try read(bytes, at: Self.headerLength + 4 * column * pathCount)
  }

  func readSums() throws(OutputFailure) -> [Double] {
    let start = Self.headerLength + 4 * pathCount * columnCount
    var sums = [Double](repeating: 0, count: sumCount)
    try sums.withUnsafeMutableBytes { bytes in
      Result { () throws(OutputFailure) in try read(bytes, at: start) }
    }.get()
    return sums
  }

  private func read(_ bytes: UnsafeMutableRawBufferPointer, at position: Int) throws(OutputFailure) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(.inputOutput, path, doing: "cannot read this file") }
    defer { close(file) }
    var filled = 0
    while filled < bytes.count {
      let got = pread(
        file, bytes.baseAddress! + filled, bytes.count - filled, off_t(position + filled))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw .system(.inputOutput, path, doing: "cannot read this file to its end") }
      filled += got
    }
  }
}
