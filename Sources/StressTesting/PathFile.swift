import Foundation

/// One file of per-path columns: a fixed range of a stage's paths, column after column, and the range's sums.
///
/// Layout, little-endian: a header of 64 bytes, see `Header`; the columns as Float32, `[column][path]`; the sums as
/// Float64; SHA-256 of all before. The header says which run and which of its paths the file belongs to, so that a file
/// that is damaged or of another run is recognised wherever it turns up.
struct PathFile: Sendable {
  /// The most that a file holds, and what each file of the run's own paths does.
  static let pathsPerFile = 4_096

  /// `KLPATHS2`; run identity (32 bytes); first path (UInt64); stage, path, column and sum counts (4 × UInt32).
  struct Header: Equatable, Sendable {
    static let length = 64
    fileprivate static let magic = Array("KLPATHS2".utf8)

    /// SHA-256, 32 bytes.
    var runIdentity: [UInt8]
    /// Number of the stage in the run.
    var stage: Int
    /// Number of the first path in the stage.
    var firstPath: Int
    var pathCount: Int
    var columnCount: Int
    var sumCount: Int

    /// Where the sums begin, behind the columns.
    var sumsStart: Int { Self.length + 4 * pathCount * columnCount }
    var fileLength: Int { sumsStart + 8 * sumCount + DigestStream.length }

    var bytes: [UInt8] {
      precondition(runIdentity.count == 32, "a run identity of \(runIdentity.count) bytes, expected 32")
      var bytes = Self.magic + runIdentity
      withUnsafeBytes(of: UInt64(firstPath).littleEndian) { bytes += $0 }
      for count in [stage, pathCount, columnCount, sumCount] {
        withUnsafeBytes(of: UInt32(count).littleEndian) { bytes += $0 }
      }
      return bytes
    }

    /// `nil` when the bytes are no header.
    init?(_ bytes: some Collection<UInt8>) {
      let bytes = Array(bytes)
      guard bytes.count == Self.length, bytes.starts(with: Self.magic) else { return nil }
      func number(_ range: Range<Int>) -> UInt64 { range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
      runIdentity = Array(bytes[8..<40])
      (stage, pathCount) = (Int(number(48..<52)), Int(number(52..<56)))
      (columnCount, sumCount) = (Int(number(56..<60)), Int(number(60..<64)))
      // Counts that no run has would overflow a length.
      guard let firstPath = Int(exactly: number(40..<48)), pathCount <= PathFile.pathsPerFile,
        columnCount < 1 << 24, sumCount < 1 << 24
      else { return nil }
      self.firstPath = firstPath
    }

    init(runIdentity: [UInt8], stage: Int, firstPath: Int, pathCount: Int, columnCount: Int, sumCount: Int) {
      self.runIdentity = runIdentity
      self.stage = stage
      self.firstPath = firstPath
      self.pathCount = pathCount
      self.columnCount = columnCount
      self.sumCount = sumCount
    }
  }

  let path: String
  let header: Header

  var pathCount: Int { header.pathCount }
  var columnCount: Int { header.columnCount }

  /// Where the file of that chunk of paths lies in `directory`.
  static func location(chunk: Int, in directory: String) -> String {
    let digits = String(chunk)
    return directory + "/" + namePrefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  static let namePrefix = "paths-"

  /// Writes the file under a temporary name and gives it its own when it is complete.
  ///
  /// It is not forced to the disk: that would cost a tenth of the run, and what a power cut spoils is recognised by its
  /// digest and drawn again.
  /// - Parameter chunk: its first `header.columnCount` columns are written, and of each the first `header.pathCount`
  ///   values.
  static func write(_ chunk: PathChunk, _ header: Header, to path: String) throws(OutputFailure) {
    let file = try WholeFile(path), digest = DigestStream()
    func append(_ bytes: UnsafeRawBufferPointer) throws(OutputFailure) {
      digest.update(bytes)
      try file.append(bytes)
    }
    try header.bytes.withUnsafeBytes { bytes in Result { () throws(OutputFailure) in try append(bytes) } }.get()
    for column in 0..<header.columnCount {
      let start = column * PathChunk.columnStride
      try append(
        UnsafeRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: chunk.columns[start..<start + header.pathCount])))
    }
    try append(UnsafeRawBufferPointer(chunk.sums))
    try file.append(digest.finish())
    try file.complete(isSynchronised: false)
  }

  /// Opens a file for reading and checks its header against its length.
  init(reading path: String) throws(OutputFailure) {
    let file = try InputFileHandle(path)
    var bytes = [UInt8](repeating: 0, count: Header.length)
    guard file.length >= bytes.count, try file.read(into: &bytes, at: 0), let header = Header(bytes),
      file.length == header.fileLength
    else {
      throw OutputFailure(
        .inputOutput, path: path, reason: "this file of paths is damaged", fix: "run again with --resume")
    }
    self.path = path
    self.header = header
  }

  /// Reads neighbouring columns, `[column][path]`, over the first places of `target`.
  func read(columns: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) throws(OutputFailure) {
    let bytes = UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(rebasing: target[..<(columns.count * pathCount)]))
    try read(bytes, at: Header.length + 4 * columns.lowerBound * pathCount)
  }

  func readSums() throws(OutputFailure) -> [Double] {
    var sums = [Double](repeating: 0, count: header.sumCount)
    try sums.withUnsafeMutableBytes { bytes in
      Result { () throws(OutputFailure) in try read(bytes, at: header.sumsStart) }
    }.get()
    return sums
  }

  /// The digest that the file carries of itself; whether it is right, `condition(at:expecting:)` says.
  func readDigest() throws(OutputFailure) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: DigestStream.length)
    try digest.withUnsafeMutableBytes { bytes in
      Result { () throws(OutputFailure) in try read(bytes, at: header.fileLength - DigestStream.length) }
    }.get()
    return digest
  }

  private func read(_ bytes: UnsafeMutableRawBufferPointer, at position: Int) throws(OutputFailure) {
    guard try InputFileHandle(path).read(into: bytes, at: position) else {
      throw .system(.inputOutput, path, doing: "cannot read this file to its end", code: EIO)
    }
  }
}
