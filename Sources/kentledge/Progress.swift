import Foundation
import StressTesting
import Synchronization

/// Tells on standard error how far a long work is: a bar on a terminal, else one line for every tenth.
final class Progress: Sendable {
  private struct State {
    var done = 0
    var lastTenth = 0
    var lastDrawn: ContinuousClock.Instant?
  }

  private let label: String
  private let total: Int
  private let unit: String
  private let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(_ label: String, total: Int, unit: String, isQuiet: Bool) {
    self.label = label
    self.total = total
    self.unit = unit
    self.isQuiet = isQuiet
  }

  /// Adds what was just finished; safe from any thread.
  func advance(by count: Int) {
    guard !isQuiet else { return }
    state.withLock { state in
      state.done += count
      let now = ContinuousClock.now
      if isTerminal {
        let isDue = state.lastDrawn.map { now - $0 > .milliseconds(100) } ?? true
        guard isDue || state.done >= total else { return }
        state.lastDrawn = now
        write("\r" + line(done: state.done, at: now) + "\u{1B}[K" + (state.done >= total ? "\n" : ""))
      } else {
        let tenth = 10 * state.done / max(1, total)
        guard tenth > state.lastTenth else { return }
        state.lastTenth = tenth
        write(line(done: state.done, at: now) + "\n")
      }
    }
  }

  private func line(done: Int, at now: ContinuousClock.Instant) -> String {
    let seconds = Double((now - start).components.seconds) + Double((now - start).components.attoseconds) * 1e-18
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let left = rate > 0 ? Int((Double(total - done) / rate).rounded(.up)) : 0
    let filled = 20 * done / max(1, total)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
    return
      "\(label) [\(bar)] \(100 * done / max(1, total)) %  \(done)/\(total) \(unit)  \(Int(rate)) \(unit)/s  \(left) s left"
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// One bar a stage, the next when the last is full.
final class ProgressBars: Sendable {
  private let isQuiet: Bool
  private let current = Mutex<(name: String, bar: Progress)?>(nil)

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func advance(_ stage: RunStage, by count: Int) {
    let bar = current.withLock { current in
      if current?.name != stage.name {
        current = (
          stage.name, Progress(stage.name, total: stage.pathCount, unit: "paths", isQuiet: isQuiet)
        )
      }
      return current!.bar
    }
    bar.advance(by: count)
  }
}
