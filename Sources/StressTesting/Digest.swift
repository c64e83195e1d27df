import COpenSSL
public import Foundation

/// SHA-256 (FIPS 180-4) by libcrypto, as 64 hexadecimal digits.
public enum Digest {
  public static func sha256(of bytes: some ContiguousBytes) -> String {
    bytes.withUnsafeBytes { input in
      let stream = DigestStream()
      stream.update(input)
      return hexadecimal(stream.finish())
    }
  }

  /// The digest of the file at `path`, read piece by piece, or `nil` when it cannot be read.
  public static func sha256(ofFile path: String) -> String? {
    guard let file = try? InputFileHandle(path) else { return nil }
    let stream = DigestStream(), piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { piece.deallocate() }
    for position in stride(from: 0, to: file.length, by: piece.count) {
      let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, file.length - position)])
      guard (try? file.read(into: bytes, at: position)) == true else { return nil }
      stream.update(UnsafeRawBufferPointer(bytes))
    }
    return hexadecimal(stream.finish())
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// The bytes of hexadecimal digits, or `nil` when the text is none.
  static func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// SHA-256 of bytes that come in pieces.
final class DigestStream {
  static let length = 32

  private let context: OpaquePointer

  init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(status == 1, "libcrypto's SHA-256 gave status \(status)")
  }

  /// The digest of everything given so far; nothing can be added after it.
  func finish() -> [UInt8] {
    var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    let status = EVP_DigestFinal_ex(context, &output, &length)
    precondition(status == 1 && length == Self.length, "libcrypto's SHA-256 gave status \(status), \(length) bytes")
    return Array(output.prefix(Self.length))
  }
}
