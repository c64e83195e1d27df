import Foundation
import MacroScenarios
import TestSupport
import Testing

@testable import StressTesting

@Suite struct SignatureTests {
  /// RFC 8032, section 7.1, tests 1 and 2.
  struct Vector: Sendable {
    let secret, publicKey: String
    let message: [UInt8]
    let signature: String
  }

  static let vectors = [
    Vector(
      secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: [],
      signature:
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f05"
        + "95bbe24655141438e7a100b"),
    Vector(
      secret: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: [0x72],
      signature:
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4"
        + "302aeeb00d291612bb0c00"),
  ]

  /// A key in PEM form: the DER of RFC 8410 around its 32 bytes.
  private static func pem(_ title: String, _ prefix: String, _ key: String) -> String {
    let text = Data(Digest.bytes(hexadecimal: prefix + key)!).base64EncodedString()
    return "-----BEGIN \(title)-----\n\(text)\n-----END \(title)-----\n"
  }

  private static func write(_ vector: Vector, in scratch: ScratchDirectory) throws -> (secret: String, open: String) {
    let secret = scratch.path + "/key.pem", open = scratch.path + "/key.pub"
    try pem("PRIVATE KEY", "302e020100300506032b657004220420", vector.secret)
      .write(toFile: secret, atomically: true, encoding: .utf8)
    try pem("PUBLIC KEY", "302a300506032b6570032100", vector.publicKey)
      .write(toFile: open, atomically: true, encoding: .utf8)
    return (secret, open)
  }

  @Test(arguments: 0..<2) func theStandardsSignaturesAreMadeAndHold(index: Int) throws {
    let vector = Self.vectors[index], scratch = try ScratchDirectory()
    let keys = try Self.write(vector, in: scratch)
    let signature = try Signature.sign(vector.message, keyFile: keys.secret)
    #expect(Digest.hexadecimal(signature) == vector.signature)
    #expect(try Signature.isValid(signature, of: vector.message, keyFile: keys.open))
    #expect(try !Signature.isValid(signature, of: vector.message + [1], keyFile: keys.open))
    #expect(try !Signature.isValid(signature.map { $0 ^ 1 }, of: vector.message, keyFile: keys.open))
    #expect(try !Signature.isValid([], of: vector.message, keyFile: keys.open))
  }

  @Test func aKeyThatIsNoneIsRefused() throws {
    let scratch = try ScratchDirectory()
    let keys = try Self.write(Self.vectors[0], in: scratch)
    let nonsense = scratch.path + "/nonsense"
    try "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
      .write(toFile: nonsense, atomically: true, encoding: .utf8)
    for path in [nonsense, keys.open] {
      #expect { try Signature.sign([1], keyFile: path) } throws: { ($0 as? InvalidInput)?.kind == .invalid }
    }
    #expect { try Signature.sign([1], keyFile: scratch.path + "/none") } throws: {
      ($0 as? InvalidInput)?.kind == .missing
    }
    #expect { try Signature.isValid([], of: [], keyFile: keys.secret) } throws: {
      ($0 as? InvalidInput)?.kind == .invalid
    }
  }
}
