import ArgumentParser
import Foundation
import StressTesting

/// A shard as the command line names it: `3/8`, or `auto` to have a scheduler's variables tell.
enum ShardArgument: ExpressibleByArgument {
  case number(Shard)
  case auto

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let shard = Shard(argument) {
      self = .number(shard)
    } else {
      return nil
    }
  }

  /// - Throws: a usage error when the scheduler's variables do not tell.
  func shard() throws -> Shard {
    switch self {
    case .number(let shard): return shard
    case .auto:
      do {
        return try Shard(environment: ProcessInfo.processInfo.environment)
      } catch {
        throw ValidationError("--shard auto: \(error); name the shard instead, as in --shard 3/8")
      }
    }
  }
}

enum ThreadCount {
  static func validate(_ threads: Int) throws {
    guard (1...1_024).contains(threads) else {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }
}
