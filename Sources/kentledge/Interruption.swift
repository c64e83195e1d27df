import Dispatch
import Foundation
import StressTesting
import Synchronization

/// Turns SIGINT and SIGTERM into a request to stop, so that nothing is left half and what is whole stays.
final class Interruption: @unchecked Sendable {
  let cancellation = Cancellation()
  private let received = Atomic<Int32>(0)
  // Unchecked: the sources are made once and only kept alive.
  private let sources: [any DispatchSourceSignal]

  init() {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [self] in
        received.store(number, ordering: .relaxed)
        cancellation.request()
      }
      source.resume()
    }
  }

  /// 128 plus the signal that came: 130 or 143.
  var exitCode: Int32 { 128 + received.load(ordering: .relaxed) }
}
