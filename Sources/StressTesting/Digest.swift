import COpenSSL
public import Foundation

/// SHA-256 (FIPS 180-4) by libcrypto, as 64 hexadecimal digits.
public enum Digest {
  public static func sha256(of bytes: some ContiguousBytes) -> String {
    bytes.withUnsafeBytes { input in
      var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
      var length: UInt32 = 0
      let status = EVP_Digest(input.baseAddress, input.count, &output, &length, EVP_sha256(), nil)
      precondition(status == 1 && length == 32, "libcrypto's SHA-256 gave status \(status) and \(length) bytes")
      return output.prefix(32).map { byte in
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }.joined()
    }
  }

  /// The digest of the file at `path`, or `nil` when it cannot be read.
  public static func sha256(ofFile path: String) -> String? {
    FileManager.default.contents(atPath: path).map { sha256(of: $0) }
  }
}
