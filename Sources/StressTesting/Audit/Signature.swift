import COpenSSL
import Foundation
public import MacroScenarios

/// Ed25519 (RFC 8032) over a run's manifest, by libcrypto: who has the public key can tell that no file that the manifest
/// names was changed since.
///
/// `manifest.sig` is the bare signature of 64 bytes, as `openssl pkeyutl -rawin` makes and checks it.
public enum Signature {
  public static let fileName = "manifest.sig"
  static let length = 64

  /// - Parameter keyFile: an Ed25519 private key in PEM form, without a passphrase.
  /// - Throws: R010 when the key cannot be used.
  public static func sign(_ message: [UInt8], keyFile: String) throws(InvalidInput) -> [UInt8] {
    let key = try Key(keyFile, isPrivate: true)
    var signature = [UInt8](repeating: 0, count: length), count = length
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1,
      EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == length
    else { throw key.unusable("libcrypto cannot sign with this key") }
    return signature
  }

  /// - Parameter keyFile: an Ed25519 public key in PEM form.
  /// - Returns: whether the signature is that key's, of that message.
  public static func isValid(
    _ signature: [UInt8], of message: [UInt8], keyFile: String
  ) throws(InvalidInput) -> Bool {
    let key = try Key(keyFile, isPrivate: false)
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, nil, nil, key.pointer) == 1 else {
      throw key.unusable("libcrypto cannot check with this key")
    }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  /// A key read from a file; freed when it is let go.
  private final class Key {
    let file: String
    let pointer: OpaquePointer

    init(_ file: String, isPrivate: Bool) throws(InvalidInput) {
      self.file = file
      guard let text = FileManager.default.contents(atPath: file), text.count < 1 << 16 else {
        throw InvalidInput(.missing, [Diagnostic("R009", "cannot read this key", at: .init(file: file))])
      }
      // An empty passphrase, or libcrypto would ask for one on the terminal.
      var passphrase: [CChar] = [0]
      let key = Array(text).withUnsafeBytes { bytes -> OpaquePointer? in
        let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
        defer { BIO_free(source) }
        return isPrivate
          ? PEM_read_bio_PrivateKey(source, nil, nil, &passphrase)
          : PEM_read_bio_PUBKEY(source, nil, nil, &passphrase)
      }
      guard let key, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 else {
        EVP_PKEY_free(key)
        throw Self.unusable(
          "this is no Ed25519 \(isPrivate ? "private key without passphrase" : "public key") in PEM form", file)
      }
      pointer = key
    }

    deinit { EVP_PKEY_free(pointer) }

    func unusable(_ reason: String) -> InvalidInput { Self.unusable(reason, file) }

    private static func unusable(_ reason: String, _ file: String) -> InvalidInput {
      InvalidInput(
        .invalid,
        [
          Diagnostic(
            "R010", reason, at: .init(file: file),
            notes: [
              "fix: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub"
            ])
        ])
    }
  }
}
