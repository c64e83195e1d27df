import Dispatch
import Foundation

extension Manifest {
  /// The program as it was built.
  public struct Build: Codable, Sendable, Equatable {
    /// `release` or `debug`.
    public let configuration: String
    public let operatingSystem: String
    /// SHA-256 of the program's file.
    public let executable: String

    static let current: Build = {
      #if DEBUG
        let configuration = "debug"
      #else
        let configuration = "release"
      #endif
      return Build(
        configuration: configuration, operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString,
        executable: Digest.sha256(ofFile: "/proc/self/exe") ?? "")
    }()

    /// Begins to hash the program beside whatever else is done: a manifest needs the hash in the end.
    public static func beginHashing() { DispatchQueue.global().async { _ = current } }
  }

  /// What the processor is and can do, as far as arithmetic may depend on it.
  public struct Processor: Codable, Sendable, Equatable {
    public let model: String
    public let features: [String]

    static let current = Processor(
      description: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")

    private static let arithmetic = [
      "sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_vnni",
      "avx512_bf16", "amx_tile", "asimd", "sve", "bf16",
    ]

    /// - Parameter description: the text of `/proc/cpuinfo`.
    init(description: String) {
      func value(_ keys: [String]) -> String {
        for line in description.split(separator: "\n") {
          let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
          if parts.count == 2, keys.contains(parts[0]) { return parts[1] }
        }
        return ""
      }
      model = value(["model name", "CPU implementer"])
      let flags = Set(value(["flags", "Features"]).split(separator: " ").map(String.init))
      features = Self.arithmetic.filter(flags.contains)
    }
  }
}
